//! Animations and video.

use super::generation::Product;
use super::{generation, inputs};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::media_build::Build;
use crate::simulate::film::Film;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

const MOST_FRAMES: u16 = 120;

/// The format counts hundredths of a second, and viewers slow down what passes in fewer than two.
const MOST_FRAMES_PER_SECOND: u16 = 50;

pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    let generation_type = match call.operation.id.as_str() {
        "animate" => "image_to_video",
        _ => "text_to_video",
    };
    let product = Product::new(Kind::Image, generation_type, work(call)?);
    generation::submit(state, call, product)
}

pub(super) fn work(call: &Call<'_>) -> Result<Work, Failure> {
    let rate = match call.build {
        Build::V0_2 => "fps_id",
        Build::V0_5 => "fps",
    };
    Ok(Work::Film(Film {
        seed: generation::seed(call),
        size: inputs::size(call)?,
        frames: inputs::whole(call, "num_frames", 12, 1..=MOST_FRAMES)?,
        frames_per_second: inputs::whole(call, rate, 8, 1..=MOST_FRAMES_PER_SECOND)?,
        is_loop: call.flag("loop"),
    }))
}
