//! Pictures from prompts and from other pictures.

use super::{generation, inputs};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

pub(super) fn answer(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    let work = Work::Picture {
        seed: generation::seed(call),
        size: inputs::size(call)?,
    };
    generation::begin(state, call, Kind::Image, work)
}
