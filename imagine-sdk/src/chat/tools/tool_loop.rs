//! The loop of requests and tool calls, independent of streaming.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

use super::{Model, RunToolsError, ToolResult, ToolRunOutput, Toolbox};
use crate::chat::ChatStream;
use crate::error::Error;
use crate::generated::inference::types::{ChatCompletionResponse, ChatMessageToolCall, UsageInfo};
use crate::types::Messages;

/// The state of a tool run.
pub(super) struct ToolLoop {
    model: Box<dyn Model>,
    toolbox: Toolbox,
    /// The error that prevents the first request.
    setup_error: Option<Error>,
    messages: Messages,
    usage: UsageInfo,
    rounds: u32,
    pub(super) max_rounds: u32,
    pub(super) max_concurrent_calls: usize,
}

/// The step after a response.
pub(super) enum NextStep {
    /// The run is complete.
    Done(Box<ToolRunOutput>),
    /// These calls must be executed.
    Calls(Vec<ChatMessageToolCall>),
}

impl ToolLoop {
    pub(super) fn new(mut model: Box<dyn Model>, toolbox: Toolbox) -> Self {
        let messages = model.take_messages();
        let setup_error = model.set_tools(toolbox.tools().cloned().collect()).err();
        Self {
            model,
            toolbox,
            setup_error,
            messages,
            usage: UsageInfo::default(),
            rounds: 0,
            max_rounds: 8,
            max_concurrent_calls: 8,
        }
    }

    /// Returns the conversation so far.
    pub(super) fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Requests a buffered response.
    pub(super) async fn send(&mut self) -> Result<ChatCompletionResponse, RunToolsError> {
        self.start_round()?;
        let response = self.model.send(&self.messages).await;
        response.map_err(|error| self.failed(error))
    }

    /// Requests a streaming response.
    pub(super) async fn stream(&mut self) -> Result<ChatStream, RunToolsError> {
        self.start_round()?;
        let response = self.model.stream(&self.messages).await;
        response.map_err(|error| self.failed(error))
    }

    fn start_round(&mut self) -> Result<(), RunToolsError> {
        self.rounds += 1;
        match self.setup_error.take() {
            Some(error) => Err(self.failed(error)),
            None => Ok(()),
        }
    }

    /// Adds a response to the conversation.
    pub(super) fn add_response(
        &mut self,
        response: ChatCompletionResponse,
    ) -> Result<NextStep, RunToolsError> {
        add_usage(&mut self.usage, &response.usage);
        let mut message = response.clone().into_message();
        let calls = message.as_mut().map(|message| &mut message.tool_calls);
        let calls = calls
            .map(|calls| with_unique_ids(calls, self.rounds))
            .unwrap_or_default();
        if !calls.is_empty() && self.rounds >= self.max_rounds {
            let run = Box::new(self.run(response));
            return Err(RunToolsError::MaxRoundsExceeded { run });
        }
        self.messages.extend(message);
        Ok(if calls.is_empty() {
            NextStep::Done(Box::new(self.run(response)))
        } else {
            NextStep::Calls(calls)
        })
    }

    /// Executes calls concurrently. Yields their results in the order of the calls.
    pub(super) fn run_tools(
        &self,
        calls: Vec<ChatMessageToolCall>,
    ) -> BoxStream<'static, ToolResult> {
        let toolbox = Arc::new(self.toolbox.clone());
        let results = calls.into_iter().map(move |call| {
            let toolbox = Arc::clone(&toolbox);
            async move { toolbox.call(call).await }.boxed()
        });
        stream::iter(results)
            .buffered(self.max_concurrent_calls.max(1))
            .boxed()
    }

    /// Adds the result of a call to the conversation.
    pub(super) fn add_result(&mut self, result: &ToolResult) {
        self.messages.push(result.message());
    }

    /// Returns the error of a run whose request failed.
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
            rounds: self.rounds,
        }
    }
}

/// Gives each call a unique id. Some servers send no ids, or the same id for several calls.
fn with_unique_ids(calls: &mut [ChatMessageToolCall], round: u32) -> Vec<ChatMessageToolCall> {
    let existing: BTreeSet<String> = calls.iter().filter_map(|call| call.id.clone()).collect();
    let mut taken = BTreeSet::from([String::new()]);
    let mut free = (0_usize..)
        .map(|index| format!("call_{round}_{index}"))
        .filter(|id| !existing.contains(id));
    for call in calls.iter_mut() {
        let id = call.id.take().filter(|id| taken.insert(id.clone()));
        call.id = id.or_else(|| free.next());
    }
    calls.to_vec()
}

fn add_usage(total: &mut UsageInfo, usage: &UsageInfo) {
    let counts = [
        (&mut total.prompt_tokens, usage.prompt_tokens),
        (&mut total.completion_tokens, usage.completion_tokens),
        (&mut total.total_tokens, usage.total_tokens),
    ];
    for (total, count) in counts {
        if let Some(count) = count {
            *total = Some(total.unwrap_or_default().saturating_add(count));
        }
    }
}
