//! Simulates transcription: describes a recording by its headers.

use serde_json::json;

use super::media_file::wav::WavInfo;
use super::{Call, Outcome, text};
use crate::clock;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn respond(_: &State, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let text = match call.scripted_text() {
        Some(chunks) => chunks.concat(),
        None => transcript(call)?,
    };
    let tokens = Tokens {
        input: 0,
        output: text::count_tokens(&text),
    };
    let response = json!({
        "id": call.id("transcribe"),
        "text": text,
        "generation_time": tokens.generation_time(),
        "ts": clock::date_time(call.created as u64),
    });
    Ok(Outcome::buffered(response, tokens))
}

fn transcript(call: &Call<'_>) -> Result<String, ErrorResponse> {
    let file = call.part("file").map(|part| &part.data[..]);
    let info = file.and_then(WavInfo::parse).ok_or_else(|| {
        let message =
            "must be a WAV file (RIFF with fmt and data chunks), the only format that the mock supports";
        ErrorResponse::invalid_field(call.operation, "file", message)
    })?;
    Ok(info.describe())
}
