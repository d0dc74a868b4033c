//! Simulates polls of generations.

use super::generation;
use crate::error_response::ErrorResponse;
use crate::jobs::JobSchema;
use crate::service::info::buffered;
use crate::service::{Call, Outcome};
use crate::state::State;

pub(super) fn check(state: &State, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    poll(state, call, JobSchema::for_build(call.build))
}

pub(super) fn imagine_check(state: &State, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    poll(state, call, JobSchema::Imagined)
}

fn poll(state: &State, call: &Call<'_>, schema: JobSchema) -> Result<Outcome, ErrorResponse> {
    let id = call.string("generation_uuid");
    let status = state
        .jobs
        .poll(&id, generation::format(state, call, schema));
    let unknown = || ErrorResponse::not_found(format!("no such generation: {id}"));
    buffered(status.ok_or_else(unknown)?)
}
