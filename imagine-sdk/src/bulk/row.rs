//! Results of rows.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// The result of one input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row<T> {
    /// The position of the input, from 0.
    pub index: u64,
    /// The output, or the error of the row.
    pub result: Result<T, RowError>,
}

/// The error of a row. The rows of a failed batch share one [`Error`].
#[derive(Clone)]
pub struct RowError {
    index: u64,
    error: Arc<Error>,
}

impl RowError {
    pub(crate) fn new(index: u64, error: Arc<Error>) -> Self {
        Self { index, error }
    }

    /// Returns the position of the input, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Returns the error, with its predicates.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

/// One line: the row, the operation, the problem, and the fix if there is one.
impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: ", self.index)?;
        fmt::Display::fmt(&self.error, f)
    }
}

impl fmt::Debug for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RowError")
            .field(&self.index)
            .field(&self.error)
            .finish()
    }
}

impl std::error::Error for RowError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.error)
    }
}
