//! The ways of requesting structured output, and the memory of those that worked.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The ways of requesting structured output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputMode {
    /// The mode that worked last for the model on this client and its clones, and after an invalid output the next one.
    ///
    /// The order of the inference API is `ToolCall`, `Completion`, `JsonSchema`; that of the media API is `JsonSchema`,
    /// `ToolCall`.
    #[default]
    Auto,
    /// A tool that takes the response as its arguments.
    ToolCall,
    /// The field `response_format`. `/prompt` of the media API documents it. The inference API does not: a service
    /// may accept the field and ignore it.
    JsonSchema,
    /// A text completion (`/completions`) of a prompt with the conversation and an example of the response. Only the
    /// inference API has text completions. Images cannot be sent. `max_tokens` defaults to 1024 in this mode.
    Completion,
}

impl fmt::Display for OutputMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::ToolCall => "tool call",
            Self::JsonSchema => "JSON schema",
            Self::Completion => "completion",
        })
    }
}

/// The modes that worked last, by model.
#[derive(Clone, Debug, Default)]
pub(crate) struct WorkingModes(Arc<Mutex<BTreeMap<String, OutputMode>>>);

impl WorkingModes {
    /// Returns the modes in the order in which they are tried.
    pub(super) fn order(&self, model: &str, available: &[OutputMode]) -> Vec<OutputMode> {
        let modes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = modes.get(model).copied();
        let known = known.filter(|mode| available.contains(mode));
        let others = available.iter().filter(|mode| known != Some(**mode));
        known.into_iter().chain(others.copied()).collect()
    }

    pub(super) fn record(&self, model: &str, mode: OutputMode) {
        let mut modes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        modes.insert(model.to_owned(), mode);
    }
}
