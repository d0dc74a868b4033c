//! Error responses in the formats of the APIs.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::Api;
use crate::contract::{OperationSpec, Violation};
use crate::media_file::RenderError;

/// An error response.
#[derive(Debug)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    message: String,
    /// The violations of the schema that caused the error, if any.
    violations: Vec<Violation>,
    /// The `code` in the format of OpenAI's API, if the error has one.
    code: Option<&'static str>,
    /// The `RejectionReason` of the media API and the field that it refers to.
    rejection: Option<(&'static str, Option<&'static str>)>,
}

impl ErrorResponse {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            violations: Vec::new(),
            code: None,
            rejection: None,
        }
    }

    pub(crate) fn unauthorized(reason: &str) -> Self {
        let message = format!("Invalid API key: {reason}");
        Self {
            code: Some("invalid_api_key"),
            ..Self::new(StatusCode::UNAUTHORIZED, message)
        }
    }

    pub(crate) fn unknown_model(message: impl Into<String>) -> Self {
        Self {
            code: Some("model_not_found"),
            ..Self::not_found(message)
        }
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

    /// The request is well-formed but violates the schema.
    pub(crate) fn invalid(
        operation: &OperationSpec,
        violations: impl IntoIterator<Item = Violation>,
    ) -> Self {
        let violations: Vec<_> = violations.into_iter().collect();
        let all: Vec<_> = violations.iter().map(ToString::to_string).collect();
        let message = format!("Invalid request for {}: {}", operation.id, all.join("; "));
        Self {
            violations,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
        }
    }

    /// One field of the body has an invalid value that its schema cannot exclude.
    pub(crate) fn invalid_field(
        operation: &OperationSpec,
        field: &str,
        message: impl Into<String>,
    ) -> Self {
        let violation = Violation::new(format!("body/{field}"), "value", message);
        Self::invalid(operation, [violation])
    }

    /// Returns the status in an API. OpenAI's API has no status of its own for invalid fields.
    pub(crate) fn status(&self, api: Api) -> StatusCode {
        match (api, self.status) {
            (Api::OpenAi, StatusCode::UNPROCESSABLE_ENTITY) => StatusCode::BAD_REQUEST,
            (_, status) => status,
        }
    }

    /// Returns the error body in the format of an API.
    pub(crate) fn body(&self, api: Api) -> Value {
        let message = &self.message;
        let code = self.status.as_u16();
        if let Some((reason, location)) = self.rejection {
            return json!({"reason": reason, "location": location});
        }
        match api {
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
            Api::OpenAi => json!({"error": {
                "message": message,
                "type": self.openai_type(),
                "param": self.violations.first().map(openai_parameter),
                "code": self.openai_code(),
            }}),
            _ => json!({"message": message, "status": "error"}),
        }
    }

    fn openai_type(&self) -> &'static str {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => "requests",
            StatusCode::PAYMENT_REQUIRED => "insufficient_quota",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request_error",
        }
    }

    fn openai_code(&self) -> Option<&'static str> {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => Some("rate_limit_exceeded"),
            StatusCode::PAYMENT_REQUIRED => Some("insufficient_quota"),
            _ => self.code,
        }
    }
}

impl From<RenderError> for ErrorResponse {
    fn from(error: RenderError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

/// Formats a violation as an entry of `detail`.
fn issue(violation: &Violation) -> Value {
    let (message, kind) = match violation.keyword.as_str() {
        "required" => ("field required", "value_error.missing".to_owned()),
        "type" => (violation.message.as_str(), "type_error".to_owned()),
        other => (violation.message.as_str(), format!("value_error.{other}")),
    };
    let segments: Vec<_> = violation.location.split('/').map(segment).collect();
    json!({"loc": segments, "msg": message, "type": kind})
}

/// Formats the location of a violation as OpenAI's API does, as in `messages[0].role`.
fn openai_parameter(violation: &Violation) -> String {
    let mut parameter = String::new();
    for segment in violation.location.split('/').skip(1) {
        match self::segment(segment) {
            Value::Number(index) => parameter.push_str(&format!("[{index}]")),
            name => {
                let separator = if parameter.is_empty() { "" } else { "." };
                parameter.push_str(separator);
                parameter.push_str(name.as_str().unwrap_or_default());
            }
        }
    }
    parameter
}

/// Converts one segment of a JSON pointer into an array index or an unescaped name.
fn segment(segment: &str) -> Value {
    match segment.parse::<u64>() {
        Ok(index) => index.into(),
        Err(_) => segment.replace("~1", "/").replace("~0", "~").into(),
    }
}
