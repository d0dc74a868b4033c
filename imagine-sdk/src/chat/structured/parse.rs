//! Chats with structured output.

use std::fmt;
use std::marker::PhantomData;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::read::read;
use super::{ParseError, Schema, SchemaError};
use crate::chat::tools::Model;
use crate::client::Async;
use crate::generated::inference::types::ChatCompletionResponse;

/// The ways of requesting structured output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputMode {
    /// A tool that takes the response as its arguments. Default of the inference API.
    Tool,
    /// The field `response_format`. Default of `/prompt` of the media API, which documents it. The inference API does
    /// not document it, but services that resemble the OpenAI API or vLLM's server may accept it.
    ResponseFormat,
}

/// A chat whose response is parsed as a `T`. It is sent when it is awaited.
#[must_use = "the request is sent when it is awaited"]
pub struct Parse<T, M = Async> {
    model: Box<dyn Model>,
    schema: Result<Schema, SchemaError>,
    output_mode: OutputMode,
    mode: M,
    response: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, M> Parse<T, M> {
    pub(crate) fn new(
        model: impl Model + 'static,
        schema: Result<Schema, SchemaError>,
        output_mode: OutputMode,
        mode: M,
    ) -> Self {
        Self {
            model: Box::new(model),
            schema,
            output_mode,
            mode,
            response: PhantomData,
        }
    }

    /// Sets the output mode. Default: [`OutputMode::Tool`] for the inference API, [`OutputMode::ResponseFormat`] for
    /// the media API.
    pub fn output_mode(mut self, output_mode: OutputMode) -> Self {
        self.output_mode = output_mode;
        self
    }

    /// Returns the chat as an asynchronous chat, and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Parse<T>, M) {
        let Self {
            model,
            schema,
            output_mode,
            mode,
            response,
        } = self;
        let parse = Parse {
            model,
            schema,
            output_mode,
            mode: Async,
            response,
        };
        (parse, mode)
    }
}

impl<T: DeserializeOwned> Parse<T> {
    /// Sends the request, as awaiting it does.
    ///
    /// # Errors
    ///
    /// Fails before sending if the schema cannot be closed. Fails if the call fails, or the response is truncated, a
    /// refusal or invalid. The last three errors contain the text of the response.
    pub async fn send(mut self) -> Result<Parsed<T>, ParseError> {
        let schema = self.schema?;
        self.model.set_output(&schema, self.output_mode);
        let messages = self.model.take_messages();
        let response = self.model.send(&messages).await;
        read(response.map_err(ParseError::Failed)?, schema.name())
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Parse<T> {
    type Output = Result<Parsed<T>, ParseError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl<T, M: fmt::Debug> fmt::Debug for Parse<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parse")
            .field("mode", &self.mode)
            .field("schema", &self.schema.as_ref().map(Schema::name))
            .field("output_mode", &self.output_mode)
            .finish_non_exhaustive()
    }
}

/// A structured output, and the response that contained it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// The value.
    pub value: T,
    /// The response that contained it.
    pub response: ChatCompletionResponse,
}

impl<T> Parsed<T> {
    /// Returns the value without the response.
    pub fn into_inner(self) -> T {
        self.value
    }
}
