//! What a chat can do besides being sent.

use serde::de::DeserializeOwned;

use super::builder::Chat;
use super::{ChatCompletionRequest, Messages, Tool};
use crate::chat::{
    structured::{OutputMode, Parse, Schema},
    tools::{ChatRequest, RunTools, Toolbox},
};
use crate::client::Async;

impl ChatRequest for ChatCompletionRequest {
    fn messages(&mut self) -> &mut Messages {
        &mut self.messages
    }

    fn tools(&mut self) -> &mut Option<Vec<Tool>> {
        &mut self.tools
    }
}

impl Chat {
    /// Offers the tools of a box to the model, does the work of the calls that it answers with, and asks
    /// again, until it answers without a call: see [`tools`](crate::chat::tools).
    ///
    /// The calls need no setter `tools`: what is set there beside the box is refused when the run begins.
    pub fn run_tools(self, toolbox: impl Into<Toolbox>) -> RunTools {
        RunTools::new(self.0, toolbox, Async)
    }

    /// Reads the response as a `T`, and asks the model for a response that fits it, through a tool: see
    /// [`structured`](crate::chat::structured).
    #[cfg(feature = "schema")]
    pub fn parse<T: DeserializeOwned + schemars::JsonSchema>(self) -> Parse<T> {
        Parse::new(self.0, Schema::of::<T>(), OutputMode::Tool, Async)
    }

    /// As `parse`, with a schema that is written by hand.
    pub fn parse_with<T: DeserializeOwned>(self, schema: Schema) -> Parse<T> {
        Parse::new(self.0, Ok(schema), OutputMode::Tool, Async)
    }
}
