//! The way of a request: received, recorded, authorised, matched, and replied to.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;

use crate::api::Api;
use crate::auth::SECRET;
use crate::connection::Line;
use crate::failure::Failure;
use crate::fault;
use crate::in_progress::Turn;
use crate::record::RecordedRequest;
use crate::reply::{self, Reply};
use crate::responses;
use crate::simulate::{Target, Work};
use crate::state::State;

/// Larger bodies are refused; audio files stay far below it.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Answers any request.
pub(crate) async fn receive(
    axum::extract::State(state): axum::extract::State<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await;
    let Reply {
        response,
        fault,
        pauses,
        turn: _turn,
        ..
    } = handle(&state, head, body.ok());
    let response = pauses.slow(response).await;
    match fault {
        Some(fault) => fault::deliver(&fault, &line, response).await,
        None => response,
    }
}

/// What a request comes to. It has no body where that cannot be read.
pub(crate) fn handle(state: &State, head: Parts, body: Option<Bytes>) -> Reply {
    let api = Api::of(head.uri.path()).map(|(api, _)| api);
    let request = recorded(head, body.clone().unwrap_or_default());
    let number = state.record.received(request.clone());
    let mut reply = match body {
        Some(_) => respond(state, api, number, &request),
        None => Reply::without_fault(refuse(api, &request, &too_large())),
    };
    state.record.decided(number, reply.decision());
    if let Ok(id) = HeaderValue::from_str(&format!("mock-{number:06}")) {
        reply.response.headers_mut().insert("x-request-id", id);
    }
    reply
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
        fault: None,
        carried_out: false,
        status: None,
    }
}

fn respond(state: &State, api: Option<Api>, number: u64, request: &RecordedRequest) -> Reply {
    let refused = |failure: Failure| refuse(api, request, &failure);
    // Links work in browsers and image viewers, which have no key.
    if let Some(work) = file(state, request) {
        let file = work
            .render()
            .map(|file| responses::file(work.media(), file));
        return Reply::without_fault(file.unwrap_or_else(refused));
    }
    let (target, turn) = match admit(state, api, request) {
        Ok(admitted) => admitted,
        Err(failure) => return Reply::without_fault(refused(failure)),
    };
    state.record.matched(number, &target.operation.id);
    let mut reply = reply::to_call(state, &target, number, request, refused);
    reply.turn = turn;
    reply
}

/// The operation that a request with a good key calls, and its turn where an account has one request at a time.
fn admit(
    state: &State,
    api: Option<Api>,
    request: &RecordedRequest,
) -> Result<(Target, Option<Turn>), Failure> {
    // A request without a good key learns nothing of the paths.
    let found = find(state, api, request);
    let operation = found.as_ref().ok().map(|target| target.operation);
    let key = state
        .keys
        .check(speaker(api), operation, &request.headers)?;
    let target = found?;
    let in_progress = state.in_progress.as_ref();
    let in_progress = in_progress.filter(|_| target.operation.exclusive);
    let turn = in_progress.map(|all| all.start(key)).transpose()?;
    Ok((target, turn))
}

fn file(state: &State, request: &RecordedRequest) -> Option<Work> {
    let asked = request.api.is_some() && request.method == Method::GET;
    asked.then(|| state.files.at(&request.path)).flatten()
}

fn find(state: &State, api: Option<Api>, request: &RecordedRequest) -> Result<Target, Failure> {
    let RecordedRequest { method, path, .. } = request;
    let api = api.ok_or_else(|| outside(path))?;
    let missing = || Failure::not_found(format!("no such path: {path}"));
    if let Some((operation, arguments)) = api.contract().find(method, path) {
        let build = state.builds.next(operation);
        if !build.has(operation) {
            return Err(missing());
        }
        return Ok(Target {
            api,
            operation,
            arguments,
            build,
        });
    }
    if api.contract().methods(path).is_empty() {
        return Err(missing());
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

fn refuse(api: Option<Api>, request: &RecordedRequest, failure: &Failure) -> Response {
    let api = speaker(api);
    let response = responses::failure(api, failure);
    if failure.status == StatusCode::METHOD_NOT_ALLOWED {
        return responses::allow(response, &api.contract().methods(&request.path));
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
