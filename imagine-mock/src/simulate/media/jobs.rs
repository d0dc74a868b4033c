//! How generations get on.

use crate::failure::Failure;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;

pub(super) fn check(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let id = call.text("generation_uuid");
    let status = state.jobs.look(&id);
    let unknown = || Failure::not_found(format!("no such generation: {id}"));
    done(status.ok_or_else(unknown)?)
}
