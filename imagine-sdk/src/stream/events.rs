//! Typed events, and the detection of how a stream ends.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::body::BodyStream;
use super::frames::Frames;
use crate::error::{Error, detect};
use crate::json::{self, DecodeFailure};
use crate::request::{FinishTracker, ResponseContext, StreamEvent};
use crate::response::{self, Meta};
use crate::sse::{Decoder, Event};

/// The reasons for the end of a stream without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEnd {
    /// The service sent `[DONE]`.
    Done,
    /// The body ended without `[DONE]`, after all choices of the response were finished, or after a complete line of a
    /// stream of JSON lines.
    Eof,
}

/// The limits of a stream, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamLimits {
    /// The limit of one event.
    pub(crate) event: usize,
    /// The limit of the events that are accumulated.
    pub(crate) accumulated: usize,
}

/// The data of the events so far.
#[derive(Clone, Copy, Debug)]
struct Accumulated {
    bytes: usize,
    limit: usize,
}

/// The events of a streaming response.
///
/// It implements [`Stream`], and its own [`next`](Self::next) requires no trait import. It borrows nothing and spawns
/// no task. Dropping it closes the connection. The stream ends after an error.
///
/// A stream that ends before the service finished the response yields an error for which
/// [`is_truncated`](Error::is_truncated) is true.
pub struct EventStream<T> {
    meta: Box<Meta>,
    /// Boxed, because events are read more often.
    context: Box<ResponseContext>,
    /// `None` after the end of the stream.
    source: Option<BodyStream>,
    frames: Frames,
    /// True after the end of the body.
    is_at_eof: bool,
    finished: FinishTracker,
    accumulated: Accumulated,
    end: Option<StreamEnd>,
    event: std::marker::PhantomData<fn() -> T>,
}

impl<T: StreamEvent> EventStream<T> {
    pub(crate) fn new(
        context: ResponseContext,
        (meta, body): (Box<Meta>, BodyStream),
        limits: StreamLimits,
    ) -> Self {
        Self {
            meta,
            frames: Frames::new(context.operation.streams_lines(), limits.event),
            is_at_eof: false,
            context: Box::new(context),
            source: Some(body),
            finished: FinishTracker::default(),
            accumulated: Accumulated {
                bytes: 0,
                limit: limits.accumulated,
            },
            end: None,
            event: std::marker::PhantomData,
        }
    }

    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails if the connection fails, the service reports an error, the stream is truncated, or an event cannot be
    /// decoded. The error does not contain the previous events. To combine them, push them into the accumulator of
    /// their type, or use [`collect`](Self::collect).
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Returns the next event of a stream whose events the caller accumulates: their data is limited.
    pub(crate) async fn next_accumulated(&mut self) -> Option<Result<T, Error>> {
        let event = self.next().await?;
        let Accumulated { bytes, limit } = self.accumulated;
        if event.is_err() || bytes <= limit {
            return Some(event);
        }
        let problem =
            format!("the response is larger than {limit} bytes; raise `max_response_bytes`");
        Some(Err(self.fail(Error::too_large(problem))))
    }

    /// Reads the stream to its end and returns the accumulated response: text, tool calls, and token counts. The
    /// service sends token counts if the request sets `include_usage` in `stream_options`.
    ///
    /// # Errors
    ///
    /// Fails as [`next`](Self::next) does. The error contains the response accumulated so far:
    /// [`partial_response`](Error::partial_response).
    pub async fn collect(mut self) -> Result<T::Output, Error> {
        let mut accumulator = T::Accumulator::default();
        while let Some(event) = self.next_accumulated().await {
            match event {
                Ok(event) => event.accumulate(&mut accumulator),
                Err(error) => return Err(error.with_partial(T::finish(accumulator))),
            }
        }
        let mut output = T::finish(accumulator);
        self.complete(&mut output);
        Ok(output)
    }

    /// Completes a response that the caller accumulated from all events of this stream, as [`collect`](Self::collect)
    /// does: it marks choices that used all tokens of the request, and turns tool calls in the text of a chat into
    /// [`tool_calls`](crate::ChatMessage::tool_calls).
    pub fn complete(&self, output: &mut T::Output) {
        T::complete(output, &self.context);
    }

    pub(crate) fn context(&self) -> &ResponseContext {
        &self.context
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        // Events are large, so the event is decoded in the return value, which saves a move.
        let mut polled = Poll::Ready(Some(Ok(T::default())));
        if let Poll::Ready(Some(Ok(event))) = &mut polled {
            let read = self.poll_into(cx, event);
            if !matches!(read, Poll::Ready(Some(Ok(())))) {
                polled = read.map_ok(|()| T::default());
            }
        }
        polled
    }

