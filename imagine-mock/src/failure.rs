//! Refusals, in the forms in which the APIs write them.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::Api;
use crate::contract::{OperationSpec, Violation};

/// Why a request is not answered.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    message: String,
    /// The fields that are not allowed, where that is the reason.
    violations: Vec<Violation>,
    /// The reason for which the media API rejects the content of a request, and the field that it is about.
    rejection: Option<(&'static str, Option<&'static str>)>,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            violations: Vec::new(),
            rejection: None,
        }
    }

    pub(crate) fn unauthorized(reason: &str) -> Self {
        let message = format!("Invalid API key: {reason}");
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The media API rejects the content of a request.
    pub(crate) fn rejection(reason: &'static str, location: Option<&'static str>) -> Self {
        Self {
            rejection: Some((reason, location)),
            ..Self::new(StatusCode::BAD_REQUEST, reason)
        }
    }

    /// The mock itself is at fault.
    pub(crate) fn internal(error: impl ToString) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }

    /// The request is well-formed, and something in it is not allowed.
    pub(crate) fn invalid(
        operation: &OperationSpec,
        violations: impl IntoIterator<Item = Violation>,
    ) -> Self {
        let violations: Vec<_> = violations.into_iter().collect();
        let all: Vec<_> = violations.iter().map(ToString::to_string).collect();
        let message = format!("Invalid request for {}: {}", operation.id, all.join("; "));
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            message,
            violations,
            rejection: None,
        }
    }

    /// One field of the body has a value that its schema cannot rule out.
    pub(crate) fn field(
        operation: &OperationSpec,
        field: &str,
        message: impl Into<String>,
    ) -> Self {
        let violation = Violation::new(format!("body/{field}"), "value", message);
        Self::invalid(operation, [violation])
    }

    /// The error body that an API answers with.
    pub(crate) fn body(&self, api: Api) -> Value {
        let message = &self.message;
        let code = self.status.as_u16();
        if let Some((reason, location)) = self.rejection {
            return json!({"reason": reason, "location": location});
        }
        match api {
            Api::Inference => json!({"message": message, "status": "error"}),
            Api::Media if !self.violations.is_empty() => {
                let issues: Vec<_> = self.violations.iter().map(issue).collect();
                json!({"detail": issues})
            }
            Api::Media if self.status.is_server_error() => json!({
                "error": message,
                "message": message,
                "type": "InternalServerError",
                "code": "",
                "errorCode": code,
                "param": null,
            }),
            Api::Media => json!({"error": message, "errorCode": code, "code": 0}),
        }
    }
}

fn issue(violation: &Violation) -> Value {
    let (message, kind) = match violation.keyword.as_str() {
        "required" => ("field required", "value_error.missing".to_owned()),
        "type" => (violation.message.as_str(), "type_error".to_owned()),
        other => (violation.message.as_str(), format!("value_error.{other}")),
    };
    let steps: Vec<_> = violation.location.split('/').map(step).collect();
    json!({"loc": steps, "msg": message, "type": kind})
}

/// One step of a way into a message: a place in a list, or a name as JSON pointers write it.
fn step(step: &str) -> Value {
    match step.parse::<u64>() {
        Ok(place) => place.into(),
        Err(_) => step.replace("~1", "/").replace("~0", "~").into(),
    }
}
