//! Tool runs and their output.

use std::borrow::Cow;
use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use super::tool_loop::{NextStep, ToolLoop};
use super::{Model, RunToolsError, ToolStream, Toolbox};
use crate::client::Async;
#[cfg(feature = "blocking")]
use crate::error::Error;
use crate::generated::inference::types::{ChatCompletionResponse, UsageInfo};
use crate::types::Messages;

/// A tool run. It starts when it is awaited or its stream is polled.
///
/// Created by `run_tools` of a chat. [`tools`](super) describes the rounds.
#[must_use = "a run starts when it is awaited or its stream is polled"]
pub struct RunTools<M = Async> {
    tool_loop: ToolLoop,
    mode: M,
}

impl<M> RunTools<M> {
    pub(crate) fn new(model: impl Model + 'static, toolbox: impl Into<Toolbox>, mode: M) -> Self {
        let tool_loop = ToolLoop::new(Box::new(model), toolbox.into());
        Self { tool_loop, mode }
    }

    /// Returns the run as an asynchronous run, and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (RunTools, M) {
        let (tool_loop, mode) = (self.tool_loop, Async);
        (RunTools { tool_loop, mode }, self.mode)
    }

    /// Returns a function that creates the error of a run that cannot start.
    #[cfg(feature = "blocking")]
    pub(crate) fn startup_error(&self) -> impl Fn(Error) -> RunToolsError + Send + Sync + 'static {
        let messages = self.tool_loop.messages().clone();
        move |error| RunToolsError::Call {
            error,
            messages: messages.clone(),
            usage: Box::default(),
        }
    }

    /// Sets the maximum number of requests to the model, at least 1. Default: 8.
    pub fn max_rounds(mut self, rounds: u32) -> Self {
        self.tool_loop.max_rounds = rounds;
        self
    }

    /// Sets the maximum number of concurrent calls, at least 1. With 1 the calls of a response run one after the other.
    /// Default: 8.
    pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
        self.tool_loop.max_concurrent_calls = calls;
        self
    }
}

impl RunTools {
    /// Starts the run, as awaiting it does.
    ///
    /// # Errors
    ///
    /// Fails before sending if the tools are invalid. Fails if a request to the model fails, or if the model still
    /// calls tools after the maximum number of rounds. The error contains the conversation so far.
    pub async fn send(self) -> Result<ToolRunOutput, RunToolsError> {
        let mut tool_loop = self.tool_loop;
        loop {
            let response = tool_loop.send().await?;
            let calls = match tool_loop.add_response(response)? {
                NextStep::Done(run) => return Ok(*run),
                NextStep::Calls(calls) => calls,
            };
            let mut results = tool_loop.run_tools(calls);
            while let Some(result) = results.next().await {
                tool_loop.add_result(&result);
            }
        }
    }

    /// Returns the run as a stream of events: the chunks of every response, the calls, and their results. The last item
    /// is [`ToolEvent::Done`](super::ToolEvent::Done), or the error that ended the run.
    pub fn stream(self) -> ToolStream {
        ToolStream::new(self.tool_loop)
    }
}

impl IntoFuture for RunTools {
    type Output = Result<ToolRunOutput, RunToolsError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl<M: fmt::Debug> fmt::Debug for RunTools<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunTools")
            .field("mode", &self.mode)
            .field("max_rounds", &self.tool_loop.max_rounds)
            .field("max_concurrent_calls", &self.tool_loop.max_concurrent_calls)
            .finish_non_exhaustive()
    }
}

/// The output of a tool run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolRunOutput {
    /// The last response of the model.
    pub response: ChatCompletionResponse,
    /// The conversation, which can be continued: the request, every call with its result, and the last response. In
    /// [`RunToolsError::MaxRoundsExceeded`] it ends before the last response.
    pub messages: Messages,
    /// The tokens of all rounds, as reported by the service. A run with a stream requests them, unless the request sets
    /// `include_usage` of its `stream_options` to false.
    pub usage: UsageInfo,
    /// The number of requests to the model.
    pub rounds: u32,
}

impl ToolRunOutput {
    /// Returns the text of the last response.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.response.text()
    }
}
