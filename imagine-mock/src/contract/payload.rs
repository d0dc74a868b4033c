//! Parses and validates request bodies.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::{Contract, FormPart, OperationSpec, PayloadSpec, Violation, form, unknown};

/// A parsed request body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// No body.
    Empty,
    /// A JSON document.
    Json(Value),
    /// The parts of a multipart form.
    Form(Vec<FormPart>),
    /// Text.
    Text(String),
    /// A file.
    Bytes(Vec<u8>),
}

/// The error for a body that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadError {
    /// The media type is wrong or missing, or the operation takes no body.
    Unexpected(Violation),
    /// The body is malformed, or empty although the operation requires one.
    Malformed(Violation),
}

impl PayloadError {
    /// Converts the error into a violation.
    pub fn into_violation(self) -> Violation {
        match self {
            Self::Unexpected(violation) | Self::Malformed(violation) => violation,
        }
    }
}

impl Payload {
    /// Parses the body of a request for an operation that no contract describes. A body that is neither JSON nor a form
    /// counts as empty.
    pub(crate) fn sniff(headers: &HeaderMap, body: &[u8]) -> Self {
        let content_type = content_type(headers);
        let form = media_type(content_type).eq_ignore_ascii_case(FORM);
        let form = form.then(|| form::parse(content_type, body).ok()).flatten();
        match form {
            Some(parts) => Self::Form(parts),
            None => serde_json::from_slice(body).map_or(Self::Empty, Self::Json),
        }
    }
}

pub(super) const FORM: &str = "multipart/form-data";

pub(super) const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// The media type of a response without another.
pub(crate) const JSON: &str = "application/json";

/// The media type of server-sent events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// The media types of JSON lines, in which each line is a JSON document.
const JSON_LINES: [&str; 5] = [
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/jsonlines",
];

/// The media types of files.
const FILES: [&str; 6] = [
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "audio/",
    "image/",
    "video/",
];

pub(crate) fn is_json_lines(media: &str) -> bool {
    JSON_LINES.contains(&media)
}

pub(super) fn is_text(media: &str) -> bool {
    media.starts_with("text/") && media != EVENT_STREAM
}

pub(super) fn is_file(media: &str) -> bool {
    FILES.iter().any(|file| media.starts_with(file))
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// Returns a content type without its parameters.
fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

impl Contract {
    /// Parses the body of a request for an operation.
    ///
    /// # Errors
    ///
    /// Fails if the body is malformed or not of the media type of the operation.
    pub fn read_payload(
        &self,
        operation: &OperationSpec,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Payload, PayloadError> {
        match &operation.payload {
            None if body.is_empty() => Ok(Payload::Empty),
            None => Err(unexpected("body", "the operation takes no body")),
            Some(spec) if body.is_empty() && !spec.required => Ok(Payload::Empty),
            Some(spec) => parse(spec, headers, body),
        }
    }

    /// Returns all violations of a parsed body.
    pub fn check_payload(&self, operation: &OperationSpec, payload: &Payload) -> Vec<Violation> {
        let Some(spec) = &operation.payload else {
            return Vec::new();
        };
        match payload {
            Payload::Empty | Payload::Bytes(_) => Vec::new(),
            Payload::Text(text) => spec.schema.violations("body", &text.as_str().into()),
            Payload::Json(value) => spec.schema.violations("body", value),
            Payload::Form(parts) => {
                let source = spec.schema.source();
                let object = form::to_object(parts, source, self.definitions());
                let mut violations = spec.schema.violations("body", &object);
                violations.extend(form::unnamed_files(parts, source, self.definitions()));
                violations
            }
        }
    }
}

impl Contract {
    /// Returns a violation for each field of a body that the specification does not have.
    pub(super) fn unknown_fields(
        &self,
        operation: &OperationSpec,
        payload: &Payload,
    ) -> Vec<Violation> {
        let Some(spec) = &operation.payload else {
            return Vec::new();
        };
        let (source, definitions) = (spec.schema.source(), self.definitions());
        let check = |value: &Value| unknown::fields("body", value, source, definitions);
        match payload {
            Payload::Empty | Payload::Text(_) | Payload::Bytes(_) => Vec::new(),
            Payload::Json(value) => check(value),
            Payload::Form(parts) => check(&form::to_object(parts, source, definitions)),
        }
    }
}

fn parse(spec: &PayloadSpec, headers: &HeaderMap, body: &[u8]) -> Result<Payload, PayloadError> {
    let content_type = content_type(headers);
    if !is_in_range(media_type(content_type), &spec.media_type) {
        let message = format!("the operation takes {}", spec.media_type);
        return Err(unexpected("header/content-type", message));
    }
    match spec.media_type.as_str() {
        FORM => form::parse(content_type, body)
            .map(Payload::Form)
            .map_err(malformed),
        URL_ENCODED => Ok(Payload::Form(form::fields(body))),
        JSON => serde_json::from_slice(body)
            .map(Payload::Json)
            .map_err(|error| malformed(error.to_string())),
        media if is_text(media) => String::from_utf8(body.to_vec())
            .map(Payload::Text)
            .map_err(|error| malformed(error.to_string())),
        _ => Ok(Payload::Bytes(body.to_vec())),
    }
}

/// Returns true if a media type is the one of the specification, or in its range, such as `image/*`.
fn is_in_range(media: &str, range: &str) -> bool {
    let (media, range) = (media.to_ascii_lowercase(), range.to_ascii_lowercase());
    match range.strip_suffix('*') {
        Some(start) => media.starts_with(start),
        None => media == range,
    }
}

fn unexpected(location: &str, message: impl Into<String>) -> PayloadError {
    PayloadError::Unexpected(Violation::new(location, "media", message))
}

fn malformed(message: String) -> PayloadError {
    PayloadError::Malformed(Violation::new("body", "syntax", message))
}
