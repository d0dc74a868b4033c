//! What is wrong with a request or a response, and where.

use std::fmt;

/// One difference between a message and the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where it is: the part of the message, then a JSON pointer, as in `body/messages/0/role`.
    pub location: String,
    /// The rule that is broken: a keyword of JSON Schema, or the mock's own word.
    pub keyword: String,
    /// What is wrong. It never repeats the offending value, which may be a prompt.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(
        location: impl Into<String>,
        keyword: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            location: location.into(),
            keyword: keyword.into(),
            message: message.into(),
        }
    }

    pub(super) fn missing(location: String) -> Self {
        Self::new(location, "required", "is required and missing")
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.location, self.message)
    }
}

/// Succeeds where there is no violation.
pub(super) fn none_of(violations: Vec<Violation>) -> Result<(), Vec<Violation>> {
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations)
    }
}
