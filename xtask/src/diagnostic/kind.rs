//! Errors that several modules report, and their codes.

use thiserror::Error;

use super::{Diagnostic, Location};

/// The code of a construct that codegen cannot express.
pub(crate) const UNSUPPORTED: &str = "unsupported";

/// An error that several modules report.
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
    #[error("typify generated no type of this name")]
    NoType,
    #[error("the required property `{0}` is not defined")]
    NoProperty(String),
    #[error("the generator failed: {0}")]
    Generator(String),
    #[error("{0}")]
    Syntax(String),
}

impl DiagnosticKind {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "structure",
            Self::UnknownExtension(_) | Self::BadValue { .. } => "extension",
            Self::NotAField(_) | Self::NotAnArgument(_) => "arguments",
            Self::DanglingReference(_) => "reference",
            Self::NameTaken(_) => "duplicate-name",
            Self::Shadows(_) | Self::NoType => "type-name",
            Self::Recursive(_) => "recursion",
            Self::PathParameter(_) => "path-parameters",
            Self::NoProperty(_) => "required-property",
            Self::Generator(_) => "generator",
            Self::Syntax(_) => "syntax",
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::NameTaken(_) => {
                "`x-imagine-name` gives a field another name; rename anything else"
            }
            Self::Shadows(_) => "rename it",
            Self::NotAnArgument(_) => "list it in `x-imagine-args`",
            Self::NoType => "name it in PascalCase",
            Self::NoProperty(_) => "add it to `properties`, or remove it from `required`",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

impl Location {
    /// Creates the diagnostic of a construct that codegen does not support.
    pub(crate) fn unsupported(&self, construct: &str, help: &str) -> Diagnostic {
        Diagnostic::new(self, format!("{construct} is not supported"), help)
    }

    /// Creates a diagnostic at this location.
    pub(crate) fn diagnostic(&self, kind: DiagnosticKind) -> Diagnostic {
        let diagnostic = Diagnostic::new(self, kind.to_string(), "").with_code(kind.code());
        Diagnostic {
            help: kind.help(),
            ..diagnostic
        }
    }
}
