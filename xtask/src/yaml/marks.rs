//! Positions in a source.

use std::collections::HashMap;
use std::fmt;

/// A position in a source. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl From<saphyr_parser::Marker> for Mark {
    fn from(marker: saphyr_parser::Marker) -> Self {
        Self {
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}

/// The positions of all values of a document, by JSON pointer. The position of a member is that of its key.
#[derive(Debug, Default)]
pub(crate) struct Marks(HashMap<String, Mark>);

impl Marks {
    /// Returns the position of a value, or of its closest existing parent.
    pub(crate) fn at(&self, pointer: &str) -> Mark {
        let mut pointer = pointer;
        loop {
            match (self.0.get(pointer), pointer.rfind('/')) {
                (Some(mark), _) => return *mark,
                (None, Some(end)) => pointer = pointer.get(..end).unwrap_or_default(),
                (None, None) => return Mark { line: 1, column: 1 },
            }
        }
    }

    pub(super) fn set(&mut self, pointer: &str, mark: Mark) {
        self.0.insert(pointer.to_owned(), mark);
    }
}
