//! Acknowledgments.

use serde_json::Value;

use super::Ack;

impl Ack {
    /// Returns true if the request succeeded: `success` is not `false`.
    pub fn is_success(&self) -> bool {
        self.success != Some(false)
    }

    /// Returns the message, if it is a string.
    pub fn text(&self) -> Option<&str> {
        self.message.as_ref().and_then(Value::as_str)
    }
}
