//! Recordings that requests carry, and what the mock hears in them.

use serde_json::json;

use super::costs;
use crate::contract::FormPart;
use crate::failure::Failure;
use crate::simulate::service::done;
use crate::simulate::wav::Wav;
use crate::simulate::{Call, Outcome};
use crate::state::State;

/// The formats that the documentation names.
const FORMATS: [&str; 8] = ["mp3", "flv", "ogg", "wav", "raw", "m4a", "mp4", "wave"];

/// A recording that is in a format of the service's.
pub(super) struct Recording {
    /// The name of its file.
    pub(super) name: String,
    /// What can be said of it.
    pub(super) heard: String,
}

/// Answers speech to text.
pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let heard = match call.said() {
        Some(said) => Some(said.concat()),
        None => read(call)?.map(|recording| recording.heard),
    };
    costs::charge(state, call)?;
    done(json!({"reference_text": heard.unwrap_or_default()}))
}

/// The recording in the part `sample`, where there is one.
pub(super) fn read(call: &Call<'_>) -> Result<Option<Recording>, Failure> {
    let heard = |part| {
        let heard = hear(part);
        heard.map_err(|message| Failure::field(call.operation, "sample", message))
    };
    call.part("sample").map(heard).transpose()
}

fn hear(part: &FormPart) -> Result<Recording, String> {
    let name = part.file_name.clone().unwrap_or_default();
    let format = name.rsplit_once('.').map(|(_, format)| format);
    let format = format.unwrap_or_default().to_lowercase();
    let heard = match format.as_str() {
        "wav" | "wave" => Wav::read(&part.data)
            .ok_or("is not a WAV file (RIFF with fmt and data chunks), as its name says it is")?
            .describe(),
        known if FORMATS.contains(&known) => {
            format!("A recording of {} bytes of {known}.", part.data.len())
        }
        _ => {
            let known = FORMATS.join(", ");
            return Err(format!(
                "has a name that ends with no format of these: {known}"
            ));
        }
    };
    Ok(Recording { name, heard })
}
