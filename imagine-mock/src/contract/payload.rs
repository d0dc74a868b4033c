//! Reads the body of a request and holds it against its schema.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::{Contract, FormPart, OperationSpec, PayloadSpec, Violation, form};

/// The body of a request, read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// There is none.
    Empty,
    /// A JSON document.
    Json(Value),
    /// The parts of a multipart form.
    Form(Vec<FormPart>),
}

/// Why a body cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is of the wrong media type, or there should be none, or one is missing.
    Unexpected(Violation),
    /// It is not well-formed.
    Malformed(Violation),
}

impl Unreadable {
    /// What is wrong.
    pub fn into_violation(self) -> Violation {
        match self {
            Self::Unexpected(violation) | Self::Malformed(violation) => violation,
        }
    }
}

impl Contract {
    /// Reads the body of a call of an operation.
    ///
    /// # Errors
    ///
    /// Says why it is not of the kind that the operation takes.
    pub fn read_payload(
        &self,
        operation: &OperationSpec,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Payload, Unreadable> {
        match &operation.payload {
            None if body.is_empty() => Ok(Payload::Empty),
            None => Err(unexpected("body", "the operation takes no body")),
            Some(spec) if body.is_empty() && !spec.required => Ok(Payload::Empty),
            Some(spec) => read(spec, headers, body),
        }
    }

    /// Everything that is wrong with a body that could be read.
    pub fn check_payload(&self, operation: &OperationSpec, payload: &Payload) -> Vec<Violation> {
        let Some(spec) = &operation.payload else {
            return Vec::new();
        };
        match payload {
            Payload::Empty => Vec::new(),
            Payload::Json(value) => spec.schema.violations("body", value),
            Payload::Form(parts) => {
                let source = spec.schema.source();
                let object = form::object(parts, source, self.definitions());
                let mut violations = spec.schema.violations("body", &object);
                violations.extend(form::unnamed_files(parts, source, self.definitions()));
                violations
            }
        }
    }
}

fn read(spec: &PayloadSpec, headers: &HeaderMap, body: &[u8]) -> Result<Payload, Unreadable> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case(&spec.media) {
        let message = format!("the operation takes {}", spec.media);
        return Err(unexpected("header/content-type", message));
    }
    if spec.media == "multipart/form-data" {
        form::read(content_type, body)
            .map(Payload::Form)
            .map_err(malformed)
    } else {
        serde_json::from_slice(body)
            .map(Payload::Json)
            .map_err(|error| malformed(error.to_string()))
    }
}

fn unexpected(location: &str, message: impl Into<String>) -> Unreadable {
    Unreadable::Unexpected(Violation::new(location, "media", message))
}

fn malformed(message: String) -> Unreadable {
    Unreadable::Malformed(Violation::new("body", "syntax", message))
}
