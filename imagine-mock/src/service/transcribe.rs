//! Simulates transcription: describes a recording by its headers.

use serde_json::json;

use super::Backend;
use super::{Call, Outcome, text};
use crate::clock;
use crate::media_file::wav::WavInfo;
use crate::response::ErrorResponse;
use crate::service::backend::usage::Tokens;

pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let text = match call.scripted_text() {
        Some(chunks) => chunks.concat(),
        None => transcript(call),
    };
    let tokens = Tokens {
        input: 0,
        output: text::count_tokens(&text),
    };
    let response = json!({
        "id": call.id("transcribe"),
        "text": text,
        "generation_time": tokens.generation_time(),
        "ts": clock::date_time(call.created),
    });
    Ok(Outcome::buffered(response, tokens))
}

/// Returns the length of the recording in seconds; 0 for a file that is not a WAV file.
pub(super) fn seconds(call: &Call<'_>) -> f64 {
    let info = call
        .part("file")
        .and_then(|part| WavInfo::parse(&part.data));
    info.map_or(0.0, |info| info.seconds)
}

/// Describes a recording: a WAV file by its headers, any other file by its size.
fn transcript(call: &Call<'_>) -> String {
    let part = call.part("file");
    let file = part.map(|part| &part.data[..]).unwrap_or_default();
    match WavInfo::parse(file) {
        Some(info) => info.describe(),
        None => format!("A recording of {} bytes.", file.len()),
    }
}
