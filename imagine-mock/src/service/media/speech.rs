//! Simulates speech synthesis.

use super::audio::MAX_SECONDS;
use super::generation::Product;
use super::{generation, voices};
use crate::media_file::MediaFile;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::JobKind;
use crate::service::{Call, Outcome};

/// The default transcript, as in the documentation.
const TRANSCRIPT: &str = "A wizard's job is to vex chumps quickly in fog.";

const SECONDS_PER_CHARACTER: f64 = 0.07;

pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    if let Some(voice) = voices::optional_id(call, "voice_id")
        && !backend.voices.contains(&voice)
    {
        return Err(voices::unknown(&voice));
    }
    let product = Product::new(JobKind::Speech, "text_to_speech", file(call));
    generation::submit(backend, call, product)
}

pub(super) fn file(call: &Call<'_>) -> MediaFile {
    let transcript = call
        .optional_string("transcript")
        .unwrap_or(TRANSCRIPT.into());
    let seconds = transcript.chars().count() as f64 * SECONDS_PER_CHARACTER;
    MediaFile::Wav {
        seed: generation::seed(call),
        seconds: seconds.min(MAX_SECONDS),
    }
}
