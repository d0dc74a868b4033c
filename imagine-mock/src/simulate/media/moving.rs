//! Animations and videos.

use super::{generation, inputs};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::simulate::film::Film;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

const MOST_FRAMES: u16 = 120;

/// The format counts hundredths of a second, and viewers slow down what passes in fewer than two.
const MOST_FRAMES_PER_SECOND: u16 = 50;

pub(super) fn answer(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    let film = Film {
        seed: generation::seed(call),
        size: inputs::size(call)?,
        frames: inputs::whole(call, "num_frames", 12, 1..=MOST_FRAMES)?,
        frames_per_second: inputs::whole(call, "fps_id", 8, 1..=MOST_FRAMES_PER_SECOND)?,
        is_loop: call.flag("loop"),
    };
    generation::begin(state, call, Kind::Image, Work::Film(film))
}
