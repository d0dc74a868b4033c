//! Simulates images from prompts and from other images.

use super::generation::Product;
use super::{generation, inputs};
use crate::media_file::MediaFile;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::JobKind;
use crate::service::{Call, Outcome};

pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
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
    generation::submit(backend, call, product)
}
