//! Matches a request with the expectations of a mock.

use axum::response::Response;

use super::request_view::RequestView;
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
pub(crate) fn match_request(
    state: &State,
    target: &Target,
    request: &RecordedRequest,
    payload: &Payload,
    call: &Call<'_>,
) -> Result<Option<Matched>, ErrorResponse> {
    let request = RequestView::new(request, target, payload);
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
