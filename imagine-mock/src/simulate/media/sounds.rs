//! Music and sound effects.

use serde_json::Value;

use super::generation::Product;
use super::{generation, inputs};
use crate::failure::Failure;
use crate::jobs::Kind;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

/// The seconds that a sound plays by default.
const SECONDS: f64 = 4.0;

const FEWEST_SECONDS: f64 = 0.1;

/// The most seconds that a sound can have.
pub(super) const MOST_SECONDS: f64 = 300.0;

pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let generation_type = match call.operation.id.as_str() {
        "music" => "text_to_music",
        _ => "text_to_sfx",
    };
    let product = Product::new(Kind::Sound, generation_type, work(call)?);
    generation::submit(state, call, product)
}

pub(super) fn work(call: &Call<'_>) -> Result<Work, Failure> {
    check_lyrics(call)?;
    let allowed = FEWEST_SECONDS..=MOST_SECONDS;
    Ok(Work::Sound {
        seed: generation::seed(call),
        seconds: inputs::number(call, "duration", SECONDS, allowed)?,
    })
}

/// Vocals need lyrics.
fn check_lyrics(call: &Call<'_>) -> Result<(), Failure> {
    let music_type = call.body().get("music_type").and_then(Value::as_str);
    let has_vocals = matches!(music_type, Some("vocals" | "mixed"));
    if has_vocals && call.text("lyrics").is_empty() {
        let message = "is required for the types vocals and mixed";
        return Err(Failure::field(call.operation, "lyrics", message));
    }
    Ok(())
}
