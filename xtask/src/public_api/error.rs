//! Why there is no listing, or another one than is written down.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::change::Change;
use super::rustdoc::{COMPILER, FORMAT};

/// What can go wrong with a listing.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("what is public changed:{}\nIf that is meant, run `cargo xtask api` and commit what it writes.", list(.0))]
    Changed(Vec<Change>),
    #[error("cannot run `{command}`: {source}")]
    NotRun { command: String, source: io::Error },
    #[error("`{0}` failed; see above")]
    Failed(String),
    #[error("{path}: {reason}", path = path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error(
        "{compiler} writes its documentation in format {found}, and the listings are read from format {FORMAT}: \
         run `cargo +{COMPILER} xtask api`, or move `public-api` and `public_api::rustdoc` to the other compiler"
    )]
    OtherCompiler { compiler: String, found: String },
}

impl Error {
    /// What to make of a file that says something else than it should.
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
