//! Refusals, in the form in which the service writes them.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::contract::{OperationSpec, Violation};

/// Why a request is not answered.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    message: String,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn unauthorized(reason: &str) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            format!("Invalid API key: {reason}"),
        )
    }

    /// The request is well-formed, and something in it is not allowed.
    pub(crate) fn invalid(
        operation: &OperationSpec,
        violations: impl IntoIterator<Item = Violation>,
    ) -> Self {
        let all: Vec<_> = violations.into_iter().map(|one| one.to_string()).collect();
        let message = format!("Invalid request for {}: {}", operation.id, all.join("; "));
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// One field of a request has a value that its schema cannot rule out.
    pub(crate) fn field(operation: &OperationSpec, field: &str, message: &str) -> Self {
        let message = format!(
            "Invalid request for {}: body/{field}: {message}",
            operation.id
        );
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// The error body of the service.
    pub(crate) fn body(&self) -> Value {
        json!({"message": self.message, "status": "error"})
    }
}
