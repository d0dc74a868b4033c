//! Tools and structured output of prompts.

use serde::de::DeserializeOwned;

use super::PromptRequest;
use super::builder::Prompt;
use crate::chat::{
    structured::{OutputMode, Parse, ParseStream, Schema},
    tools::{ChatRequest, RunTools, ToolChoice, Toolbox},
};
use crate::client::Async;
use crate::generated::inference::types::Tool;
use crate::types::Messages;

impl ChatRequest for PromptRequest {
    fn messages(&mut self) -> &mut Messages {
        self.messages.get_or_insert_default()
    }

    fn tools(&mut self) -> &mut Option<Vec<Tool>> {
        &mut self.tools
    }

    fn report_usage(&mut self) {
        let options = self.stream_options.get_or_insert_default();
        options.include_usage.get_or_insert(true);
    }

    const OUTPUT_MODES: &'static [OutputMode] = &[OutputMode::JsonSchema, OutputMode::ToolCall];

    fn model(&self) -> &str {
        self.model.as_deref().unwrap_or_default()
    }

    /// The documented default of `tool_choice` is `none`.
    fn allow_calls(&mut self) {
        let unset = || ToolChoice::Auto.into();
        self.tool_choice.get_or_insert_with(unset);
    }

    fn require_call(&mut self, name: &str) {
        let unset = || ToolChoice::function(name).into();
        self.tool_choice.get_or_insert_with(unset);
    }
}

impl<M> Prompt<M> {
    /// Enables or disables the detection of tool calls in the text of the response. Default: enabled.
    ///
    /// Some models write calls into their text. Calls of tools that the request offers become `tool_calls` of the
    /// response in `run_tools`, in `parse` and in collected streams; the text around them stays. See
    /// [`tools`](crate::chat::tools#tool-calls-as-text).
    pub fn tool_calls_in_text(mut self, enabled: bool) -> Self {
        self.0.options.tool_calls_in_text(enabled);
        self
    }
}

impl Prompt {
    /// Offers the tools of a toolbox to the model and executes the tool calls in its responses, until a response
    /// contains no call. See [`tools`](crate::chat::tools).
    ///
    /// Default of `tool_choice`: `auto`, because the documented default of the service is `none`. Do not set `tools` in
    /// addition: the client rejects it when the run starts.
    pub fn run_tools(self, toolbox: impl Into<Toolbox>) -> RunTools {
        RunTools::new(self.0, toolbox, Async)
    }

    /// Requests structured output and parses the response as a `T`. See [`structured`](crate::chat::structured).
    #[cfg(feature = "schema")]
    pub fn parse<T: DeserializeOwned + schemars::JsonSchema>(self) -> Parse<T> {
        Parse::new(self.0, Schema::of::<T>(), Async)
    }

    /// Requests structured output with a hand-written schema, as `parse` does.
    pub fn parse_with<T: DeserializeOwned>(self, schema: Schema) -> Parse<T> {
        Parse::new(self.0, Ok(schema), Async)
    }

    /// Requests structured output, and returns its partial values while they arrive, and a `T` at the end. See
    /// [`ParseStream`].
    #[cfg(feature = "schema")]
    pub fn parse_stream<T: DeserializeOwned + schemars::JsonSchema>(self) -> ParseStream<T> {
        ParseStream::new(self.0, Schema::of::<T>(), Async)
    }

    /// Streams structured output with a hand-written schema, as `parse_stream` does.
    pub fn parse_stream_with<T: DeserializeOwned>(self, schema: Schema) -> ParseStream<T> {
        ParseStream::new(self.0, Ok(schema), Async)
    }
}
