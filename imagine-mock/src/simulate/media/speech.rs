//! Speech from transcripts.

use super::generation::Product;
use super::sounds::MOST_SECONDS;
use super::{generation, voices};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

/// What is read out where the request has no transcript, as the documentation shows it.
const TRANSCRIPT: &str = "A wizard's job is to vex chumps quickly in fog.";

const SECONDS_PER_CHARACTER: f64 = 0.07;

pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    if let Some(voice) = voices::named(call, "voice_id")
        && !state.voices.has(&voice)
    {
        return Err(voices::unknown(&voice));
    }
    let product = Product::new(Kind::Speech, "text_to_speech", work(call));
    generation::submit(state, call, product)
}

pub(super) fn work(call: &Call<'_>) -> Work {
    let transcript = call.field("transcript").unwrap_or(TRANSCRIPT.into());
    let seconds = transcript.chars().count() as f64 * SECONDS_PER_CHARACTER;
    Work::Sound {
        seed: generation::seed(call),
        seconds: seconds.min(MOST_SECONDS),
    }
}
