//! Typed events over the decoder, with every way in which a stream can end.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};

use super::body::BodyStream;
use super::sse::{Decoder, Event};
use crate::error::{Error, detect};
use crate::json::{self, DecodeFailure};
use crate::request::{FinishTracker, StreamEvent};
use crate::response::{self, Meta};

/// How a stream came to its end, other than by an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEnd {
    /// The service said that it was done: `[DONE]`.
    Done,
    /// The bytes ended without that, when every alternative of the response had come to its own end.
    Eof,
}

/// The events of a stream, as they come.
///
/// It is a [`Stream`], and has [`next`](Self::next) of its own, so that no trait needs importing. It
/// borrows nothing, spawns nothing, and dropping it closes the connection. After an error it has ended.
///
/// A stream that breaks off before the service said that it was done ends with an error for which
/// [`is_truncated`](Error::is_truncated) holds.
pub struct EventStream<T> {
    meta: Box<Meta>,
    operation: &'static str,
    /// Nothing once the stream has ended.
    source: Option<BodyStream>,
    decoder: Decoder,
    endings: FinishTracker,
    end: Option<StreamEnd>,
    event: std::marker::PhantomData<fn() -> T>,
}

impl<T: StreamEvent> EventStream<T> {
    pub(crate) fn new(
        operation: &'static str,
        (meta, body): (Box<Meta>, BodyStream),
        max_event_bytes: usize,
    ) -> Self {
        Self {
            meta,
            operation,
            source: Some(body),
            decoder: Decoder::new(max_event_bytes),
            endings: FinishTracker::default(),
            end: None,
            event: std::marker::PhantomData,
        }
    }

    /// The next event, or nothing at the end.
    ///
    /// # Errors
    ///
    /// When the connection fails, the service reports an error, the stream is cut, or an event cannot be
    /// read. What came before is yours already, so the error does not have it; to have it put together, push the
    /// events into the accumulator of their type, or let [`collect`](Self::collect) do it.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Reads to the end and puts the pieces together: texts, tool calls, and token counts where the service
    /// sends them, for which a request asks with `stream_options` (`include_usage`).
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next). The error holds what had come until then:
    /// [`partial_response`](Error::partial_response).
    pub async fn collect(mut self) -> Result<T::Output, Error> {
        let mut sum = T::Accumulator::default();
        while let Some(event) = self.next().await {
            match event {
                Ok(event) => event.accumulate(&mut sum),
                Err(error) => return Err(error.with_partial(T::finish(sum))),
            }
        }
        Ok(T::finish(sum))
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        // An event is large, so it is read where it is returned, and moved nowhere.
        let mut polled = Poll::Ready(Some(Ok(T::default())));
        if let Poll::Ready(Some(Ok(event))) = &mut polled {
            let read = self.poll_into(cx, event);
            if !matches!(read, Poll::Ready(Some(Ok(())))) {
                polled = read.map_ok(|()| T::default());
            }
        }
        polled
    }

    /// Reads the next event, if there is one, into `event`, which is as `Default` made it.
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
            let text = data.trim();
            if text == "[DONE]" {
                self.finish(cx);
                return Poll::Ready(None);
            }
            // An error without words is one all the same.
            if (text.is_empty() && name != "error") || is_keep_alive(&name) {
                continue;
            }
            let failure = match json::from_str_into(&data, event) {
                Ok(()) if name != "error" && detect::beside(event, data.as_bytes()).is_none() => {
                    event.observe(&mut self.endings);
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

    /// The next event of whatever kind, or nothing at the end.
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            match self.decoder.next() {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(Error::too_large(error.to_string())))),
            }
            let Some(source) = &mut self.source else {
                return Poll::Ready(None);
            };
            match ready!(source.poll(cx)) {
                Some(Ok(chunk)) => self.decoder.push_bytes(chunk),
                Some(Err(error)) if error.is_transport() => {
                    return Poll::Ready(Some(Err(Error::truncated().with_source(error))));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(self.end_of_bytes().err().map(Err)),
            }
        }
    }
    /// The error in an event that is no item of the stream: what the service says, or what is wrong with it.
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
        // An event with a name of its own is of another kind, and none of this one's business, unless it is an
        // object that was damaged.
        let is_other = !matches!(name, "" | "message");
        let is_damaged = !failure.is_json() && data.trim_start().starts_with('{');
        if (is_other && !is_damaged) || is_typed_keep_alive(data.trim()) {
            return None;
        }
        if let Some(api) = detect::message_in(data.as_bytes()) {
            return Some(Error::api(api.with_headers(&self.meta.headers)));
        }
        let body = data.into_owned().into();
        Some(response::decode_error(&failure, &self.meta, &body))
    }

    /// Ends the stream with an error.
    #[cold]
    fn fail(&mut self, error: Error) -> Error {
        let error = match self.source.take() {
            Some(source) => source.fail(error),
            None => error,
        };
        self.decoder = Decoder::new(0);
        error
            .with_operation(self.operation)
            .with_attempts(self.meta.attempts)
            .with_response(self.meta.status, &self.meta.headers, Bytes::new())
    }

    /// The end that the service announced. The body is asked once more, because a connection whose answer
    /// was read to the end can be used again.
    fn finish(&mut self, cx: &mut Context<'_>) {
        self.end = Some(StreamEnd::Done);
        if let Some(mut source) = self.source.take() {
            let _ = source.poll(cx);
        }
        self.decoder = Decoder::new(0);
    }

    /// The end of the bytes, announced or not.
    fn end_of_bytes(&mut self) -> Result<(), Error> {
        let decoder = std::mem::replace(&mut self.decoder, Decoder::new(0));
        let end = match decoder.into_unfinished() {
            None if self.endings.are_complete() => StreamEnd::Eof,
            None => return Err(Error::truncated()),
            Some(event) if event.data().trim() == "[DONE]" => StreamEnd::Done,
            // An error without an end may be all that a service could still say.
            Some(event) => {
                let said = detect::error_in(event.name() == "error", event.data().as_bytes());
                let api = said.ok_or_else(Error::truncated)?;
                return Err(Error::api(api.with_headers(&self.meta.headers)));
            }
        };
        self.end = Some(end);
        self.source = None;
        Ok(())
    }
}

/// Names under which servers send signs of life.
fn is_keep_alive(name: &str) -> bool {
    matches!(name, "ping" | "keepalive" | "keep-alive" | "heartbeat")
}

/// Signs of life that are named in their data.
fn is_typed_keep_alive(data: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Typed {
        r#type: String,
    }
    serde_json::from_str::<Typed>(data).is_ok_and(|typed| is_keep_alive(&typed.r#type))
}

impl<T: StreamEvent> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl<T> EventStream<T> {
    /// The status of the response, always a success.
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    /// The id that the service gave to the request, if it gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.meta.request_id()
    }

    /// How often the request was sent, the last time included.
    pub fn attempts(&self) -> u32 {
        self.meta.attempts
    }

    /// How the stream ended. Nothing before it has, and nothing if it ended with an error.
    pub fn end_reason(&self) -> Option<StreamEnd> {
        self.end
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("operation", &self.operation)
            .field("status", &self.meta.status)
            .field("ended", &self.source.is_none())
            .finish_non_exhaustive()
    }
}
