//! The rounds of asking a model and calling its tools, apart from how its responses come.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

use super::{Model, RunToolsError, ToolResult, ToolRunOutput, Toolbox};
use crate::chat::ChatStream;
use crate::error::Error;
use crate::generated::inference::types::{ChatCompletionResponse, ChatMessageToolCall, UsageInfo};
use crate::types::Messages;

/// A conversation that goes through its rounds.
pub(super) struct Rounds {
    model: Box<dyn Model>,
    toolbox: Toolbox,
    /// Why the model cannot be asked at all.
    refused: Option<Error>,
    messages: Messages,
    usage: UsageInfo,
    asked: u32,
    pub(super) max_rounds: u32,
    pub(super) max_concurrent_calls: usize,
}

/// What follows a response.
pub(super) enum Next {
    /// Nothing: it is the last.
    Done(Box<ToolRunOutput>),
    /// These calls.
    Calls(Vec<ChatMessageToolCall>),
}

impl Rounds {
    pub(super) fn new(mut model: Box<dyn Model>, toolbox: Toolbox) -> Self {
        let messages = model.take_messages();
        let refused = model.offer(toolbox.tools().cloned().collect()).err();
        Self {
            model,
            toolbox,
            refused,
            messages,
            usage: UsageInfo::default(),
            asked: 0,
            max_rounds: 8,
            max_concurrent_calls: 8,
        }
    }

    /// The conversation so far.
    #[cfg(feature = "blocking")]
    pub(super) fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Asks the model, and waits for its whole response.
    pub(super) async fn ask(&mut self) -> Result<ChatCompletionResponse, RunToolsError> {
        self.begin()?;
        let response = self.model.ask(&self.messages).await;
        response.map_err(|error| self.failed(error))
    }

    /// Asks the model for a response in pieces.
    pub(super) async fn listen(&mut self) -> Result<ChatStream, RunToolsError> {
        self.begin()?;
        let response = self.model.listen(&self.messages).await;
        response.map_err(|error| self.failed(error))
    }

    fn begin(&mut self) -> Result<(), RunToolsError> {
        self.asked += 1;
        match self.refused.take() {
            Some(error) => Err(self.failed(error)),
            None => Ok(()),
        }
    }

    /// Takes a response into the conversation.
    pub(super) fn take(&mut self, response: ChatCompletionResponse) -> Result<Next, RunToolsError> {
        add(&mut self.usage, &response.usage);
        let mut message = response.clone().into_message();
        let wanted = message
            .as_mut()
            .and_then(|message| message.tool_calls.as_mut());
        let calls = wanted
            .map(|calls| identified(calls, self.asked))
            .unwrap_or_default();
        if !calls.is_empty() && self.asked >= self.max_rounds {
            let run = Box::new(self.run(response));
            return Err(RunToolsError::MaxRoundsExceeded { run });
        }
        self.messages.extend(message);
        Ok(if calls.is_empty() {
            Next::Done(Box::new(self.run(response)))
        } else {
            Next::Calls(calls)
        })
    }

    /// Does the work of calls, several at a time, in their order.
    pub(super) fn work(&self, calls: Vec<ChatMessageToolCall>) -> BoxStream<'static, ToolResult> {
        let toolbox = Arc::new(self.toolbox.clone());
        let work = calls.into_iter().map(move |call| {
            let toolbox = Arc::clone(&toolbox);
            async move { toolbox.call(call).await }.boxed()
        });
        stream::iter(work)
            .buffered(self.max_concurrent_calls.max(1))
            .boxed()
    }

    /// Takes what a call gave into the conversation.
    pub(super) fn tell(&mut self, result: &ToolResult) {
        self.messages.push(result.message());
    }

    /// The end of a run by an error.
    pub(super) fn failed(&self, error: Error) -> RunToolsError {
        RunToolsError::Call {
            error,
            messages: self.messages.clone(),
            usage: Box::new(self.usage.clone()),
        }
    }

    fn run(&self, response: ChatCompletionResponse) -> ToolRunOutput {
        ToolRunOutput {
            response,
            messages: self.messages.clone(),
            usage: self.usage.clone(),
            rounds: self.asked,
        }
    }
}

/// The calls, each with an id by which its result can be told: some servers give none, or one to several.
fn identified(calls: &mut [ChatMessageToolCall], round: u32) -> Vec<ChatMessageToolCall> {
    let given: BTreeSet<String> = calls.iter().filter_map(|call| call.id.clone()).collect();
    let mut taken = BTreeSet::from([String::new()]);
    let mut free = (0_usize..)
        .map(|place| format!("call_{round}_{place}"))
        .filter(|id| !given.contains(id));
    for call in calls.iter_mut() {
        let id = call.id.take().filter(|id| taken.insert(id.clone()));
        call.id = id.or_else(|| free.next());
    }
    calls.to_vec()
}

fn add(sum: &mut UsageInfo, more: &UsageInfo) {
    let counts = [
        (&mut sum.prompt_tokens, more.prompt_tokens),
        (&mut sum.completion_tokens, more.completion_tokens),
        (&mut sum.total_tokens, more.total_tokens),
    ];
    for (sum, more) in counts {
        if let Some(more) = more {
            *sum = Some(sum.unwrap_or_default().saturating_add(more));
        }
    }
}
