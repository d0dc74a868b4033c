//! The admin API of a running mock, for tests in other processes and languages.
//!
//! It needs no key, and its requests are neither recorded nor faulted.

mod faults;
mod requests;

use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::response;
use crate::server::state::State;

const BASE_PATH: &str = "/__mock";

/// The resources with their methods.
const RESOURCES: [(&str, &[Method]); 4] = [
    ("/requests", &[Method::GET, Method::DELETE]),
    ("/faults", &[Method::GET, Method::POST, Method::DELETE]),
    (
        "/expectations",
        &[Method::GET, Method::POST, Method::DELETE],
    ),
    ("/reset", &[Method::POST]),
];

/// The result of an admin request: a status with JSON, or the description of an error in the request.
type AdminResult = Result<(StatusCode, Value), String>;

/// Returns whether a path belongs to the admin API.
pub(crate) fn is_admin(path: &str) -> bool {
    resource(path).is_some()
}

/// Returns the rest of a path below the base path.
fn resource(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(BASE_PATH)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Handles a request for the admin API.
pub(crate) fn respond(state: &State, head: &Parts, body: &[u8]) -> Response {
    let resource = resource(head.uri.path()).unwrap_or_default();
    let known = RESOURCES.into_iter().find(|(path, _)| *path == resource);
    let Some((_, methods)) = known else {
        let paths = RESOURCES.map(|(path, _)| format!("{BASE_PATH}{path}"));
        let message = format!("no such path; the admin API has {}", paths.join(", "));
        return error(StatusCode::NOT_FOUND, &message);
    };
    if !methods.contains(&head.method) {
        let message = format!("{BASE_PATH}{resource} does not support {}", head.method);
        let response = error(StatusCode::METHOD_NOT_ALLOWED, &message);
        return response::allow(response, &methods.iter().collect::<Vec<_>>());
    }
    match handle(state, &head.method, resource, body) {
        Ok((status, value)) => response::json_with_status(status, &value),
        Err(message) => error(StatusCode::BAD_REQUEST, &message),
    }
}

fn handle(state: &State, method: &Method, resource: &str, body: &[u8]) -> AdminResult {
    match (method, resource) {
        (&Method::GET, "/requests") => ok(requests::list(state)),
        (&Method::GET, "/faults") => ok(faults::list(state)),
        (&Method::GET, "/expectations") => ok(state.expectations.to_json()),
        (&Method::POST, "/faults") => {
            faults::add(state, text(body)?)?;
            Ok((StatusCode::CREATED, faults::list(state)))
        }
        (&Method::POST, "/expectations") => {
            let expectation = parse(text(body)?)?;
            let location = format!("POST {BASE_PATH}{resource}");
            state.expectations.add_json(&expectation, location)?;
            Ok((StatusCode::CREATED, state.expectations.to_json()))
        }
        (_, "/requests") => {
            state.request_log.clear();
            ok(requests::list(state))
        }
        (_, "/faults") => {
            state.faults.clear();
            ok(faults::list(state))
        }
        (_, "/expectations") => {
            state.expectations.clear();
            ok(state.expectations.to_json())
        }
        _ => {
            state.reset();
            ok(json!({}))
        }
    }
}

fn ok(value: Value) -> AdminResult {
    Ok((StatusCode::OK, value))
}

fn text(body: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(body).map_err(|error| format!("the body is not text: {error}"))
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("the body is not JSON: {error}"))
}

fn error(status: StatusCode, message: &str) -> Response {
    response::json_with_status(status, &json!({"error": message}))
}
