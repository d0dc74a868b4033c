//! What can go wrong, always with the location in the specification where it did.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::diagnostic::Diagnostic;
use crate::drift::Drift;
use crate::outcome::Outcome;
use crate::public_api;
use crate::yaml::{Mark, Unreadable};

/// Why a task ended without doing its work.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{file}:{source}")]
    Yaml { file: String, source: Unreadable },
    #[error("{file}:{mark}: {diagnostic}")]
    Spec {
        file: String,
        mark: Mark,
        diagnostic: Diagnostic,
    },
    #[error("cannot ask git for {what}: {response}")]
    Git { what: String, response: String },
    #[error("`{0}` and `{1}` are not alike: give two documents, or two versions of all of them")]
    Unlike(String, String),
    #[error(
        "no operation of {0} is one of {1}; name the API with `--api`, or take another document"
    )]
    Unrelated(String, &'static str),
    #[error("there is no API to compare with")]
    NoApi,
    #[error("cannot compare {0}")]
    Incomparable(Box<Error>),
    #[error("refusing to write {path}: it is not in a `generated` directory", path = path.display())]
    Outside { path: PathBuf },
    #[error(transparent)]
    Drift(#[from] Drift),
    #[error(transparent)]
    Listing(#[from] public_api::Error),
}

impl Error {
    /// What is wrong with a specification or a generated file was found; anything else was in the way.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Yaml { .. }
            | Self::Spec { .. }
            | Self::Drift(_)
            | Self::Listing(public_api::Error::Changed(_)) => Outcome::Bad,
            Self::File { .. }
            | Self::Git { .. }
            | Self::Unlike(..)
            | Self::Unrelated(..)
            | Self::NoApi
            | Self::Incomparable(_)
            | Self::Listing(_)
            | Self::Outside { .. } => Outcome::Misused,
        }
    }

    /// What to make of a failure to do something with a file.
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
