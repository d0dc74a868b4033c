//! Violations of the contract.

use std::fmt;

/// A difference between a request or response and the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The location: the part of the message and a JSON pointer, as in `body/messages/0/role`.
    pub location: String,
    /// The violated rule: a keyword of JSON Schema or a name defined by the mock.
    pub keyword: String,
    /// The description. It never contains the invalid value, which may be a prompt.
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
        Self::new(location, "required", "is required")
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.location, self.message)
    }
}

/// Returns the violations as an error, if there are any.
pub(super) fn into_result(violations: Vec<Violation>) -> Result<(), Vec<Violation>> {
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations)
    }
}
