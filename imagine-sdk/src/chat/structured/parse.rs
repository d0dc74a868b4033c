//! Chats with structured output.

use std::fmt;
use std::marker::PhantomData;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::rounds::OutputRequest;
use super::{OutputMode, ParseError, Schema, SchemaError};
use crate::chat::tools::Model;
use crate::client::Async;
use crate::generated::inference::types::ChatCompletionResponse;

/// A chat whose response is parsed as a `T`. It is sent when it is awaited.
#[must_use = "the request is sent when it is awaited"]
pub struct Parse<T, M = Async> {
    request: OutputRequest,
    mode: M,
    response: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, M> Parse<T, M> {
    pub(crate) fn new(
        model: impl Model + 'static,
        schema: Result<Schema, SchemaError>,
        mode: M,
    ) -> Self {
        Self {
            request: OutputRequest::new(model, schema),
            mode,
            response: PhantomData,
        }
    }

    /// Sets the output mode. Default: [`OutputMode::Auto`].
    pub fn output_mode(mut self, output_mode: OutputMode) -> Self {
        self.request.output_mode = output_mode;
        self
    }

    /// Sets the maximum number of further requests after an invalid output, in which the model receives the problem.
    /// Default: 1.
    pub fn repairs(mut self, repairs: u32) -> Self {
        self.request.repairs = repairs;
        self
    }

    /// Returns the chat as an asynchronous chat, and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Parse<T>, M) {
        let parse = Parse {
            request: self.request,
            mode: Async,
            response: PhantomData,
        };
        (parse, self.mode)
    }
}

impl<T: DeserializeOwned> Parse<T> {
    /// Sends the request, as awaiting it does.
    ///
    /// After an invalid output it sends up to [`repairs`](Self::repairs) further requests, each a separate call with
    /// the options of the builder. In the mode `Auto`, a service may reject the fields of a mode (status 400, 404, 405,
    /// 422 or 501): then the next request uses another mode.
    ///
    /// # Errors
    ///
    /// Fails before sending if the schema cannot be closed, or the output mode cannot be used. Fails if the call fails,
    /// or the response is truncated, a refusal or invalid. The last three errors contain the text of the response.
    pub async fn send(self) -> Result<Parsed<T>, ParseError> {
        self.request.start()?.send().await
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
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OutputRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputRequest")
            .field("schema", &self.schema.as_ref().map(Schema::name))
            .field("output_mode", &self.output_mode)
            .field("repairs", &self.repairs)
            .finish_non_exhaustive()
    }
}

/// A structured output, and the response that contained it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// The value.
    pub value: T,
    /// The response that contained it. Its token counts are those of the last request.
    pub response: ChatCompletionResponse,
}

impl<T> Parsed<T> {
    /// Returns the value without the response.
    pub fn into_inner(self) -> T {
        self.value
    }
}
