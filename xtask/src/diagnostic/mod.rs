//! Diagnostics of documents: a code, a location, a message and a suggestion.

mod kind;
mod location;
mod report;

use thiserror::Error;

pub(crate) use kind::{DiagnosticKind, UNSUPPORTED};
pub(crate) use location::Location;
pub(crate) use report::{Excerpt, Report};

/// The effect of a diagnostic. Lint reports both kinds; only errors stop codegen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// An error in a document.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{location}: {message}{}", suggestion(.help.as_deref()))]
pub(crate) struct Diagnostic {
    /// The name of the violated rule, which `spec lint --explain` describes.
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) location: Box<Location>,
    pub(crate) message: String,
    /// The fix, if there is one to suggest.
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    /// Creates the error of an unsupported construct.
    pub(crate) fn new(
        location: &Location,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code: UNSUPPORTED,
            severity: Severity::Error,
            location: Box::new(location.clone()),
            message: message.into(),
            help: Some(help.into()),
        }
    }

    /// Replaces the code.
    pub(crate) fn with_code(self, code: &'static str) -> Self {
        Self { code, ..self }
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
