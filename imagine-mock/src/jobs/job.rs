//! One generation and how it gets on.

use serde_json::{Map, Value, json};

/// How many others a new generation waits for. Each look finds one fewer.
const QUEUE: u32 = 2;

/// The look that finds the generation finished. Those before it find it queued, then running.
const LAST_LOOK: u32 = QUEUE + 1;

/// A generation. It moves on when it is looked at, not with time, so that tests need not wait.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) cost: u64,
    /// What lists tell of it besides its state.
    pub(crate) about: Map<String, Value>,
    /// The address of the result, or why there is none.
    pub(crate) ending: Result<String, String>,
    pub(crate) looks: u32,
}

/// What a generation makes, as far as lists tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Image,
    Sound,
    Speech,
}

impl Job {
    /// The answer to the call that begins it.
    pub(crate) fn started(&self) -> Value {
        json!({"generation_uuid": self.id, "cost": self.cost, "queue_length": QUEUE})
    }

    /// Moves it on by a step, and says how it is.
    pub(crate) fn look(&mut self) -> Value {
        self.looks = LAST_LOOK.min(self.looks + 1);
        self.status().into()
    }

    /// How it is, with what else lists tell.
    pub(crate) fn show(&self) -> Value {
        let mut shown = self.about.clone();
        shown.extend(self.status());
        shown.into()
    }

    fn status(&self) -> Map<String, Value> {
        let ending = Some(&self.ending).filter(|_| self.looks == LAST_LOOK);
        let made = ending.and_then(|ending| ending.as_ref().ok());
        let failure = ending.and_then(|ending| ending.as_ref().err());
        let fields = [
            ("generation_uuid", json!(self.id)),
            ("cost", json!(self.cost)),
            ("queue_length", json!(QUEUE.saturating_sub(self.looks))),
            ("is_done", json!(made.is_some())),
            ("is_failed", json!(failure.is_some())),
            ("primary_media_url", json!(made)),
        ];
        let error = failure.map(|reason| ("error", json!(reason)));
        let fields = fields.into_iter().chain(error);
        fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
