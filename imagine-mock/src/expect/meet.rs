//! Answers a request by the expectation that it meets.

use axum::response::Response;

use super::seen::Seen;
use crate::contract::Payload;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::pause::Pauses;
use crate::record::RecordedRequest;
use crate::simulate::{Call, Target};
use crate::state::State;

/// What an expectation answers.
pub(crate) struct Met {
    pub(crate) response: Response,
    pub(crate) carried_out: bool,
    pub(crate) fault: Option<Fault>,
    pub(crate) pauses: Pauses,
}

/// What a valid call meets: nothing, where nothing is expected of its operation.
pub(crate) fn meet(
    state: &State,
    target: &Target,
    request: &RecordedRequest,
    payload: &Payload,
    call: &Call<'_>,
) -> Result<Option<Met>, Failure> {
    let seen = Seen::new(request, target, payload);
    let Some(expected) = state.expectations.meet(&seen)? else {
        return Ok(None);
    };
    let script = &expected.script;
    Ok(Some(Met {
        response: script.respond(state, call)?,
        carried_out: script.works(),
        fault: script.fault.clone(),
        pauses: script.pauses,
    }))
}
