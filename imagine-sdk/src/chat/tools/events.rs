//! The events of a tool run.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::tool_loop::{NextStep, ToolLoop};
use super::{RunToolsError, ToolResult, ToolRunOutput};
use crate::chat::{ChatAccumulator, ChatStream};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionStreamResponse, ChatMessageToolCall,
};
use crate::types::Messages;

/// An event of a tool run.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolEvent {
    /// A chunk of a response.
    Chunk(ChatCompletionStreamResponse),
    /// A call that is about to be executed.
    Call(ChatMessageToolCall),
    /// The result of a call.
    Result(ToolResult),
    /// The end of the run.
    Done(Box<ToolRunOutput>),
}

impl ToolEvent {
    /// Returns the text that the event adds to the response.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Chunk(chunk) => chunk.text(),
            _ => None,
        }
    }
}

/// The events of a tool run. Dropping it cancels the run.
///
#[cfg_attr(feature = "inference", doc = "```no_run")]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
/// # async fn run(client: imagine_sdk::Client, toolbox: imagine_sdk::Toolbox) -> Result<(), imagine_sdk::Error> {
/// use imagine_sdk::tools::ToolEvent;
///
/// let mut events = client.chat("How is the weather in Toledo?").run_tools(toolbox).stream();
/// while let Some(event) = events.next().await {
///     match event? {
///         ToolEvent::Call(call) => println!("[{}]", call.name().unwrap_or_default()),
///         ToolEvent::Done(run) => println!("({} rounds)", run.rounds),
///         event => print!("{}", event.text().unwrap_or_default()),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// `next` is cancel safe: dropping its future, as `tokio::select!` does, loses no event. After a run is cancelled,
/// [`messages`](Self::messages) has the rounds that were completed.
#[must_use = "a run proceeds only while its stream is polled"]
pub struct ToolStream {
    events: BoxStream<'static, Result<ToolEvent, RunToolsError>>,
    messages: SharedMessages,
}

/// The conversation with the completed rounds of a run.
type SharedMessages = Arc<Mutex<Messages>>;

impl ToolStream {
    pub(super) fn new(tool_loop: ToolLoop) -> Self {
        let messages = SharedMessages::new(Mutex::new(tool_loop.messages().clone()));
        let source = EventSource {
            messages: Arc::clone(&messages),
            tool_loop,
            phase: Phase::Idle,
            ready: VecDeque::new(),
        };
        let events = stream::unfold(source, |mut source| async {
            let event = source.next().await?;
            Some((event, source))
        });
        Self {
            events: events.fuse().boxed(),
            messages,
        }
    }

    /// Returns the conversation so far: the messages of the caller, and those of the completed rounds. A round is
    /// complete when it has the results of all calls of its response, so that the conversation can be sent as it is.
    pub fn messages(&self) -> Messages {
        lock(&self.messages).clone()
    }

    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails with the error that ended the run. See [`RunTools::send`](super::RunTools::send).
    pub async fn next(&mut self) -> Option<Result<ToolEvent, RunToolsError>> {
        StreamExt::next(self).await
    }
}

impl Stream for ToolStream {
    type Item = Result<ToolEvent, RunToolsError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_next_unpin(cx)
    }
}

impl fmt::Debug for ToolStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolStream").finish_non_exhaustive()
    }
}

/// Messages are only replaced as a whole, so those of a poisoned lock are valid.
fn lock(messages: &SharedMessages) -> MutexGuard<'_, Messages> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A tool run and its current phase.
struct EventSource {
    messages: SharedMessages,
    tool_loop: ToolLoop,
    phase: Phase,
    ready: VecDeque<ToolEvent>,
}

enum Phase {
    Idle,
    Streaming(Box<ChatStream>, Box<ChatAccumulator>),
    RunningTools(BoxStream<'static, ToolResult>),
    Finished,
}

impl EventSource {
    async fn next(&mut self) -> Option<Result<ToolEvent, RunToolsError>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            if matches!(self.phase, Phase::Finished) {
                return None;
            }
            if let Err(error) = self.advance().await {
                self.phase = Phase::Finished;
                return Some(Err(error));
            }
        }
    }

    /// Waits for the next step of the run, and queues its events.
    async fn advance(&mut self) -> Result<(), RunToolsError> {
        match &mut self.phase {
            Phase::Idle => {
                let stream = Box::new(self.tool_loop.stream().await?);
                self.phase = Phase::Streaming(stream, Box::default());
            }
            Phase::Streaming(stream, accumulator) => match stream.next_accumulated().await {
                Some(Ok(chunk)) => {
                    accumulator.push(chunk.clone());
                    self.ready.push_back(ToolEvent::Chunk(chunk));
                }
                Some(Err(error)) => {
                    let partial = std::mem::take(accumulator).finish();
                    return Err(self.tool_loop.failed(error.with_partial(partial)));
                }
                None => {
                    let mut response = std::mem::take(accumulator).finish();
                    stream.complete(&mut response);
                    self.handle_response(response)?;
                }
            },
            Phase::RunningTools(results) => match results.next().await {
                Some(result) => {
                    self.tool_loop.add_result(&result);
                    self.ready.push_back(ToolEvent::Result(result));
                }
                None => {
                    self.share_messages();
                    self.phase = Phase::Idle;
                }
            },
            Phase::Finished => {}
        }
        Ok(())
    }

    fn share_messages(&self) {
        *lock(&self.messages) = self.tool_loop.messages().clone();
    }

    fn handle_response(&mut self, response: ChatCompletionResponse) -> Result<(), RunToolsError> {
        match self.tool_loop.add_response(response)? {
            NextStep::Done(run) => {
                self.share_messages();
                self.ready.push_back(ToolEvent::Done(run));
                self.phase = Phase::Finished;
            }
            NextStep::Calls(calls) => {
                let events = calls.iter().cloned().map(ToolEvent::Call);
                self.ready.extend(events);
                self.phase = Phase::RunningTools(self.tool_loop.run_tools(calls));
            }
        }
        Ok(())
    }
}
