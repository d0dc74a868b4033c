//! Simulates transcription of uploaded recordings.

use serde_json::json;

use super::costs;
use crate::contract::FormPart;
use crate::media_file::wav::WavInfo;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

/// The documented formats.
const FORMATS: [&str; 8] = ["mp3", "flv", "ogg", "wav", "raw", "m4a", "mp4", "wave"];

/// A recording in a documented format.
pub(super) struct Recording {
    pub(super) file_name: String,
    /// The simulated transcript, which describes the recording.
    pub(super) transcript: String,
}

/// Simulates speech to text.
pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let transcript = match call.scripted_text() {
        Some(chunks) => Some(chunks.concat()),
        None => read(call)?.map(|recording| recording.transcript),
    };
    costs::charge(backend, call)?;
    buffered(json!({"reference_text": transcript.unwrap_or_default()}))
}

/// Returns the recording in the part `sample`, if there is one.
pub(super) fn read(call: &Call<'_>) -> Result<Option<Recording>, ErrorResponse> {
    let recording = |part| {
        let recording = transcribe(part);
        recording.map_err(|message| ErrorResponse::invalid_field(call.operation, "sample", message))
    };
    call.part("sample").map(recording).transpose()
}

fn transcribe(part: &FormPart) -> Result<Recording, String> {
    let file_name = part.file_name.clone().unwrap_or_default();
    let format = file_name.rsplit_once('.').map(|(_, format)| format);
    let format = format.unwrap_or_default().to_lowercase();
    let transcript = match format.as_str() {
        "wav" | "wave" => WavInfo::parse(&part.data)
            .ok_or("must be a WAV file (RIFF with fmt and data chunks), like its file name")?
            .describe(),
        known if FORMATS.contains(&known) => {
            format!("A recording of {} bytes of {known}.", part.data.len())
        }
        _ => {
            let known = FORMATS.join(", ");
            return Err(format!(
                "must have a file name with one of the extensions {known}"
            ));
        }
    };
    Ok(Recording {
        file_name,
        transcript,
    })
}
