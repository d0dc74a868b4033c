//! Builds HTTP responses.

pub(crate) mod delay;
mod error;
pub(crate) mod steps;

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

pub(crate) use self::error::ErrorResponse;

use self::steps::Step;
use crate::api::Api;
use crate::contract::EVENT_STREAM;

/// Returns a buffered JSON response.
pub(crate) fn json(value: &Value) -> Response {
    json_with_status(StatusCode::OK, value)
}

/// Returns a buffered JSON response with this status.
pub(crate) fn json_with_status(status: StatusCode, value: &Value) -> Response {
    typed(status, "application/json", value.to_string())
}

/// An event of a stream, with or without a name. It converts from its data, and from its name and data.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StreamedEvent {
    /// The value of the `event` field.
    pub name: Option<String>,
    /// The value of the `data` field.
    pub data: Value,
}

impl From<Value> for StreamedEvent {
    fn from(data: Value) -> Self {
        Self { name: None, data }
    }
}

impl<N: Into<String>> From<(N, Value)> for StreamedEvent {
    fn from((name, data): (N, Value)) -> Self {
        Self {
            name: Some(name.into()),
            data,
        }
    }
}

/// Returns a stream of an operation: of server-sent events that end with `[DONE]`, or of JSON lines without names.
pub(crate) fn stream(media: &str, events: &[StreamedEvent]) -> Response {
    let events = events.iter();
    stream_of(
        media,
        events.map(|event| (event.name.as_deref(), &event.data)),
    )
}

/// Returns a stream of server-sent events without names, which ends with `[DONE]`.
pub(crate) fn events(events: &[Value]) -> Response {
    stream_of(EVENT_STREAM, events.iter().map(|data| (None, data)))
}

fn stream_of<'a>(
    media: &str,
    events: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
) -> Response {
    let are_lines = media != EVENT_STREAM;
    let frames = events.map(|(name, data)| match name {
        _ if are_lines => format!("{data}\n"),
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    });
    let done = (!are_lines).then(|| "data: [DONE]\n\n".to_owned());
    let steps = frames.chain(done).map(|frame| Step::Send(frame.into()));
    let body = steps::body(steps.collect());
    let mut response = (StatusCode::OK, [(CONTENT_TYPE, media)], body).into_response();
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(CACHE_CONTROL, no_cache);
    response
}

/// Returns bytes of a media type.
pub(crate) fn bytes(media_type: &'static str, bytes: Bytes) -> Response {
    typed(StatusCode::OK, media_type, bytes)
}

/// Returns plain text.
pub(crate) fn text(text: String) -> Response {
    typed(StatusCode::OK, "text/plain; charset=utf-8", text)
}

/// Returns a response without a body.
pub(crate) fn empty() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Returns a body of any media type.
pub(crate) fn other(media_type: &str, body: String) -> Response {
    (StatusCode::OK, [(CONTENT_TYPE, media_type)], body).into_response()
}

/// Returns a web page.
pub(crate) fn html(html: &'static str) -> Response {
    typed(StatusCode::OK, "text/html; charset=utf-8", html)
}

/// Returns an error response in the format of an API.
pub(crate) fn error(api: Api, error: &ErrorResponse) -> Response {
    json_with_status(error.status(api), &error.body(api))
}

/// Adds the `Allow` header, which a 405 response requires.
pub(crate) fn allow(mut response: Response, methods: &[&Method]) -> Response {
    let names: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

fn typed(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    (status, [(CONTENT_TYPE, media_type)], body.into()).into_response()
}
