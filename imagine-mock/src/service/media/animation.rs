//! Simulates animations and videos.

use super::generation::Product;
use super::{generation, inputs};
use crate::media_file::MediaFile;
use crate::media_file::gif::Animation;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::JobKind;
use crate::service::media_build::Build;
use crate::service::{Call, Outcome};

const MAX_FRAMES: u16 = 120;

/// The maximum frame rate. GIF delays are hundredths of a second, and viewers slow down delays below two.
const MAX_FRAMES_PER_SECOND: u16 = 50;

pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    inputs::check_images(call)?;
    let generation_type = match call.operation.id.as_str() {
        "animate" => "image_to_video",
        _ => "text_to_video",
    };
    let product = Product::new(JobKind::Image, generation_type, file(call));
    generation::submit(backend, call, product)
}

pub(super) fn file(call: &Call<'_>) -> MediaFile {
    let rate_field = match call.build {
        Build::V0_2 => "fps_id",
        Build::V0_5 => "fps",
    };
    MediaFile::Gif(Animation {
        seed: generation::seed(call),
        size: inputs::size(call),
        frames: inputs::integer(call, "num_frames", 12, 1..=MAX_FRAMES),
        frames_per_second: inputs::integer(call, rate_field, 8, 1..=MAX_FRAMES_PER_SECOND),
        is_loop: call.is_true("loop"),
    })
}
