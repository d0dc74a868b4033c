//! Simulates voice cloning.

use serde_json::json;

use super::{costs, projects, recording};
use crate::clock;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::voices::VoiceAttributes;
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

/// The form fields that are attributes of a voice.
const ATTRIBUTES: [&str; 4] = ["name", "transcript", "reference_text", "model"];

pub(super) fn list(backend: &Backend, _: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    buffered(json!({"voices": backend.voices.all()}))
}

/// Creates a voice, or updates the one that the request names.
pub(super) fn clone(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let attributes = attributes(call)?;
    let time = clock::date_time(call.created);
    costs::charge(backend, call)?;
    let Some(existing) = optional_id(call, "existing_id") else {
        return buffered(backend.voices.create(call.uuid(), attributes, time));
    };
    let updated = backend.voices.update(&existing, attributes, time);
    buffered(updated.ok_or_else(|| unknown(&existing))?)
}

pub(super) fn delete(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let voice = call.argument("voice_id");
    if backend.voices.delete(voice) {
        projects::success()
    } else {
        Err(unknown(voice))
    }
}

/// Returns the voice id in a field, if it is not empty.
pub(super) fn optional_id(call: &Call<'_>, field: &str) -> Option<String> {
    let voice = call
        .optional_string(field)
        .filter(|voice| !voice.is_empty());
    voice.map(String::from)
}

pub(super) fn unknown(voice: &str) -> ErrorResponse {
    ErrorResponse::not_found(format!("no such voice: {voice}"))
}

/// Returns the attributes in the request. Without a reference text, the service transcribes the sample.
fn attributes(call: &Call<'_>) -> Result<VoiceAttributes, ErrorResponse> {
    let mut attributes = VoiceAttributes::new();
    if let Some(recording) = recording::read(call)? {
        attributes.insert("sample", recording.file_name);
        attributes.insert("reference_text", recording.transcript);
    }
    for name in ATTRIBUTES {
        if let Some(value) = call.optional_string(name) {
            attributes.insert(name, value.into_owned());
        }
    }
    Ok(attributes)
}
