//! Music and sound effects.

use super::{generation, inputs};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

/// The seconds that a sound plays of which nothing is said.
const SECONDS: f64 = 4.0;

const FEWEST_SECONDS: f64 = 0.1;

/// The most seconds that a sound can have.
pub(super) const MOST_SECONDS: f64 = 300.0;

pub(super) fn answer(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let allowed = FEWEST_SECONDS..=MOST_SECONDS;
    let work = Work::Sound {
        seed: generation::seed(call),
        seconds: inputs::number(call, "duration", SECONDS, allowed)?,
    };
    generation::begin(state, call, Kind::Sound, work)
}
