//! Simulates music and sound effects.

use serde_json::Value;

use super::generation::Product;
use super::{generation, inputs};
use crate::media_file::MediaFile;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::JobKind;
use crate::service::{Call, Outcome};

/// The default duration.
const SECONDS: f64 = 4.0;

const MIN_SECONDS: f64 = 0.1;

pub(super) const MAX_SECONDS: f64 = 300.0;

pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let generation_type = match call.operation.id.as_str() {
        "music" => "text_to_music",
        _ => "text_to_sfx",
    };
    let product = Product::new(JobKind::Audio, generation_type, file(call)?);
    generation::submit(backend, call, product)
}

pub(super) fn file(call: &Call<'_>) -> Result<MediaFile, ErrorResponse> {
    check_lyrics(call)?;
    let rendered = MIN_SECONDS..=MAX_SECONDS;
    Ok(MediaFile::Wav {
        seed: generation::seed(call),
        seconds: inputs::number(call, "duration", SECONDS, rendered),
    })
}

/// Rejects vocals without lyrics.
fn check_lyrics(call: &Call<'_>) -> Result<(), ErrorResponse> {
    let music_type = call.body().get("music_type").and_then(Value::as_str);
    let has_vocals = matches!(music_type, Some("vocals" | "mixed"));
    if has_vocals && call.string("lyrics").is_empty() {
        let message = "is required for the types vocals and mixed";
        return Err(ErrorResponse::invalid_field(
            call.operation,
            "lyrics",
            message,
        ));
    }
    Ok(())
}
