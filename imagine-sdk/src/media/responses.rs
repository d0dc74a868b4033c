//! Accessors for the most relevant values of responses.

use super::{PromptMessage, PromptResponse};
use crate::generated::inference::types::ChatMessageToolCall;

impl PromptResponse {
    /// Returns the text of the first choice. `None` if the model only calls tools.
    ///
    /// ```
    /// use imagine_sdk::media::PromptResponse;
    /// use serde_json::json;
    ///
    /// let message = json!({"content": "Manchego", "tool_calls": [{"function": {"name": "get_weather"}}]});
    /// let response: PromptResponse = serde_json::from_value(json!({"choices": [{"message": message}]}))?;
    /// assert_eq!(response.text(), Some("Manchego"));
    /// assert_eq!(response.tool_calls()[0].name(), Some("get_weather"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn text(&self) -> Option<&str> {
        self.first_message()?.content.as_deref()
    }

    /// Returns the tool calls of the first choice.
    pub fn tool_calls(&self) -> &[ChatMessageToolCall] {
        let message = self.first_message();
        message.map_or(&[], |message| &message.tool_calls)
    }

    fn first_message(&self) -> Option<&PromptMessage> {
        self.choices.first()?.message.as_ref()
    }
}
