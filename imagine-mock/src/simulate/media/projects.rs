//! Projects, which the mock takes any change of: nothing that it answers tells of them.

use serde_json::json;

use crate::failure::Failure;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;

pub(super) fn update(_: &State, _: &Call<'_>) -> Result<Outcome, Failure> {
    success()
}

/// The response to what was done and has nothing to tell.
pub(super) fn success() -> Result<Outcome, Failure> {
    done(json!({"message": "success", "success": true}))
}
