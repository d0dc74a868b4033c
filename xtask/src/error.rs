//! The errors of tasks.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::diagnostic::Report;
use crate::outcome::Outcome;

/// The reason for which a task failed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// A document has an error.
    #[error("{0}")]
    Spec(Box<Report>),
    #[error("cannot read {object} from git: {response}")]
    Git { object: String, response: String },
    #[error("`{0}` and `{1}` differ in kind: pass two documents, or two versions of all documents")]
    Unlike(String, String),
    #[error("{0} and {1} share no operation; pass {2}")]
    Unrelated(String, String, &'static str),
    #[error("no API is named {0}; the APIs are {1}")]
    NoApi(String, String),
    /// The manifest of the SDK lacks what codegen replaces.
    #[error("{0}: {1}")]
    Manifest(&'static str, String),
    #[error("cannot compare:\n{0}")]
    Incomparable(Box<Error>),
    #[error("cannot write {path}: not in a `generated` directory", path = path.display())]
    Outside { path: PathBuf },
    /// An error of one task, with its outcome.
    #[error("{1}")]
    Task(Outcome, Box<dyn std::error::Error>),
}

impl Error {
    /// Returns `Bad` if a specification or a generated file has errors, and `Misused` for every other error.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Spec(_) => Outcome::Bad,
            Self::Task(outcome, _) => *outcome,
            Self::File { .. }
            | Self::Git { .. }
            | Self::Unlike(..)
            | Self::Unrelated(..)
            | Self::NoApi(..)
            | Self::Manifest(..)
            | Self::Incomparable(_)
            | Self::Outside { .. } => Outcome::Misused,
        }
    }

    /// Adds the action and the path to an I/O error.
    pub(crate) fn file<'a>(
        action: &'static str,
        path: &'a Path,
    ) -> impl Fn(io::Error) -> Self + 'a {
        move |source| Self::File {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
