//! Polls of generations.

use super::generation;
use crate::failure::Failure;
use crate::jobs::Schema;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;

pub(super) fn check(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    poll(state, call, Schema::of(call.build))
}

pub(super) fn imagine_check(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    poll(state, call, Schema::Imagined)
}

fn poll(state: &State, call: &Call<'_>, schema: Schema) -> Result<Outcome, Failure> {
    let id = call.text("generation_uuid");
    let status = state.jobs.poll(&id, generation::form(state, call, schema));
    let unknown = || Failure::not_found(format!("no such generation: {id}"));
    done(status.ok_or_else(unknown)?)
}
