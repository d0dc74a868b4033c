//! The voices of the one account of a mock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// What a caller says of a voice, by the names of the fields.
pub(crate) type Traits = BTreeMap<&'static str, String>;

/// The voices, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Voices(Mutex<Vec<Voice>>);

#[derive(Debug)]
struct Voice {
    uuid: String,
    version: u32,
    traits: Traits,
    created_at: String,
    updated_at: String,
}

impl Voices {
    /// Adds a voice and shows it.
    pub(crate) fn create(&self, uuid: String, traits: Traits, time: String) -> Value {
        let voice = Voice {
            uuid,
            version: 1,
            traits,
            created_at: time.clone(),
            updated_at: time,
        };
        let shown = voice.show();
        self.lock().push(voice);
        shown
    }

    /// Changes what is said anew of a voice and shows it, where there is one.
    pub(crate) fn change(&self, uuid: &str, traits: Traits, time: String) -> Option<Value> {
        let mut voices = self.lock();
        let voice = voices.iter_mut().find(|voice| voice.uuid == uuid)?;
        voice.version += 1;
        voice.traits.extend(traits);
        voice.updated_at = time;
        Some(voice.show())
    }

    /// Deletes a voice and says whether there was one.
    pub(crate) fn delete(&self, uuid: &str) -> bool {
        let mut voices = self.lock();
        let before = voices.len();
        voices.retain(|voice| voice.uuid != uuid);
        voices.len() < before
    }

    pub(crate) fn has(&self, uuid: &str) -> bool {
        self.lock().iter().any(|voice| voice.uuid == uuid)
    }

    pub(crate) fn all(&self) -> Vec<Value> {
        self.lock().iter().map(Voice::show).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Voice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Voice {
    /// In the form in which answers carry it. The mock clones no voices, so it has no examples of them.
    fn show(&self) -> Value {
        let said = |name| self.traits.get(name);
        json!({
            "uuid": self.uuid,
            "version": self.version,
            "user_id": 1,
            "name": said("name"),
            "is_done": true,
            "is_failed": false,
            "transcript": said("transcript"),
            "sample": said("sample"),
            "reference_text": said("reference_text"),
            "model": said("model"),
            "example": null,
            "e2_example": null,
            "f5_example": null,
            "z_example": null,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        })
    }
}
