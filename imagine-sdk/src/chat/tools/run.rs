//! A run through the rounds of tools, and what it comes to.

use std::borrow::Cow;
use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use super::rounds::{Next, Rounds};
use super::{Model, RunToolsError, ToolStream, Toolbox};
use crate::client::Async;
#[cfg(feature = "blocking")]
use crate::error::Error;
use crate::generated::inference::types::{ChatCompletionResponse, UsageInfo};
use crate::types::Messages;

/// A run through the rounds of tools, which begins when it is awaited or its stream is read.
///
/// It is made by `run_tools` of a chat; [`tools`](super) says what happens in a round.
#[must_use = "a run begins when it is awaited, or when `stream` is read"]
pub struct RunTools<M = Async> {
    rounds: Rounds,
    mode: M,
}

impl<M> RunTools<M> {
    pub(crate) fn new(model: impl Model + 'static, toolbox: impl Into<Toolbox>, mode: M) -> Self {
        let rounds = Rounds::new(Box::new(model), toolbox.into());
        Self { rounds, mode }
    }

    /// What runs as a future, and the way in which it is to be waited for.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (RunTools, M) {
        let (rounds, mode) = (self.rounds, Async);
        (RunTools { rounds, mode }, self.mode)
    }

    /// The error of a run that cannot begin.
    #[cfg(feature = "blocking")]
    pub(crate) fn refused(&self) -> impl Fn(Error) -> RunToolsError + Send + Sync + 'static {
        let messages = self.rounds.messages().clone();
        move |error| RunToolsError::Call {
            error,
            messages: messages.clone(),
            usage: Box::default(),
        }
    }

    /// How often the model is asked at most, at least once. 8 unless changed.
    pub fn max_rounds(mut self, rounds: u32) -> Self {
        self.rounds.max_rounds = rounds;
        self
    }

    /// How many calls of one response are worked on at the same time; 1 works on them one after the other. 8
    /// unless changed, at least 1.
    pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
        self.rounds.max_concurrent_calls = calls;
        self
    }
}

impl RunTools {
    /// Begins the run. Awaiting it does the same.
    ///
    /// # Errors
    ///
    /// When the tools cannot be offered (nothing is sent), a call of the model fails, or it still calls tools
    /// when it has been asked as often as allowed. The error has the conversation until then.
    pub async fn send(self) -> Result<ToolRunOutput, RunToolsError> {
        let mut rounds = self.rounds;
        loop {
            let response = rounds.ask().await?;
            let calls = match rounds.take(response)? {
                Next::Done(run) => return Ok(*run),
                Next::Calls(calls) => calls,
            };
            let mut results = rounds.work(calls);
            while let Some(result) = results.next().await {
                rounds.tell(&result);
            }
        }
    }

    /// The run as a stream: the pieces of every response as they come, the calls, and what they gave. The
    /// last item is [`ToolEvent::Done`](super::ToolEvent::Done), or the error that ended the run.
    pub fn stream(self) -> ToolStream {
        ToolStream::new(self.rounds)
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
            .field("max_rounds", &self.rounds.max_rounds)
            .field("max_concurrent_calls", &self.rounds.max_concurrent_calls)
            .finish_non_exhaustive()
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolRunOutput {
    /// The last response of the model.
    pub response: ChatCompletionResponse,
    /// The conversation, to go on with: what was asked, every call with what it gave, and the last response.
    /// In [`RunToolsError::MaxRoundsExceeded`] it ends before the last response.
    pub messages: Messages,
    /// The tokens of all rounds, as far as the service counted them. In a stream it does so where
    /// `stream_options` asked for it (`include_usage`).
    pub usage: UsageInfo,
    /// How often the model was asked.
    pub rounds: u32,
}

impl ToolRunOutput {
    /// The text of the last response.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.response.text()
    }
}
