//! Structured output as a stream of partial values.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::live::{LiveOutput, Progress};
use super::rounds::OutputRequest;
use super::{ItemStream, OutputMode, ParseError, Parsed, Schema, SchemaError};
use crate::chat::tools::Model;
use crate::client::Async;

/// An event of a structured output.
#[derive(Debug)]
#[non_exhaustive]
pub enum ParseEvent<T> {
    /// The output so far. It replaces the previous partial value. Strings may be truncated; numbers and keys are
    /// complete.
    Partial(Value),
    /// The complete output, which is the last event.
    Done(Box<Parsed<T>>),
}

impl<T> ParseEvent<T> {
    /// Returns the partial value.
    pub fn partial(&self) -> Option<&Value> {
        match self {
            Self::Partial(value) => Some(value),
            Self::Done(_) => None,
        }
    }
}

/// A structured output while it arrives. The request is sent when the stream is polled first.
///
#[cfg_attr(all(feature = "inference", feature = "schema"), doc = "```no_run")]
#[cfg_attr(not(all(feature = "inference", feature = "schema")), doc = "```ignore")]
/// use imagine_sdk::{Client, Error, schemars::{self, JsonSchema}, structured::ParseEvent};
///
/// #[derive(Debug, serde::Deserialize, JsonSchema)]
/// struct Cheeses { cheeses: Vec<String> }
///
/// # async fn run(client: Client) -> Result<(), Error> {
/// let mut events = client.chat("Three Spanish cheeses").parse_stream::<Cheeses>();
/// while let Some(event) = events.next().await {
///     match event? {
///         ParseEvent::Partial(value) => println!("{value}"),
///         ParseEvent::Done(parsed) => println!("{:?}", parsed.value.cheeses),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Rounds
///
/// An invalid output leads to another request, as [`Parse`](super::Parse) sends it, unless a part of the output was
/// yielded already. Then it is the error of the stream.
///
/// # Cost
///
/// Every byte of the output is scanned once. A partial value is made of the complete output so far. Up to 4 KiB of
/// output, every delta that changes the value yields one; above, only growth by a sixteenth does. The total work is
/// therefore proportional to the output. [`items`](Self::items) parses each element once.
///
/// `next` is cancel safe: dropping its future loses no event. Dropping the stream closes the connection.
#[must_use = "the request is sent when the stream is polled"]
pub struct ParseStream<T, M = Async> {
    /// `None` after the stream was polled.
    request: Option<OutputRequest>,
    /// `None` before the stream was polled.
    events: Option<BoxStream<'static, Result<ParseEvent<T>, ParseError>>>,
    mode: M,
    response: PhantomData<fn() -> T>,
}

impl<T, M> ParseStream<T, M> {
    pub(crate) fn new(
        model: impl Model + 'static,
        schema: Result<Schema, SchemaError>,
        mode: M,
    ) -> Self {
        Self {
            request: Some(OutputRequest::new(model, schema)),
            events: None,
            mode,
            response: PhantomData,
        }
    }

    /// Sets the output mode. Default: [`OutputMode::Auto`]. No effect after the stream was polled.
    pub fn output_mode(mut self, output_mode: OutputMode) -> Self {
        if let Some(request) = &mut self.request {
            request.output_mode = output_mode;
        }
        self
    }

    /// Sets the maximum number of further requests after an invalid output. Default: 1. No effect after the stream was
    /// polled.
    pub fn repairs(mut self, repairs: u32) -> Self {
        if let Some(request) = &mut self.request {
            request.repairs = repairs;
        }
        self
    }

    /// Returns the elements of the only list in the object, each as soon as it is finished, and exactly once.
    ///
    /// A stream that was polled already yields no elements.
    pub fn items<I: DeserializeOwned>(self) -> ItemStream<I, M> {
        ItemStream::new(self.request, self.mode)
    }

    /// Returns the stream as an asynchronous stream, and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (ParseStream<T>, M) {
        let stream = ParseStream {
            request: self.request,
            events: self.events,
            mode: Async,
            response: PhantomData,
        };
        (stream, self.mode)
    }
}

impl<T: DeserializeOwned + Send + 'static> ParseStream<T> {
    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails as [`Parse::send`](super::Parse::send) does. The stream ends after an error.
    pub async fn next(&mut self) -> Option<Result<ParseEvent<T>, ParseError>> {
        StreamExt::next(self).await
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for ParseStream<T> {
    type Item = Result<ParseEvent<T>, ParseError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(request) = self.request.take() {
            self.events = Some(events(request, PartialEvents::default()));
        }
        match &mut self.events {
            Some(events) => events.poll_next_unpin(cx),
            None => Poll::Ready(None),
        }
    }
}

impl<T, M: fmt::Debug> fmt::Debug for ParseStream<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParseStream")
            .field("mode", &self.mode)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// Turns the progress of an output into events.
