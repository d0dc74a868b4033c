//! Tools and structured responses, waited for.

use serde::de::DeserializeOwned;

use super::{Blocking, Iter, ToolStream};
use crate::chat::{
    structured::{OutputMode, Parse, ParseError, Parsed, Schema},
    tools::{RunTools, RunToolsError, ToolRunOutput, Toolbox},
};
#[cfg(feature = "inference")]
use crate::inference::builder::Chat;
#[cfg(feature = "media")]
use crate::media::builder::Prompt;

/// What a chat can do besides being sent: as its asynchronous counterpart does it.
macro_rules! chat {
    ($feature:literal, $builder:ident, $through:ident) => {
        #[cfg(feature = $feature)]
        impl $builder<Blocking> {
            /// Goes through the rounds of tools: see [`tools`](crate::chat::tools). Handlers that response with a future
            /// are waited for as well.
            pub fn run_tools(self, toolbox: impl Into<Toolbox>) -> RunTools<Blocking> {
                let (pending, runtime) = self.0.split();
                RunTools::new(pending, toolbox, runtime)
            }

            /// Reads the response as a `T`, and asks the model for a response that fits it: see
            /// [`structured`](crate::chat::structured).
            #[cfg(feature = "schema")]
            pub fn parse<T: DeserializeOwned + schemars::JsonSchema>(self) -> Parse<T, Blocking> {
                let (pending, runtime) = self.0.split();
                Parse::new(pending, Schema::of::<T>(), OutputMode::$through, runtime)
            }

            /// As `parse`, with a schema that is written by hand.
            pub fn parse_with<T: DeserializeOwned>(self, schema: Schema) -> Parse<T, Blocking> {
                let (pending, runtime) = self.0.split();
                Parse::new(pending, Ok(schema), OutputMode::$through, runtime)
            }
        }
    };
}

chat!("inference", Chat, Tool);
chat!("media", Prompt, ResponseFormat);

impl RunTools<Blocking> {
    /// Goes through the rounds.
    ///
    /// # Errors
    ///
    /// As those of a run that is awaited, and when it cannot be waited for on this thread.
    pub fn send(self) -> Result<ToolRunOutput, RunToolsError> {
        let refused = self.refused();
        let (run, runtime) = self.split();
        runtime.run(run.send()).map_err(refused)?
    }

    /// The run as an iterator: the pieces of every response as they come, the calls, and what they gave. The
    /// last item is [`ToolEvent::Done`](crate::chat::tools::ToolEvent::Done), or the error that ended the run.
    pub fn stream(self) -> ToolStream {
        let refused = self.refused();
        let (run, runtime) = self.split();
        Iter::new(run.stream(), runtime, move |error| Err(refused(error)))
    }
}

impl<T: DeserializeOwned + Send> Parse<T, Blocking> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// As those of one that is awaited, and when it cannot be waited for on this thread.
    pub fn send(self) -> Result<Parsed<T>, ParseError> {
        let (parse, runtime) = self.split();
        runtime.run(parse.send()).map_err(ParseError::Failed)?
    }
}
