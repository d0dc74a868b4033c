//! Turns what the mock has to say into HTTP responses.

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::api::Api;
use crate::failure::Failure;
use crate::steps::{self, Step};

/// A JSON document that comes whole.
pub(crate) fn json(value: &Value) -> Response {
    typed(StatusCode::OK, "application/json", value.to_string())
}

/// A stream of server-sent events that ends with `[DONE]`.
pub(crate) fn events(values: &[Value]) -> Response {
    let steps = values
        .iter()
        .map(ToString::to_string)
        .chain(["[DONE]".to_owned()])
        .map(|data| Step::Send(format!("data: {data}\n\n").into()))
        .collect();
    let body = steps::body(steps);
    let mut response = typed(StatusCode::OK, "text/event-stream", body);
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(CACHE_CONTROL, no_cache);
    response
}

/// A file that an earlier answer linked to.
pub(crate) fn file(media: &'static str, file: Bytes) -> Response {
    typed(StatusCode::OK, media, file)
}

/// A web page.
pub(crate) fn page(html: &'static str) -> Response {
    typed(StatusCode::OK, "text/html; charset=utf-8", html)
}

/// A refusal by an API.
pub(crate) fn failure(api: Api, failure: &Failure) -> Response {
    let body = failure.body(api).to_string();
    typed(failure.status, "application/json", body)
}

/// Names the methods that a path does take, as a 405 must.
pub(crate) fn allow(mut response: Response, methods: &[&Method]) -> Response {
    let names: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

fn typed(status: StatusCode, media: &'static str, body: impl Into<Body>) -> Response {
    (status, [(CONTENT_TYPE, media)], body.into()).into_response()
}
