//! The way of a request: received, recorded, authorised, matched, validated, simulated, answered.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;

use crate::answer;
use crate::api::Api;
use crate::auth::SECRET;
use crate::contract::{OperationSpec, Payload, Unreadable, Violation};
use crate::failure::Failure;
use crate::lenient;
use crate::record::RecordedRequest;
use crate::simulate::{self, Call, Sent, Target, Work};
use crate::state::State;

/// Larger bodies are refused; audio files stay far below it.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Answers any request.
pub(crate) async fn receive(
    axum::extract::State(state): axum::extract::State<Arc<State>>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await;
    let api = Api::of(head.uri.path()).map(|(api, _)| api);
    let request = recorded(head, body.as_ref().cloned().unwrap_or_default());
    let number = state.record.received(request.clone());
    let answered = match body {
        Ok(_) => respond(&state, api, number, &request),
        Err(_) => Err(too_large()),
    };
    let mut response = answered.unwrap_or_else(|failure| refuse(api, &request, &failure));
    state.record.answered(number, response.status());
    if let Ok(id) = HeaderValue::from_str(&format!("mock-{number:06}")) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn recorded(head: Parts, body: Bytes) -> RecordedRequest {
    let query = Query::try_from_uri(&head.uri).map_or_else(|_| Vec::new(), |Query(pairs)| pairs);
    let (api, path) = match Api::of(head.uri.path()) {
        Some((api, below)) => (Some(api.name()), below),
        None => (None, head.uri.path()),
    };
    let path = path.to_owned();
    let mut headers = head.headers;
    for name in SECRET {
        if let Some(key) = headers.get_mut(name) {
            key.set_sensitive(true);
        }
    }
    RecordedRequest {
        method: head.method,
        api,
        path,
        query,
        headers,
        body,
        operation: None,
        status: None,
    }
}

fn respond(
    state: &State,
    api: Option<Api>,
    number: u64,
    request: &RecordedRequest,
) -> Result<Response, Failure> {
    // Links work in browsers and image viewers, which have no key.
    if let Some(work) = file(state, request) {
        return Ok(answer::file(work.media(), work.render()?));
    }
    state.keys.check(speaker(api), &request.headers)?;
    let target = find(api, request)?;
    state.record.matched(number, &target.operation.id);
    call(state, &target, number, request)
}

fn file(state: &State, request: &RecordedRequest) -> Option<Work> {
    let asked = request.api.is_some() && request.method == Method::GET;
    asked.then(|| state.files.at(&request.path)).flatten()
}

fn find(api: Option<Api>, request: &RecordedRequest) -> Result<Target, Failure> {
    let RecordedRequest { method, path, .. } = request;
    let api = api.ok_or_else(|| outside(path))?;
    if let Some((operation, arguments)) = api.contract().find(method, path) {
        return Ok(Target {
            api,
            operation,
            arguments,
        });
    }
    if api.contract().methods(path).is_empty() {
        return Err(Failure::not_found(format!("no such path: {path}")));
    }
    let message = format!("{path} is not called by {method}");
    Err(Failure::new(StatusCode::METHOD_NOT_ALLOWED, message))
}

fn outside(path: &str) -> Failure {
    let [inference, media] = [Api::Inference, Api::Media].map(Api::base);
    Failure::not_found(format!(
        "no such path: {path}; inference lies below {inference}, and media below {media}"
    ))
}

fn call(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
) -> Result<Response, Failure> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let violations = contract.check_parameters(operation, &request.query, &target.arguments);
    refuse_violations(operation, violations)?;
    let payload = payload(target, request)?;
    let call = Call::new(target, &payload, &request.query, number);
    let outcome = simulate::run(state, &call)?;
    Ok(match outcome.sent {
        Sent::Answer => answer::json(&outcome.answer),
        Sent::Instead(other) => answer::json(&other),
        Sent::Events(events) => answer::events(&events),
    })
}

fn payload(target: &Target, request: &RecordedRequest) -> Result<Payload, Failure> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let mut payload = contract
        .read_payload(operation, &request.headers, &request.body)
        .map_err(|unreadable| unreadable_failure(operation, unreadable))?;
    lenient::complete(contract, operation, &mut payload);
    refuse_violations(operation, contract.check_payload(operation, &payload))?;
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

fn refuse(api: Option<Api>, request: &RecordedRequest, failure: &Failure) -> Response {
    let api = speaker(api);
    let response = answer::failure(api, failure);
    if failure.status == StatusCode::METHOD_NOT_ALLOWED {
        return answer::allow(response, &api.contract().methods(&request.path));
    }
    response
}

/// The API that refuses what a request asks. What lies outside of both is refused by inference.
fn speaker(api: Option<Api>) -> Api {
    api.unwrap_or(Api::Inference)
}

fn too_large() -> Failure {
    let message = format!("the body is cut or larger than {MAX_BODY} bytes");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}
