//! The way of a request: received, recorded, authorised, matched, validated, simulated, answered.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Query, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;

use crate::answer;
use crate::contract::{OperationSpec, Payload, Unreadable, Violation};
use crate::failure::Failure;
use crate::lenient;
use crate::record::RecordedRequest;
use crate::simulate::{self, Call, Sent};
use crate::state::{BASE, State};

/// Larger bodies are refused; audio files stay far below it.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Answers any request.
pub(crate) async fn receive(
    axum::extract::State(state): axum::extract::State<Arc<State>>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await;
    let request = recorded(head, body.as_ref().cloned().unwrap_or_default());
    let number = state.record.received(request.clone());
    let mut response = match body {
        Ok(_) => respond(&state, number, &request),
        Err(_) => answer::failure(&too_large()),
    };
    state.record.answered(number, response.status());
    if let Ok(id) = HeaderValue::from_str(&format!("mock-{number:06}")) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn recorded(head: Parts, body: Bytes) -> RecordedRequest {
    let query = Query::try_from_uri(&head.uri).map_or_else(|_| Vec::new(), |Query(pairs)| pairs);
    let path = head.uri.path();
    let below = below_base(path);
    let (path, in_api) = (below.unwrap_or(path).to_owned(), below.is_some());
    let mut headers = head.headers;
    if let Some(key) = headers.get_mut(AUTHORIZATION) {
        key.set_sensitive(true);
    }
    RecordedRequest {
        method: head.method,
        path,
        query,
        headers,
        body,
        operation: None,
        status: None,
        in_api,
    }
}

fn respond(state: &State, number: u64, request: &RecordedRequest) -> Response {
    // Links work in browsers and image viewers, which have no key.
    if let Some(file) = file(state, request) {
        return answer::png(file);
    }
    match call(state, number, request) {
        Ok(response) => response,
        Err(failure) => refuse(state, request, &failure),
    }
}

fn file(state: &State, request: &RecordedRequest) -> Option<Bytes> {
    let asked = request.in_api && request.method == Method::GET;
    asked.then(|| state.files.at(&request.path)).flatten()
}

fn call(state: &State, number: u64, request: &RecordedRequest) -> Result<Response, Failure> {
    state.keys.check(&request.headers)?;
    let (operation, arguments) = find(state, request)?;
    state.record.matched(number, &operation.id);
    let violations = state
        .contract
        .check_parameters(operation, &request.query, &arguments);
    refuse_violations(operation, violations)?;
    let payload = payload(state, operation, request)?;
    let call = Call::new(operation, &payload, &request.query, number);
    let outcome = simulate::run(state, &call)?;
    Ok(match outcome.sent {
        Sent::Answer => answer::json(&outcome.answer),
        Sent::Instead(other) => answer::json(&other),
        Sent::Events(events) => answer::events(&events),
    })
}

type Found = (&'static OperationSpec, Vec<(String, String)>);

fn find(state: &State, request: &RecordedRequest) -> Result<Found, Failure> {
    let RecordedRequest { method, path, .. } = request;
    if !request.in_api {
        let message = format!("no such path: {path}; the API lies below {BASE}");
        return Err(Failure::new(StatusCode::NOT_FOUND, message));
    }
    if let Some(found) = state.contract.find(method, path) {
        return Ok(found);
    }
    if state.contract.methods(path).is_empty() {
        let message = format!("no such path: {path}");
        return Err(Failure::new(StatusCode::NOT_FOUND, message));
    }
    let message = format!("{path} is not called by {method}");
    Err(Failure::new(StatusCode::METHOD_NOT_ALLOWED, message))
}

fn payload(
    state: &State,
    operation: &OperationSpec,
    request: &RecordedRequest,
) -> Result<Payload, Failure> {
    let mut payload = state
        .contract
        .read_payload(operation, &request.headers, &request.body)
        .map_err(|unreadable| unreadable_failure(operation, unreadable))?;
    lenient::complete(state.contract, operation, &mut payload);
    refuse_violations(operation, state.contract.check_payload(operation, &payload))?;
    Ok(payload)
}

fn refuse_violations(operation: &OperationSpec, violations: Vec<Violation>) -> Result<(), Failure> {
    let refused: Vec<_> = violations
        .into_iter()
        .filter(|violation| !lenient::tolerates(violation))
        .collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(operation, refused))
    }
}

fn unreadable_failure(operation: &OperationSpec, unreadable: Unreadable) -> Failure {
    match unreadable {
        Unreadable::Malformed(violation) => {
            Failure::new(StatusCode::BAD_REQUEST, format!("Malformed {violation}"))
        }
        unexpected => Failure::invalid(operation, [unexpected.into_violation()]),
    }
}

fn refuse(state: &State, request: &RecordedRequest, failure: &Failure) -> Response {
    let response = answer::failure(failure);
    if failure.status == StatusCode::METHOD_NOT_ALLOWED {
        return answer::allow(response, &state.contract.methods(&request.path));
    }
    response
}

fn too_large() -> Failure {
    let message = format!("the body is cut or larger than {MAX_BODY} bytes");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn below_base(path: &str) -> Option<&str> {
    path.strip_prefix(BASE)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}
