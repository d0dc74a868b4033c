//! A run of tools, step by step.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::rounds::{Next, Rounds};
use super::{RunToolsError, ToolResult, ToolRunOutput};
use crate::chat::{ChatAccumulator, ChatStream};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionStreamResponse, ChatMessageToolCall,
};

/// One step of a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolEvent {
    /// A piece of a response, as it came.
    Chunk(ChatCompletionStreamResponse),
    /// A call that is about to be made.
    Call(ChatMessageToolCall),
    /// What a call gave.
    Result(ToolResult),
    /// The end of the run.
    Done(Box<ToolRunOutput>),
}

impl ToolEvent {
    /// The text that the step adds to the response.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Chunk(chunk) => chunk.text(),
            _ => None,
        }
    }
}

/// A run of tools as it goes. Dropping it ends the run.
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
#[must_use = "a run goes on only while its stream is read"]
pub struct ToolStream(BoxStream<'static, Result<ToolEvent, RunToolsError>>);

impl ToolStream {
    pub(super) fn new(rounds: Rounds) -> Self {
        let steps = Steps {
            rounds,
            phase: Step::Ask,
            ready: VecDeque::new(),
        };
        let events = stream::unfold(steps, |mut steps| async {
            let event = steps.next().await?;
            Some((event, steps))
        });
        Self(events.fuse().boxed())
    }

    /// The next step, or nothing at the end.
    ///
    /// # Errors
    ///
    /// The error that ended the run: see [`RunTools::send`](super::RunTools::send).
    pub async fn next(&mut self) -> Option<Result<ToolEvent, RunToolsError>> {
        StreamExt::next(self).await
    }
}

impl Stream for ToolStream {
    type Item = Result<ToolEvent, RunToolsError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl fmt::Debug for ToolStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolStream").finish_non_exhaustive()
    }
}

/// A run, and where in a round it is.
struct Steps {
    rounds: Rounds,
    phase: Step,
    ready: VecDeque<ToolEvent>,
}

enum Step {
    Ask,
    Listen(Box<ChatStream>, Box<ChatAccumulator>),
    Work(BoxStream<'static, ToolResult>),
    Over,
}

impl Steps {
    async fn next(&mut self) -> Option<Result<ToolEvent, RunToolsError>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            if matches!(self.phase, Step::Over) {
                return None;
            }
            if let Err(error) = self.go_on().await {
                self.phase = Step::Over;
                return Some(Err(error));
            }
        }
    }

    /// Waits for what comes next, and makes its events ready.
    async fn go_on(&mut self) -> Result<(), RunToolsError> {
        match &mut self.phase {
            Step::Ask => {
                let stream = Box::new(self.rounds.listen().await?);
                self.phase = Step::Listen(stream, Box::default());
            }
            Step::Listen(stream, sum) => match stream.next().await {
                Some(Ok(chunk)) => {
                    sum.push(chunk.clone());
                    self.ready.push_back(ToolEvent::Chunk(chunk));
                }
                Some(Err(error)) => {
                    let partial = std::mem::take(sum).finish();
                    return Err(self.rounds.failed(error.with_partial(partial)));
                }
                None => {
                    let response = std::mem::take(sum).finish();
                    self.follow(response)?;
                }
            },
            Step::Work(results) => match results.next().await {
                Some(result) => {
                    self.rounds.tell(&result);
                    self.ready.push_back(ToolEvent::Result(result));
                }
                None => self.phase = Step::Ask,
            },
            Step::Over => {}
        }
        Ok(())
    }

    fn follow(&mut self, response: ChatCompletionResponse) -> Result<(), RunToolsError> {
        match self.rounds.take(response)? {
            Next::Done(run) => {
                self.ready.push_back(ToolEvent::Done(run));
                self.phase = Step::Over;
            }
            Next::Calls(calls) => {
                let announced = calls.iter().cloned().map(ToolEvent::Call);
                self.ready.extend(announced);
                self.phase = Step::Work(self.rounds.work(calls));
            }
        }
        Ok(())
    }
}