pub(super) trait Events: Send + 'static {
    type Event: Send + 'static;

    /// Prepares the output before its first request.
    fn prepare(&mut self, _output: &mut LiveOutput) -> Result<(), ParseError> {
        Ok(())
    }

    /// Returns the events of a chunk or of the response.
    fn handle(&mut self, output: &mut LiveOutput, progress: Progress) -> Batch<Self::Event>;
}

/// Some events, and the failure after them.
pub(super) struct Batch<E> {
    pub(super) events: VecDeque<E>,
    pub(super) failure: Option<ParseError>,
}

impl<E> From<Result<Option<E>, ParseError>> for Batch<E> {
    fn from(event: Result<Option<E>, ParseError>) -> Self {
        let (event, failure) = match event {
            Ok(event) => (event, None),
            Err(failure) => (None, Some(failure)),
        };
        Self {
            events: event.into_iter().collect(),
            failure,
        }
    }
}

/// The state of a stream of events.
enum State<E> {
    Pending(Box<OutputRequest>),
    Running(Box<LiveOutput>, VecDeque<E>),
    Ended(Batch<E>),
}

/// Returns the events of a request.
pub(super) fn events<E: Events>(
    request: OutputRequest,
    handler: E,
) -> BoxStream<'static, Result<E::Event, ParseError>> {
    let state = State::<E::Event>::Pending(Box::new(request));
    let events = stream::unfold(Some((state, handler)), |state| async move {
        let (state, mut handler) = state?;
        match next(state, &mut handler).await {
            Ok(Some((event, state))) => Some((Ok(event), Some((state, handler)))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    events.fuse().boxed()
}

/// Returns the next event and the state after it.
async fn next<E: Events>(
    state: State<E::Event>,
    handler: &mut E,
) -> Result<Option<(E::Event, State<E::Event>)>, ParseError> {
    let (mut output, mut ready) = match state {
        State::Pending(request) => {
            let mut output = LiveOutput::start(*request)?;
            handler.prepare(&mut output)?;
            (Box::new(output), VecDeque::new())
        }
        State::Running(output, ready) => (output, ready),
        State::Ended(batch) => return next_of(batch),
    };
    loop {
        if let Some(event) = ready.pop_front() {
            return Ok(Some((event, State::Running(output, ready))));
        }
        let progress = output.advance().await;
        let is_end = matches!(progress, Ok(Progress::Response(_)));
        let batch = match progress {
            Ok(progress) => handler.handle(&mut output, progress),
            Err(failure) => Err(failure).into(),
        };
        output.has_yielded |= !batch.events.is_empty();
        match batch.failure {
            Some(failure) if !output.has_yielded => output.retry_after(failure)?,
            None if !is_end => ready = batch.events,
            _ => return next_of(batch),
        }
    }
}

/// Returns the next event of the last batch.
fn next_of<E>(mut batch: Batch<E>) -> Result<Option<(E, State<E>)>, ParseError> {
    match (batch.events.pop_front(), batch.failure.take()) {
        (Some(event), failure) => {
            batch.failure = failure;
            Ok(Some((event, State::Ended(batch))))
        }
        (None, Some(failure)) => Err(failure),
        (None, None) => Ok(None),
    }
}

/// Yields partial values, and the complete one.
struct PartialEvents<T> {
    /// The length of the output from which the next partial value is yielded.
    next: usize,
    /// The previous partial value.
    last: String,
    value: PhantomData<fn() -> T>,
}

impl<T> Default for PartialEvents<T> {
    fn default() -> Self {
        Self {
            next: 0,
            last: String::new(),
            value: PhantomData,
        }
    }
}

impl<T> PartialEvents<T> {
    /// Above this length, partial values are yielded after relative growth, so that their total cost is linear.
    const DENSE: usize = 4096;

    fn partial(&mut self, output: &LiveOutput) -> Option<Value> {
        let end = output.usable_end();
        if end < self.next {
            return None;
        }
        let json = output.partial().filter(|json| *json != self.last)?;
        let value = serde_json::from_str(&json).ok()?;
        self.last = json;
        self.next = match end {
            end if end < Self::DENSE => 0,
            end => end + end / 16,
        };
        Some(value)
    }
}

impl<T: DeserializeOwned + Send + 'static> Events for PartialEvents<T> {
    type Event = ParseEvent<T>;

    fn handle(&mut self, output: &mut LiveOutput, progress: Progress) -> Batch<ParseEvent<T>> {
        let event = match progress {
            Progress::Chunk => Ok(self.partial(output).map(ParseEvent::Partial)),
            Progress::Response(response) => {
                let parsed = output.read(*response);
                parsed.map(|parsed| Some(ParseEvent::Done(Box::new(parsed))))
            }
        };
        event.into()
    }
}
