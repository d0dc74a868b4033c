//! What a prompt can do besides being sent.

use serde::de::DeserializeOwned;

use super::builder::Prompt;
use super::{PromptMessage, PromptRequest, PromptResponse};
use crate::chat::{
    structured::{OutputMode, Parse, Schema},
    tools::{ChatRequest, RunTools, ToolChoice, Toolbox},
};
use crate::client::Async;
use crate::generated::inference::types::{ChatMessageToolCall, Tool};
use crate::types::Messages;

impl ChatRequest for PromptRequest {
    fn messages(&mut self) -> &mut Messages {
        self.messages.get_or_insert_default()
    }

    fn tools(&mut self) -> &mut Option<Vec<Tool>> {
        &mut self.tools
    }

    /// The documentation shows `none` as the default.
    fn allow_calls(&mut self) {
        let unset = || ToolChoice::Auto.into();
        self.tool_choice.get_or_insert_with(unset);
    }

    fn require_call(&mut self, name: &str) {
        let unset = || ToolChoice::function(name).into();
        self.tool_choice.get_or_insert_with(unset);
    }
}

impl PromptResponse {
    /// The text of the first alternative. Nothing where the model only calls tools.
    ///
    /// ```
    /// use imagine_sdk::media::PromptResponse;
    /// use serde_json::json;
    ///
    /// let message = json!({"content": "Manchego", "tool_calls": [{"function": {"name": "get_weather"}}]});
    /// let answer: PromptResponse = serde_json::from_value(json!({"choices": [{"message": message}]}))?;
    /// assert_eq!(answer.text(), Some("Manchego"));
    /// assert_eq!(answer.tool_calls()[0].name(), Some("get_weather"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn text(&self) -> Option<&str> {
        self.first_message()?.content.as_deref()
    }

    /// The tool calls of the first alternative.
    pub fn tool_calls(&self) -> &[ChatMessageToolCall] {
        let message = self.first_message();
        message.map_or(&[], |message| &message.tool_calls)
    }

    fn first_message(&self) -> Option<&PromptMessage> {
        self.choices.first()?.message.as_ref()
    }
}

impl Prompt {
    /// Offers the tools of a box to the model, does the work of the calls that it answers with, and asks
    /// again, until it answers without a call: see [`tools`](crate::chat::tools).
    ///
    /// `tool_choice` is `auto` unless it is set, because the service documents `none` as its default. The
    /// calls need no setter `tools`: what is set there beside the box is refused when the run begins.
    pub fn run_tools(self, toolbox: impl Into<Toolbox>) -> RunTools {
        RunTools::new(self.0, toolbox, Async)
    }

    /// Reads the response as a `T`, and asks the model for a response that fits it, through `response_format`:
    /// see [`structured`](crate::chat::structured).
    #[cfg(feature = "schema")]
    pub fn parse<T: DeserializeOwned + schemars::JsonSchema>(self) -> Parse<T> {
        Parse::new(self.0, Schema::of::<T>(), OutputMode::ResponseFormat, Async)
    }

    /// As `parse`, with a schema that is written by hand.
    pub fn parse_with<T: DeserializeOwned>(self, schema: Schema) -> Parse<T> {
        Parse::new(self.0, Ok(schema), OutputMode::ResponseFormat, Async)
    }
}
