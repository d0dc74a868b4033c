//! Images from prompts and from other images.

use super::generation::Product;
use super::{generation, inputs};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    let generation_type = match call.operation.id.as_str() {
        "text2img" => "text_to_image",
        "remove_background" | "upscale" => {
            generation::require_image(call)?;
            "image_to_image"
        }
        _ => "image_to_image",
    };
    let work = Work::Picture {
        seed: generation::seed(call),
        size: inputs::size(call)?,
    };
    generation::submit(
        state,
        call,
        Product::new(Kind::Image, generation_type, work),
    )
}
