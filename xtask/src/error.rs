//! What can go wrong, always with the place in the specification where it did.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::drift::Drift;
use crate::listing;
use crate::outcome::Outcome;
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
    #[error("{file}:{mark}: {fault}")]
    Spec {
        file: String,
        mark: Mark,
        fault: Fault,
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
    #[error("refusing to write {path}: it is not in a `generated` folder", path = path.display())]
    Outside { path: PathBuf },
    #[error(transparent)]
    Drift(#[from] Drift),
    #[error(transparent)]
    Listing(#[from] listing::Error),
}

impl Error {
    /// What is wrong with a specification or a generated file was found; anything else was in the way.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Yaml { .. }
            | Self::Spec { .. }
            | Self::Drift(_)
            | Self::Listing(listing::Error::Changed(_)) => Outcome::Bad,
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

/// What is wrong in a specification, and where.
#[derive(Debug, Error)]
#[error("{place}: {problem}")]
pub(crate) struct Fault {
    pub(crate) place: Box<Place>,
    pub(crate) problem: Problem,
}

/// A JSON pointer into a specification, and the operation it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    operation: Option<String>,
    pointer: String,
}

impl Place {
    /// The place at a JSON pointer.
    pub(crate) fn at(pointer: &str) -> Self {
        Self {
            operation: None,
            pointer: pointer.to_owned(),
        }
    }

    /// The keys on the way to the place.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        let keys = self.pointer.split('/').skip(1);
        keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
    }

    /// The place of a component schema.
    pub(crate) fn schema(name: &str) -> Self {
        Self::default().key("components").key("schemas").key(name)
    }

    /// The place of a member or an item of the value at this place.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        let key = key.to_string().replace('~', "~0").replace('/', "~1");
        Self {
            operation: self.operation.clone(),
            pointer: format!("{}/{key}", self.pointer),
        }
    }

    /// The same place, in the operation that another belongs to, if that is known.
    pub(crate) fn in_operation_of(mut self, other: &Self) -> Self {
        self.operation.clone_from(&other.operation);
        self
    }

    /// Whether it is known to belong to an operation.
    pub(crate) fn has_operation(&self) -> bool {
        self.operation.is_some()
    }

    /// The JSON pointer.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The same place, known to belong to an operation.
    pub(crate) fn of(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// The fault of something that no rule lowers, with what its author can do.
    pub(crate) fn cannot_lower(&self, what: &'static str, way: &'static str) -> Fault {
        self.fault(Problem::CannotLower(what, way))
    }

    /// A fault at this place.
    pub(crate) fn fault(&self, problem: Problem) -> Fault {
        Fault {
            place: Box::new(self.clone()),
            problem,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.pointer)?;
        match &self.operation {
            Some(operation) => write!(f, " (operation `{operation}`)"),
            None => Ok(()),
        }
    }
}

/// What a specification can have wrong.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum Problem {
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("no hint is called `{0}`")]
    UnknownHint(String),
    #[error("`{key}` must be {expected}, not `{found}`")]
    BadValue {
        key: String,
        expected: &'static str,
        found: String,
    },
    #[error("`{0}` is listed as positional and is no field of the arguments")]
    NotAField(String),
    #[error("`{0}` points to nothing in this document")]
    DanglingReference(String),
    #[error("there are two of the name `{0}`")]
    NameTaken(String),
    #[error("a type called `{0}` would hide another; give it another name")]
    Hides(String),
    #[error("`{0}` is required without a default, so it must be listed as positional")]
    NotPositional(String),
    #[error("`{0}` refers to itself, without an object in between")]
    Recursive(String),
    #[error("the path and its parameters disagree about `{0}`")]
    PathParameter(String),
    #[error("a parameter in the {0} cannot be lowered")]
    ParameterPlace(String),
    #[error("{0}; {1}")]
    NoOpenApi(String, String),
    #[error("{0} cannot be lowered; {1}")]
    CannotLower(&'static str, &'static str),
    #[error("no type of this name came out; name it in PascalCase")]
    NoType,
    #[error("the property `{0}` is not in the specification")]
    NoProperty(String),
    #[error("the generator failed: {0}")]
    Generator(String),
}
