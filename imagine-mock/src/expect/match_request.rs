//! Matches a request with the expectations of a mock.

use axum::response::Response;

use super::Expectations;
use super::request_view::RequestView;
use crate::api::Api;
use crate::contract::Payload;
use crate::fault::Fault;
use crate::request_log::RecordedRequest;
use crate::response::ErrorResponse;
use crate::response::delay::Delays;
use crate::service::{Backend, Call, Target};

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
    expectations: &Expectations,
    backend: &Backend,
    target: &Target,
    request: &RecordedRequest,
    payload: &Payload,
    call: &Call<'_>,
) -> Result<Option<Matched>, ErrorResponse> {
    let request = RequestView::for_operation(request, target, payload);
    let Some(expectation) = expectations.match_request(&request)? else {
        return Ok(None);
    };
    let script = &expectation.value.script;
    Ok(Some(Matched {
        response: script.respond(backend, call)?,
        executed: script.is_executed(),
        fault: script.fault.clone(),
        delays: script.delays,
    }))
}

/// Returns the scripted response to a request whose method and path expectations cover.
///
/// # Errors
///
/// Returns an error response if none matches.
pub(crate) fn match_request(
    expectations: &Expectations,
    api: Api,
    request: &RecordedRequest,
) -> Result<Option<Matched>, ErrorResponse> {
    let payload = Payload::sniff(&request.headers, &request.body);
    let request = RequestView::without_operation(request, &payload);
    let expectation = expectations.match_request(&request)?;
    Ok(expectation.map(|expectation| Matched {
        response: expectation.value.script.respond_without_operation(api),
        executed: false,
        fault: expectation.value.script.fault.clone(),
        delays: expectation.value.script.delays,
    }))
}
