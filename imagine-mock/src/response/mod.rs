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

/// Returns a buffered JSON response.
pub(crate) fn json(value: &Value) -> Response {
    json_with_status(StatusCode::OK, value)
}

/// Returns a buffered JSON response with this status.
pub(crate) fn json_with_status(status: StatusCode, value: &Value) -> Response {
    typed(status, "application/json", value.to_string())
}

/// Returns a stream of server-sent events that ends with `[DONE]`.
pub(crate) fn events(values: &[Value]) -> Response {
    event_stream(values.iter().map(|data| format!("data: {data}\n\n")))
}

/// Returns a stream of events with names.
pub(crate) fn named_events(events: &[(String, Value)]) -> Response {
    let events = events.iter();
    event_stream(events.map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")))
}

fn event_stream(frames: impl Iterator<Item = String>) -> Response {
    let frames = frames.chain(["data: [DONE]\n\n".to_owned()]);
    let steps = frames.map(|frame| Step::Send(frame.into())).collect();
    let body = steps::body(steps);
    let mut response = typed(StatusCode::OK, "text/event-stream", body);
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
