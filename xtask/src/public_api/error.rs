//! Errors of `cargo xtask api`.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::change::Change;
use super::rustdoc::{COMPILER, FORMAT};

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
