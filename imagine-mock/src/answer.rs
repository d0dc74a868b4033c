//! Turns what the mock has to say into HTTP responses.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde_json::Value;

use crate::api::Api;
use crate::failure::Failure;

/// A JSON document that comes whole.
pub(crate) fn json(value: &Value) -> Response {
    typed(StatusCode::OK, "application/json", value.to_string())
}

/// A stream of server-sent events that ends with `[DONE]`.
pub(crate) fn events(values: &[Value]) -> Response {
    let frames = values
        .iter()
        .map(ToString::to_string)
        .chain(["[DONE]".to_owned()])
        .map(|data| format!("data: {data}\n\n"))
        .collect();
    let body = Body::from_stream(one_by_one(frames));
    let mut response = typed(StatusCode::OK, "text/event-stream", body);
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(CACHE_CONTROL, no_cache);
    response
}

/// A file that an earlier answer linked to.
pub(crate) fn file(media: &'static str, file: Bytes) -> Response {
    typed(StatusCode::OK, media, file)
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

/// Yields the frames with a pause of the task between them, in which the server flushes each.
fn one_by_one(frames: Vec<String>) -> impl Stream<Item = Result<String, Infallible>> {
    stream::unfold(frames.into_iter(), |mut frames| async move {
        tokio::task::yield_now().await;
        let frame = frames.next()?;
        Some((Ok(frame), frames))
    })
}
