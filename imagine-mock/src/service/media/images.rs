//! Simulates images from prompts and from other images.

use super::generation::Product;
use super::{generation, inputs};
use crate::error_response::ErrorResponse;
use crate::jobs::JobKind;
use crate::service::{Call, MediaFile, Outcome};
use crate::state::State;

pub(super) fn respond(state: &State, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    inputs::check_images(call)?;
    let generation_type = match call.operation.id.as_str() {
        "text2img" => "text_to_image",
        "remove_background" | "upscale" => {
            generation::require_image(call)?;
            "image_to_image"
        }
        _ => "image_to_image",
    };
    let file = MediaFile::Png {
        seed: generation::seed(call),
        size: inputs::size(call),
    };
    let product = Product::new(JobKind::Image, generation_type, file);
    generation::submit(state, call, product)
}
