//! The cloned voices. All keys share one account.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// The attributes of a voice by field name.
pub(crate) type VoiceAttributes = BTreeMap<&'static str, String>;

/// The voices, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Voices(Mutex<Vec<Voice>>);

#[derive(Debug)]
struct Voice {
    uuid: String,
    version: u32,
    attributes: VoiceAttributes,
    created_at: String,
    updated_at: String,
}

impl Voices {
    /// Creates a voice and returns it as JSON.
    pub(crate) fn create(&self, uuid: String, attributes: VoiceAttributes, time: String) -> Value {
        let voice = Voice {
            uuid,
            version: 1,
            attributes,
            created_at: time.clone(),
            updated_at: time,
        };
        let json = voice.to_json();
        self.lock().push(voice);
        json
    }

    /// Updates the given attributes of a voice and returns it as JSON, if it exists.
    pub(crate) fn update(
        &self,
        uuid: &str,
        attributes: VoiceAttributes,
        time: String,
    ) -> Option<Value> {
        let mut voices = self.lock();
        let voice = voices.iter_mut().find(|voice| voice.uuid == uuid)?;
        voice.version += 1;
        voice.attributes.extend(attributes);
        voice.updated_at = time;
        Some(voice.to_json())
    }

    /// Deletes a voice. Returns false if it does not exist.
    pub(crate) fn delete(&self, uuid: &str) -> bool {
        let mut voices = self.lock();
        let before = voices.len();
        voices.retain(|voice| voice.uuid != uuid);
        voices.len() < before
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn contains(&self, uuid: &str) -> bool {
        self.lock().iter().any(|voice| voice.uuid == uuid)
    }

    pub(crate) fn all(&self) -> Vec<Value> {
        self.lock().iter().map(Voice::to_json).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Voice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Voice {
    /// Returns the voice as responses contain it. The examples are null, because the mock clones no voices.
    fn to_json(&self) -> Value {
        let attribute = |name| self.attributes.get(name);
        json!({
            "uuid": self.uuid,
            "version": self.version,
            "user_id": 1,
            "name": attribute("name"),
            "is_done": true,
            "is_failed": false,
            "transcript": attribute("transcript"),
            "sample": attribute("sample"),
            "reference_text": attribute("reference_text"),
            "model": attribute("model"),
            "example": null,
            "e2_example": null,
            "f5_example": null,
            "z_example": null,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        })
    }
}
