//! Matches a request with the expectations of a mock.

use axum::response::Response;

use super::request_view::RequestView;
use crate::api::Api;
use crate::contract::Payload;
use crate::delay::Delays;
use crate::error_response::ErrorResponse;
use crate::fault::Fault;
use crate::request_log::RecordedRequest;
use crate::service::{Call, Target};
use crate::state::State;

/// The scripted response of a matching expectation.
pub(crate) struct Matched {
    pub(crate) response: Response,
    pub(crate) executed: bool,
    pub(crate) fault: Option<Fault>,
    pub(crate) delays: Delays,
}

/// Returns the scripted response to a valid call, or `None` if its operation has no expectations.
///
/// # Errors
///
/// Returns an error response if the operation has expectations and none matches.
pub(crate) fn match_call(
    state: &State,
    target: &Target,
    request: &RecordedRequest,
    payload: &Payload,
    call: &Call<'_>,
) -> Result<Option<Matched>, ErrorResponse> {
    let request = RequestView::for_operation(request, target, payload);
    let Some(expectation) = state.expectations.match_request(&request)? else {
        return Ok(None);
    };
    let script = &expectation.script;
    Ok(Some(Matched {
        response: script.respond(state, call)?,
        executed: script.is_executed(),
        fault: script.fault.clone(),
        delays: script.delays,
    }))
}

/// Returns the scripted response to a request, or `None` if no expectation covers its method and path.
///
/// # Errors
///
/// Returns an error response if expectations cover the request and none matches.
pub(crate) fn match_request(
    state: &State,
    api: Api,
    request: &RecordedRequest,
) -> Result<Option<Matched>, ErrorResponse> {
    if !state.expectations.covers(request) {
        return Ok(None);
    }
    state.keys.check(api, None, &request.headers)?;
    let payload = Payload::sniff(&request.headers, &request.body);
    let request = RequestView::without_operation(request, &payload);
    let expectation = state.expectations.match_request(&request)?;
    Ok(expectation.map(|expectation| Matched {
        response: expectation.script.respond_without_operation(api),
        executed: false,
        fault: expectation.script.fault.clone(),
        delays: expectation.script.delays,
    }))
}
