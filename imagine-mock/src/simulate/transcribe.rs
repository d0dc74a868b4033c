//! "Writes down" audio files: says what their headers say.

use serde_json::json;

use super::wav::Wav;
use super::{Call, Outcome, text};
use crate::clock;
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let text = match call.said() {
        Some(said) => said.concat(),
        None => heard(call)?,
    };
    let tokens = Tokens {
        input: 0,
        output: text::count(&text),
    };
    let response = json!({
        "id": call.id("transcribe"),
        "text": text,
        "generation_time": tokens.generation_time(),
        "ts": clock::date_time(call.created as u64),
    });
    Ok(Outcome::whole(response, tokens))
}

fn heard(call: &Call<'_>) -> Result<String, Failure> {
    let file = call.part("file").map(|part| &part.data[..]);
    let wav = file.and_then(Wav::read).ok_or_else(|| {
        let message =
            "is not a WAV file (RIFF with fmt and data chunks), the only kind that the mock reads";
        Failure::field(call.operation, "file", message)
    })?;
    Ok(wav.describe())
}
