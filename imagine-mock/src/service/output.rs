//! The output of a model that an expectation scripts.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::Call;
use crate::service::backend::usage::Tokens;

/// The output of a model, in place of the simulated one. A part that is not scripted is simulated.
#[derive(Debug)]
pub(crate) struct ScriptedOutput {
    /// The text in chunks.
    pub(crate) text: Option<Vec<String>>,
    /// The names and the arguments of the called functions.
    pub(crate) tool_calls: Vec<(String, Value)>,
    /// The files of the images.
    pub(crate) images: Vec<Bytes>,
    pub(crate) usage: Option<Tokens>,
    pub(crate) finish_reason: Option<String>,
}

/// The output of a simulated response.
pub(super) static SIMULATED: ScriptedOutput = ScriptedOutput::new();

impl ScriptedOutput {
    const fn new() -> Self {
        Self {
            text: None,
            tool_calls: Vec::new(),
            images: Vec::new(),
            usage: None,
            finish_reason: None,
        }
    }

    /// Returns whether the response does not depend on the model.
    pub(crate) fn replaces_model(&self) -> bool {
        self.text.is_some() || !self.tool_calls.is_empty() || !self.images.is_empty()
    }

    /// Returns the message of a chat with its finish reason, if its content is scripted.
    pub(super) fn message(&self, call: &Call<'_>) -> Option<(Value, &'static str)> {
        let text = self.text.as_ref().map(|chunks| chunks.concat());
        if self.tool_calls.is_empty() {
            let message = json!({"role": "assistant", "content": text?});
            return Some((message, "stop"));
        }
        let calls = self.tool_calls.iter().enumerate();
        let calls: Vec<_> = calls
            .map(|(index, (name, arguments))| {
                json!({
                    "id": format!("{}-{index}", call.id("call")),
                    "type": "function",
                    "function": {"name": name, "arguments": arguments.to_string()},
                })
            })
            .collect();
        let message = json!({"role": "assistant", "content": text, "tool_calls": calls});
        Some((message, "tool_calls"))
    }
}

impl Default for ScriptedOutput {
    fn default() -> Self {
        Self::new()
    }
}
