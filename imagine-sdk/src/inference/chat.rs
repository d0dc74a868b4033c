//! Tools and structured output of chats.

use serde::de::DeserializeOwned;

use super::builder::Chat;
use super::{ChatCompletionRequest, Messages, Tool, completion};
use crate::chat::{
    structured::{OutputMode, Parse, ParseStream, Schema},
    tools::{ChatRequest, RunTools, TextCompletion, Toolbox},
};
use crate::client::{Async, RequestBuilder};

impl ChatRequest for ChatCompletionRequest {
    fn messages(&mut self) -> &mut Messages {
        &mut self.messages
    }

    fn tools(&mut self) -> &mut Option<Vec<Tool>> {
        &mut self.tools
    }

    fn report_usage(&mut self) {
        let options = self.stream_options.get_or_insert_default();
        options.include_usage.get_or_insert(true);
    }

    /// `response_format` comes last, because services are reported to ignore it.
    const OUTPUT_MODES: &'static [OutputMode] = &[
        OutputMode::ToolCall,
        OutputMode::Completion,
        OutputMode::JsonSchema,
    ];

    fn model(&self) -> &str {
        &self.model
    }

    fn completion(
        builder: &RequestBuilder<Self>,
        prompt: String,
    ) -> Option<Box<dyn TextCompletion>> {
        Some(Box::new(completion::builder(builder, prompt)))
    }
}

impl<M> Chat<M> {
    /// Enables or disables the detection of tool calls in the text of the response. Default: enabled.
    ///
    /// Some models write calls into their text. Calls of tools that the request offers become `tool_calls` of the
    /// buffered, collected or accumulated response; the text around them stays. See
    /// [`tools`](crate::chat::tools#tool-calls-as-text).
    pub fn tool_calls_in_text(mut self, enabled: bool) -> Self {
        self.0.options.tool_calls_in_text(enabled);
        self
    }
}

impl Chat {
    /// Offers the tools of a toolbox to the model and executes the tool calls in its responses, until a response
    /// contains no call. See [`tools`](crate::chat::tools).
    ///
    /// Do not set `tools` in addition: the client rejects it when the run starts.
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
