//! The voices of the account.

use serde_json::json;

use super::{costs, projects, recordings};
use crate::clock;
use crate::failure::Failure;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;
use crate::voices::Traits;

/// The texts of a form that a voice keeps.
const KEPT: [&str; 4] = ["name", "transcript", "reference_text", "model"];

pub(super) fn list(state: &State, _: &Call<'_>) -> Result<Outcome, Failure> {
    done(json!({"voices": state.voices.all()}))
}

/// Makes a voice, or changes the one that the request names.
pub(super) fn clone(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let traits = traits(call)?;
    let time = clock::date_time(call.created as u64);
    costs::charge(state, call)?;
    let Some(existing) = named(call, "existing_id") else {
        return done(state.voices.create(call.uuid(), traits, time));
    };
    let changed = state.voices.change(&existing, traits, time);
    done(changed.ok_or_else(|| unknown(&existing))?)
}

pub(super) fn delete(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let voice = call.argument("voice_id");
    if state.voices.delete(voice) {
        projects::success()
    } else {
        Err(unknown(voice))
    }
}

/// The voice that a field names, where it names one.
pub(super) fn named(call: &Call<'_>, field: &str) -> Option<String> {
    let voice = call.field(field).filter(|voice| !voice.is_empty());
    voice.map(String::from)
}

pub(super) fn unknown(voice: &str) -> Failure {
    Failure::not_found(format!("no such voice: {voice}"))
}

/// What the request says of a voice. The service writes down what a sample says where the caller does not.
fn traits(call: &Call<'_>) -> Result<Traits, Failure> {
    let mut traits = Traits::new();
    if let Some(recording) = recordings::read(call)? {
        traits.insert("sample", recording.name);
        traits.insert("reference_text", recording.heard);
    }
    for name in KEPT {
        if let Some(said) = call.field(name) {
            traits.insert(name, said.into_owned());
        }
    }
    Ok(traits)
}
