//! Diagnostics of specifications: a location, a message and a suggestion.

use std::fmt;

use thiserror::Error;

/// An error in a specification: its location, a message, and the fix if there is one to suggest.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{location}: {message}{}", suggestion(.help.as_deref()))]
pub(crate) struct Diagnostic {
    pub(crate) location: Box<Location>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(
        location: &Location,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            location: Box::new(location.clone()),
            message: message.into(),
            help: Some(help.into()),
        }
    }

    /// Moves the diagnostic to another location.
    pub(crate) fn relocated(self, location: Location) -> Self {
        Self {
            location: Box::new(location),
            ..self
        }
    }
}

fn suggestion(help: Option<&str>) -> String {
    help.map_or_else(String::new, |help| format!("; {help}"))
}

/// A JSON pointer into a specification, and the operation that contains it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Location {
    operation: Option<String>,
    pointer: String,
}

impl Location {
    /// Creates the location of a JSON pointer.
    pub(crate) fn at(pointer: &str) -> Self {
        Self {
            operation: None,
            pointer: pointer.to_owned(),
        }
    }

    /// Returns the unescaped keys of the pointer.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        let keys = self.pointer.split('/').skip(1);
        keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
    }

    /// Creates the location of a component schema.
    pub(crate) fn schema(name: &str) -> Self {
        Self::default().key("components").key("schemas").key(name)
    }

    /// Returns the location of a member or an item of the value here.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        let key = key.to_string().replace('~', "~0").replace('/', "~1");
        Self {
            operation: self.operation.clone(),
            pointer: format!("{}/{key}", self.pointer),
        }
    }

    /// Sets the operation to that of another location.
    pub(crate) fn in_operation_of(mut self, other: &Self) -> Self {
        self.operation.clone_from(&other.operation);
        self
    }

    /// Returns true if the operation is known.
    pub(crate) fn has_operation(&self) -> bool {
        self.operation.is_some()
    }

    /// Returns the JSON pointer.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Sets the operation.
    pub(crate) fn in_operation(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Creates the diagnostic of a construct that no rule lowers.
    pub(crate) fn cannot_lower(&self, construct: &str, help: &str) -> Diagnostic {
        Diagnostic::new(self, format!("{construct} cannot be lowered"), help)
    }

    /// Creates a diagnostic at this location.
    pub(crate) fn diagnostic(&self, kind: DiagnosticKind) -> Diagnostic {
        Diagnostic {
            location: Box::new(self.clone()),
            message: kind.to_string(),
            help: kind.help(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.pointer)?;
        match &self.operation {
            Some(operation) => write!(f, " (operation `{operation}`)"),
            None => Ok(()),
        }
    }
}

/// An error that several rules report.
#[derive(Debug, Error)]
pub(crate) enum DiagnosticKind {
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("unknown extension `{0}`")]
    UnknownExtension(String),
    #[error("`{key}` must be {expected}, not `{found}`")]
    BadValue {
        key: String,
        expected: &'static str,
        found: String,
    },
    #[error("`{0}` is listed as an argument but is not a field of the request")]
    NotAField(String),
    #[error("`{0}` points to nothing in this document")]
    DanglingReference(String),
    #[error("the name `{0}` is defined twice")]
    NameTaken(String),
    #[error("a type named `{0}` would shadow another")]
    Shadows(String),
    #[error("`{0}` is required and has no default")]
    NotAnArgument(String),
    #[error("`{0}` refers to itself without an object in between")]
    Recursive(String),
    #[error("the path and its parameters disagree about `{0}`")]
    PathParameter(String),
    #[error("a parameter in the {0} cannot be lowered")]
    ParameterLocation(String),
    #[error("typify generated no type of this name")]
    NoType,
    #[error("the property `{0}` is not in the specification")]
    NoProperty(String),
    #[error("the generator failed: {0}")]
    Generator(String),
}

impl DiagnosticKind {
    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Shadows(_) => "rename it",
            Self::NotAnArgument(_) => "list it in `x-imagine-args`",
            Self::NoType => "name it in PascalCase",
            _ => return None,
        };
        Some(help.to_owned())
    }
}
