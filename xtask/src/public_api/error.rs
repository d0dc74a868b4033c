//! Errors of `cargo xtask api`.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::change::Change;
use crate::error::Error as TaskError;
use crate::outcome::Outcome;

/// The format that the pinned version of `public-api` reads.
pub(crate) const FORMAT: u64 = 57;
/// A stable compiler that writes this format.
pub(crate) const COMPILER: &str = "1.95.0";

/// An error of a listing.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("the public API changed:{}\nIf the change is intended, run `cargo xtask api` and commit the listings.", list(.0))]
    Changed(Vec<Change>),
    #[error("cannot run `{command}`: {source}")]
    NotRun { command: String, source: io::Error },
    #[error("`{0}` failed; see above")]
    Failed(String),
    #[error("{path}: {reason}", path = path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error(
        "{compiler} writes rustdoc JSON of format {found}, but the listings need format {FORMAT}: \
         run `cargo +{COMPILER} xtask api`, or update `public-api` and `public_api::rustdoc` to this compiler"
    )]
    OtherCompiler { compiler: String, found: String },
}

impl From<Error> for TaskError {
    fn from(error: Error) -> Self {
        let outcome = match error {
            Error::Changed(_) => Outcome::Bad,
            _ => Outcome::Misused,
        };
        Self::Task(outcome, Box::new(error))
    }
}

impl Error {
    /// Creates the error of a file with unexpected contents.
    pub(super) fn unreadable(path: &Path, reason: impl ToString) -> Self {
        Self::Unreadable {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

fn list(changes: &[Change]) -> String {
    changes
        .iter()
        .map(|change| format!("\n  {change}"))
        .collect()
}
