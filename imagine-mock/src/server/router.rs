//! Receives, records, authorizes and routes requests.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;

use crate::api::Api;
use crate::connection::ConnectionHandle;
use crate::expect;
use crate::fault;
use crate::media_file::MediaFile;
use crate::request_log::RecordedRequest;
use crate::response;
use crate::response::ErrorResponse;
use crate::server::account_permits::AccountPermit;
use crate::server::admin;
use crate::server::auth::SECRET_HEADERS;
use crate::server::handler::{self, PlannedResponse};
use crate::server::response_guard::ResponseGuard;
use crate::server::state::State;
use crate::service::Target;

/// The maximum size of a request body in bytes, far above that of audio files.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Handles any request and delivers its response.
pub(crate) async fn receive(
    axum::extract::State(state): axum::extract::State<Arc<State>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    if admin::is_admin(head.uri.path()) {
        let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
        return admin::respond(&state, &head, &body);
    }
    let body = to_bytes(body, MAX_BODY).await;
    let (number, planned) = handle(&state, head, body.ok());
    let mut guard = ResponseGuard::new(state, number, connection.clone());
    let PlannedResponse {
        response,
        fault,
        delays,
        permit: _permit,
        ..
    } = planned;
    let mut response = delays.apply(response).await;
    if let Some(fault) = fault {
        response = fault::deliver(&fault, &connection, response).await;
        if !fault.sends_response() {
            guard.complete();
        }
    }
    guard.watch(response)
}

/// Plans the response to a request, and returns it with the number of the request. The body is `None` if it cannot be
/// read.
pub(crate) fn handle(state: &State, head: Parts, body: Option<Bytes>) -> (u64, PlannedResponse) {
    let api = Api::from_path(head.uri.path()).map(|(api, _)| api);
    let mut request = recorded_request(head, body.clone().unwrap_or_default());
    let number = state.request_log.add(request.clone());
    let mut planned = match body {
        Some(_) => respond(state, api, number, &request),
        None => PlannedResponse::without_fault(error_response(api, &request, &payload_too_large())),
    };
    planned.record(&mut request);
    state.request_log.complete(number, request);
    if let Ok(id) = HeaderValue::from_str(&format!("mock-{number:06}")) {
        planned.response.headers_mut().insert("x-request-id", id);
    }
    (number, planned)
}

fn recorded_request(head: Parts, body: Bytes) -> RecordedRequest {
    let query = Query::try_from_uri(&head.uri).map_or_else(|_| Vec::new(), |Query(pairs)| pairs);
    let (api, path) = match Api::from_path(head.uri.path()) {
        Some((api, path)) => (Some(api.name()), path),
        None => (None, head.uri.path()),
    };
    let path = path.to_owned();
    let mut headers = head.headers;
    for name in SECRET_HEADERS {
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
        executed: false,
        status: None,
        disconnected: false,
        is_expected: false,
    }
}

fn respond(
    state: &State,
    api: Option<Api>,
    number: u64,
    request: &RecordedRequest,
) -> PlannedResponse {
    let error_response = |error: ErrorResponse| error_response(api, request, &error);
    // Downloads need no key, because browsers and image viewers have none.
    if let Some(file) = requested_file(state, request) {
        let response = file
            .render()
            .map(|bytes| response::bytes(file.media_type(), bytes));
        return PlannedResponse::without_fault(
            response.unwrap_or_else(|error| error_response(error.into())),
        );
    }
    if let Some(planned) = expected(state, error_format(api), number, request) {
        return planned;
    }
    let (target, key, permit) = match authorize(state, api, request) {
        Ok(authorized) => authorized,
        Err(error) => return PlannedResponse::without_fault(error_response(error)),
    };
    let mut planned = handler::for_call(state, &target, number, request, error_response);
    planned.permit = permit;
    if let Some(limits) = &state.rate_limits
        && planned.tokens > 0
    {
        limits.add_tokens(key, planned.tokens);
    }
    planned
}

/// Returns the response to a request whose method and path expectations cover.
fn expected(
    state: &State,
    api: Api,
    number: u64,
    request: &RecordedRequest,
) -> Option<PlannedResponse> {
    if !state.expectations.covers(request) {
        return None;
    }
    let key = state.keys.check(api, None, &request.headers);
    let matched = key.and_then(|_| expect::match_request(&state.expectations, api, request));
    match matched {
        Ok(matched) => {
            let fault = state.faults.next(&request.called(None), number);
            matched.map(|matched| PlannedResponse::expected(matched, api, fault))
        }
        Err(error) => Some(PlannedResponse::unmatched(response::error(api, &error))),
    }
}

/// Returns the operation that an authenticated request calls, its key, and the account permit that the operation
/// requires.
fn authorize<'a>(
    state: &State,
    api: Option<Api>,
    request: &'a RecordedRequest,
) -> Result<(Target, &'a str, Option<AccountPermit>), ErrorResponse> {
    // Authentication errors take precedence: an unauthenticated request gets no information about paths.
    let found = find_target(state, api, request);
    let operation = found.as_ref().ok().map(|target| target.operation);
    let key = state
        .keys
        .check(error_format(api), operation, &request.headers)?;
    if let Some(limits) = &state.rate_limits {
        limits.count_request(error_format(api), key)?;
    }
    let target = found?;
    let permits = state.account_permits.as_ref();
    let permits = permits.filter(|_| target.operation.exclusive);
    let permit = permits
        .map(|permits| permits.try_acquire(key))
        .transpose()?;
    Ok((target, key, permit))
}

fn requested_file(state: &State, request: &RecordedRequest) -> Option<MediaFile> {
    let is_get = request.api.is_some() && request.method == Method::GET;
    is_get
        .then(|| state.backend.files.get(&request.path))
        .flatten()
}

fn find_target(
    state: &State,
    api: Option<Api>,
    request: &RecordedRequest,
) -> Result<Target, ErrorResponse> {
    let RecordedRequest { method, path, .. } = request;
    let api = api.ok_or_else(|| outside_base_paths(path))?;
    let missing = || ErrorResponse::not_found(format!("no such path: {path}"));
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
    let message = format!("{path} does not support the method {method}");
    Err(ErrorResponse::new(StatusCode::METHOD_NOT_ALLOWED, message))
}

fn outside_base_paths(path: &str) -> ErrorResponse {
    let base_paths = Api::ALL.map(|api| format!("{} ({})", api.base_path(), api.name()));
    let base_paths = base_paths.join(", ");
    ErrorResponse::not_found(format!(
        "no such path: {path}; the base paths are {base_paths}"
    ))
}

fn error_response(api: Option<Api>, request: &RecordedRequest, error: &ErrorResponse) -> Response {
    let api = error_format(api);
    let response = response::error(api, error);
    if error.status == StatusCode::METHOD_NOT_ALLOWED {
        return response::allow(response, &api.contract().methods(&request.path));
    }
    response
}

/// Returns the API whose error format is used. A request outside all APIs gets that of the inference API.
fn error_format(api: Option<Api>) -> Api {
    api.unwrap_or(Api::Inference)
}

fn payload_too_large() -> ErrorResponse {
    let message = format!("the body is truncated or larger than {MAX_BODY} bytes");
    ErrorResponse::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}
