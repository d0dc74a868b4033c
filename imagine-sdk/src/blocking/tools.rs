//! Blocking tool runs and structured output.

use serde::de::DeserializeOwned;

use super::{Blocking, Iter, ToolStream};
use crate::chat::{
    structured::{ItemStream, Parse, ParseError, ParseEvent, ParseStream, Parsed, Schema},
    tools::{RunTools, RunToolsError, ToolRunOutput, Toolbox},
};
#[cfg(feature = "inference")]
use crate::inference::builder::Chat;
#[cfg(feature = "media")]
use crate::media::builder::Prompt;

/// Implements the chat methods, which correspond to those of the asynchronous builders.
macro_rules! chat {
    ($feature:literal, $builder:ident) => {
        #[cfg(feature = $feature)]
        impl $builder<Blocking> {
            /// Offers the tools of a toolbox to the model and executes the tool calls in its responses, until a
            /// response contains no call. See [`tools`](crate::chat::tools). Asynchronous handlers are supported.
            pub fn run_tools(self, toolbox: impl Into<Toolbox>) -> RunTools<Blocking> {
                let (builder, runtime) = self.0.split();
                RunTools::new(builder, toolbox, runtime)
            }

            /// Requests structured output and parses the response as a `T`. See
            /// [`structured`](crate::chat::structured).
            #[cfg(feature = "schema")]
            pub fn parse<T: DeserializeOwned + schemars::JsonSchema>(self) -> Parse<T, Blocking> {
                let (builder, runtime) = self.0.split();
                Parse::new(builder, Schema::of::<T>(), runtime)
            }

            /// Requests structured output with a hand-written schema, as `parse` does.
            pub fn parse_with<T: DeserializeOwned>(self, schema: Schema) -> Parse<T, Blocking> {
                let (builder, runtime) = self.0.split();
                Parse::new(builder, Ok(schema), runtime)
            }

            /// Requests structured output. As an iterator it has the partial values while they arrive, and a `T` at the
            /// end. See [`ParseStream`].
            #[cfg(feature = "schema")]
            pub fn parse_stream<T: DeserializeOwned + schemars::JsonSchema>(
                self,
            ) -> ParseStream<T, Blocking> {
                let (builder, runtime) = self.0.split();
                ParseStream::new(builder, Schema::of::<T>(), runtime)
            }

            /// Streams structured output with a hand-written schema, as `parse_stream` does.
            pub fn parse_stream_with<T: DeserializeOwned>(
                self,
                schema: Schema,
            ) -> ParseStream<T, Blocking> {
                let (builder, runtime) = self.0.split();
                ParseStream::new(builder, Ok(schema), runtime)
            }
        }
    };
}

chat!("inference", Chat);
chat!("media", Prompt);

impl RunTools<Blocking> {
    /// Executes the run.
    ///
    /// # Errors
    ///
    /// Fails as an awaited run does, and if this thread cannot block.
    pub fn send(self) -> Result<ToolRunOutput, RunToolsError> {
        let startup_error = self.startup_error();
        let (run, runtime) = self.split();
        runtime.block_on(run.send()).map_err(startup_error)?
    }

    /// Returns the run as an iterator over its events: the chunks of every response, the calls, and their results. The
    /// last item is [`ToolEvent::Done`](crate::chat::tools::ToolEvent::Done), or the error that ended the run.
    pub fn stream(self) -> ToolStream {
        let startup_error = self.startup_error();
        let (run, runtime) = self.split();
        Iter::new(run.stream(), runtime, move |error| {
            Err(startup_error(error))
        })
    }
}

impl<T: DeserializeOwned + Send> Parse<T, Blocking> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Fails as an awaited request does, and if this thread cannot block.
    pub fn send(self) -> Result<Parsed<T>, ParseError> {
        let (parse, runtime) = self.split();
        runtime.block_on(parse.send()).map_err(ParseError::Failed)?
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoIterator for ParseStream<T, Blocking> {
    type Item = Result<ParseEvent<T>, ParseError>;
    type IntoIter = super::ParseStream<T>;

    /// Returns an iterator, which sends the request when it is advanced.
    fn into_iter(self) -> Self::IntoIter {
        let (stream, runtime) = self.split();
        Iter::new(stream, runtime, |error| Err(ParseError::Failed(error)))
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoIterator for ItemStream<T, Blocking> {
    type Item = Result<T, ParseError>;
    type IntoIter = super::ItemStream<T>;

    /// Returns an iterator, which sends the request when it is advanced.
    fn into_iter(self) -> Self::IntoIter {
        let (stream, runtime) = self.split();
        Iter::new(stream, runtime, |error| Err(ParseError::Failed(error)))
    }
}
