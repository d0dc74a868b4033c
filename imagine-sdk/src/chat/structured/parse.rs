//! A chat whose answer is read as a type.

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

/// How a model is asked for a structured answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputMode {
    /// OutputMode a tool that takes the response as its arguments. What the inference API does.
    Tool,
    /// OutputMode the field `response_format`. What `/prompt` of the audiovisual API documents; the inference
    /// API does not, but a service that is like OpenAI's API or vLLM's server may read it there too.
    ResponseFormat,
}

/// A chat whose answer is read as a `T`. It is sent when it is awaited.
#[must_use = "it is sent when it is awaited"]
pub struct Parse<T, M = Async> {
    model: Box<dyn Model>,
    schema: Result<Schema, SchemaError>,
    through: OutputMode,
    mode: M,
    response: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, M> Parse<T, M> {
    pub(crate) fn new(
        model: impl Model + 'static,
        schema: Result<Schema, SchemaError>,
        through: OutputMode,
        mode: M,
    ) -> Self {
        Self {
            model: Box::new(model),
            schema,
            through,
            mode,
            response: PhantomData,
        }
    }

    /// Asks for the response in this way, whatever is usual for the API.
    pub fn output_mode(mut self, through: OutputMode) -> Self {
        self.through = through;
        self
    }

    /// What is sent as a future, and the way in which it is to be waited for.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Parse<T>, M) {
        let Self {
            model,
            schema,
            through,
            mode,
            response,
        } = self;
        let parse = Parse {
            model,
            schema,
            through,
            mode: Async,
            response,
        };
        (parse, mode)
    }
}

impl<T: DeserializeOwned> Parse<T> {
    /// Sends the request. Awaiting it does the same.
    ///
    /// # Errors
    ///
    /// When the schema cannot be held to (nothing is sent), the call fails, or the response is cut, refused or
    /// ill-formed; those have its text.
    pub async fn send(mut self) -> Result<Parsed<T>, ParseError> {
        let schema = self.schema?;
        self.model.shape(&schema, self.through);
        let messages = self.model.take_messages();
        let response = self.model.ask(&messages).await;
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
            .field("through", &self.through)
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