    /// Decodes the next event into `event`, which must equal its `Default`.
    #[inline]
    fn poll_into(
        &mut self,
        cx: &mut Context<'_>,
        event: &mut T,
    ) -> Poll<Option<Result<(), Error>>> {
        loop {
            let frame = match ready!(self.poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(self.fail(error)))),
                None => return Poll::Ready(None),
            };
            let (name, data) = (frame.name(), frame.data());
            self.accumulated.bytes = self.accumulated.bytes.saturating_add(data.len());
            let text = data.trim();
            if text == "[DONE]" {
                self.finish(cx);
                return Poll::Ready(None);
            }
            // An error event without data is still an error.
            if (text.is_empty() && name != "error") || is_keep_alive(&name) {
                continue;
            }
            let decoded = match T::named(&name, &data) {
                Some(named) => {
                    *event = named;
                    Ok(())
                }
                None => json::from_str_into(&data, event),
            };
            let failure = match decoded {
                Ok(()) if name != "error" && detect::beside(event, data.as_bytes()).is_none() => {
                    event.observe(&mut self.finished);
                    if self.finished.has_error()
                        && let Some(api) = detect::in_choice(data.as_bytes())
                    {
                        let error = Error::api(api.with_headers(&self.meta.headers));
                        return Poll::Ready(Some(Err(self.fail(error))));
                    }
                    if let Some(problem) = self.finished.problem() {
                        return Poll::Ready(Some(Err(self.fail(Error::too_large(problem)))));
                    }
                    if let Some(source) = &mut self.source {
                        source.record(event);
                    }
                    return Poll::Ready(Some(Ok(())));
                }
                Ok(()) => None,
                Err(failure) => Some(failure),
            };
            if let Some(error) = self.error_in(&name, data, failure) {
                return Poll::Ready(Some(Err(self.fail(error))));
            }
            *event = T::default();
        }
    }

    /// Returns the next server-sent event, or `None` at the end.
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            match self.frames.next() {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(Error::too_large(error.to_string())))),
            }
            let Some(source) = &mut self.source else {
                return Poll::Ready(None);
            };
            if self.is_at_eof {
                return Poll::Ready(self.finish_at_eof().transpose());
            }
            match ready!(source.poll(cx)) {
                Some(Ok(chunk)) => self.frames.push(chunk),
                Some(Err(error)) if error.is_interrupted() => {
                    return Poll::Ready(Some(Err(Error::truncated().with_source(error))));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.is_at_eof = true,
            }
        }
    }

    /// Returns the error of an event that does not decode: an error of the service, or a decoding failure.
    #[cold]
    fn error_in(
        &self,
        name: &str,
        data: Cow<'_, str>,
        failure: Option<DecodeFailure>,
    ) -> Option<Error> {
        if let Some(api) = detect::error_in(name == "error", data.as_bytes()) {
            return Some(Error::api(api.with_headers(&self.meta.headers)));
        }
        let failure = failure?;
        // Events with another name have another type, and are skipped, unless they contain a damaged object.
        let is_other = !matches!(name, "" | "message");
        let is_damaged = !failure.is_json() && data.trim_start().starts_with('{');
        if (is_other && !is_damaged) || is_typed_keep_alive(data.trim()) {
            return None;
        }
        if let Some(api) = detect::message_in(data.as_bytes()) {
            return Some(Error::api(api.with_headers(&self.meta.headers)));
        }
        // An object without the required fields is an event of another type.
        if failure.lacks_field() && !self.frames.are_lines() {
            return None;
        }
        let body = data.into_owned().into();
        Some(response::decode_error(&failure, &self.meta, &body))
    }

    /// Ends the stream with an error.
    #[cold]
    fn fail(&mut self, error: Error) -> Error {
        self.frames.take();
        let error = error
            .with_operation(self.context.operation.id)
            .with_attempts(self.meta.attempts)
            .with_response(self.meta.status, &self.meta.headers, Bytes::new());
        match self.source.take() {
            Some(source) => source.fail(error),
            None => error,
        }
    }

    /// Ends the stream after `[DONE]`. The body is polled once more, because only a completely read connection returns
    /// to the pool.
    fn finish(&mut self, cx: &mut Context<'_>) {
        self.end = Some(StreamEnd::Done);
        if let Some(mut source) = self.source.take() {
            let _ = source.poll(cx);
        }
        self.frames.take();
    }

    /// Ends the stream at the end of the body. Returns the last line of JSON lines, which needs no line end.
    fn finish_at_eof(&mut self) -> Result<Option<Event>, Error> {
        let end = match self.frames.take() {
            Frames::Events(decoder) => self.end_of_events(decoder)?,
            Frames::Lines(decoder) => match decoder.into_unfinished() {
                None => StreamEnd::Eof,
                Some(line) if json::is_complete(line.data().as_bytes()) => return Ok(Some(line)),
                Some(_) => return Err(Error::truncated()),
            },
        };
        self.end = Some(end);
        self.source = None;
        Ok(None)
    }

    fn end_of_events(&self, decoder: Decoder) -> Result<StreamEnd, Error> {
        match decoder.into_unfinished() {
            None if self.finished.are_complete() => Ok(StreamEnd::Eof),
            None => Err(Error::truncated()),
            Some(event) if event.data().trim() == "[DONE]" => Ok(StreamEnd::Done),
            // A service that fails may send an error event without the final empty line.
            Some(event) => {
                let api = detect::error_in(event.name() == "error", event.data().as_bytes());
                let api = api.ok_or_else(Error::truncated)?;
                Err(Error::api(api.with_headers(&self.meta.headers)))
            }
        }
    }
}

/// Returns true for the names of keep-alive events.
fn is_keep_alive(name: &str) -> bool {
    matches!(name, "ping" | "keepalive" | "keep-alive" | "heartbeat")
}

/// Returns true for events whose `type` is the name of a keep-alive event.
fn is_typed_keep_alive(data: &str) -> bool {
    let event: Option<Value> = json::from_str(data).ok();
    let kind = event.as_ref().and_then(|event| event.get("type")?.as_str());
    kind.is_some_and(is_keep_alive)
}

impl<T: StreamEvent> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl<T> EventStream<T> {
    /// Returns the status of the response, which is always a success.
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    /// Returns the request id of the service, if the response has one.
    pub fn request_id(&self) -> Option<&str> {
        self.meta.request_id()
    }

    /// Returns the number of attempts, including the last one.
    pub fn attempts(&self) -> u32 {
        self.meta.attempts
    }

    /// Returns the reason for the end of the stream. `None` before the end and after an error.
    pub fn end_reason(&self) -> Option<StreamEnd> {
        self.end
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("operation", &self.context.operation.id)
            .field("status", &self.meta.status)
            .field("ended", &self.source.is_none())
            .finish_non_exhaustive()
    }
}
