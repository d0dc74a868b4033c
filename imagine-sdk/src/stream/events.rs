//! Typed events over the decoder, with every way in which a stream can end.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::body::BodyStream;
use super::sse::{Decoder, Event};
use crate::decode::{self, Unknown};
use crate::error::{self, ApiError, Error};
use crate::response::Meta;

/// What an event of a stream holds.
pub trait StreamEvent: DeserializeOwned + Unknown + Send + Unpin + 'static {
    /// What the events add up to.
    type Whole: Send + Sync + 'static;

    /// The sum so far.
    type Sum: Default + Send;

    /// Notes which alternatives the event goes on with, and which it ends.
    fn note(&self, endings: &mut Endings);

    /// Adds the event to the sum.
    fn add_to(self, sum: &mut Self::Sum);

    /// What the events added up to.
    fn whole(sum: Self::Sum) -> Self::Whole;
}

/// Which alternatives of an answer have come to their end.
///
/// A stream that stops without saying so is complete when all of them have.
#[derive(Clone, Debug, Default)]
pub struct Endings {
    /// Whether it has ended, for each alternative that was seen.
    ended: BTreeMap<i64, bool>,
}

impl Endings {
    /// Notes an alternative: with `ended` at its end, without somewhere before.
    pub fn note(&mut self, alternative: i64, ended: bool) {
        *self.ended.entry(alternative).or_default() |= ended;
    }

    fn are_complete(&self) -> bool {
        !self.ended.is_empty() && self.ended.values().all(|ended| *ended)
    }
}

/// The events of a stream, as they come.
///
/// It is a [`Stream`], and has [`next`](Self::next) of its own, so that no trait needs importing. It
/// borrows nothing, spawns nothing, and dropping it closes the connection. After an error it has ended.
///
/// A stream that breaks off before the service said that it was done ends with an error for which
/// [`is_cut`](Error::is_cut) holds.
pub struct EventStream<T> {
    meta: Meta,
    operation: &'static str,
    /// Nothing once the stream has ended.
    source: Option<BodyStream>,
    decoder: Decoder,
    endings: Endings,
    event: std::marker::PhantomData<fn() -> T>,
}

/// What an event means.
enum Meaning<T> {
    /// The next item of the stream.
    Item(Result<T, Error>),
    Done,
    Nothing,
}

impl<T: StreamEvent> EventStream<T> {
    pub(crate) fn new(
        operation: &'static str,
        (meta, body): (Meta, BodyStream),
        max_event_bytes: usize,
    ) -> Self {
        Self {
            meta,
            operation,
            source: Some(body),
            decoder: Decoder::new(max_event_bytes),
            endings: Endings::default(),
            event: std::marker::PhantomData,
        }
    }

    /// The next event, or nothing at the end.
    ///
    /// # Errors
    ///
    /// When the connection fails, the service reports an error, the stream is cut, or an event cannot be
    /// read.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// Reads to the end and puts the pieces together: texts, tool calls, and token counts where the service
    /// sends them, for which a request asks with `stream_options` (`include_usage`).
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next). The error holds what had come until then:
    /// [`partial`](Error::partial).
    pub async fn collect_response(mut self) -> Result<T::Whole, Error> {
        let mut sum = T::Sum::default();
        while let Some(event) = self.next().await {
            match event {
                Ok(event) => event.add_to(&mut sum),
                Err(error) => return Err(error.with_partial(T::whole(sum))),
            }
        }
        Ok(T::whole(sum))
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            match self.decoder.next() {
                Ok(Some(event)) => match self.read(&event) {
                    Meaning::Item(item) => return Poll::Ready(Some(item)),
                    Meaning::Done => return Poll::Ready(self.end(cx)),
                    Meaning::Nothing => continue,
                },
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(Error::too_large(error.to_string())))),
            }
            let Some(source) = &mut self.source else {
                return Poll::Ready(None);
            };
            match std::task::ready!(source.poll(cx)) {
                Some(Ok(chunk)) => self.decoder.push_bytes(chunk),
                Some(Err(error)) if error.is_transport() => {
                    return Poll::Ready(Some(Err(Error::cut().because(error))));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(self.end_of_bytes().err().map(Err)),
            }
        }
    }

    fn read(&mut self, event: &Event) -> Meaning<T> {
        let data = event.data();
        let text = data.trim();
        if text == "[DONE]" {
            return Meaning::Done;
        }
        let name = event.name();
        if text.is_empty() || is_keep_alive(&name) {
            return Meaning::Nothing;
        }
        let failure = match decode::text::<T>(&data) {
            Ok(value) if name != "error" => match decode::hidden_error(&value, data.as_bytes()) {
                None => {
                    value.note(&mut self.endings);
                    if let Some(source) = &mut self.source {
                        source.note(text);
                    }
                    return Meaning::Item(Ok(value));
                }
                Some(api) => return self.refused(api),
            },
            Ok(_) => None,
            Err(failure) => Some(failure),
        };
        if let Some(api) = error::from_event(name == "error", data.as_bytes()) {
            return self.refused(api);
        }
        match failure {
            // An event with a name of its own is of another kind, and none of this one's business.
            Some(_) if !name.is_empty() && name != "message" => Meaning::Nothing,
            Some(failure) if !is_typed_keep_alive(text) => {
                let body = data.into_owned().into();
                Meaning::Item(Err(decode::unreadable(failure, &self.meta, &body)))
            }
            _ => Meaning::Nothing,
        }
    }

    /// The error that the service wrote into the stream.
    fn refused(&self, api: ApiError) -> Meaning<T> {
        Meaning::Item(Err(Error::of_api(api.in_answer(&self.meta.headers))))
    }

    /// The end that the service announced. The body is asked once more, because a connection whose answer
    /// was read to the end can be used again.
    fn end(&mut self, cx: &mut Context<'_>) -> Option<Result<T, Error>> {
        if let Some(mut source) = self.source.take() {
            let _ = source.poll(cx);
        }
        self.decoder = Decoder::new(0);
        None
    }

    /// The end of the bytes, announced or not.
    fn end_of_bytes(&mut self) -> Result<(), Error> {
        let decoder = std::mem::replace(&mut self.decoder, Decoder::new(0));
        let rest = decoder.into_unfinished();
        let done = rest
            .as_ref()
            .is_some_and(|event| event.data().trim() == "[DONE]");
        let complete = self.endings.are_complete() && rest.is_none();
        if done || complete {
            self.source = None;
            Ok(())
        } else {
            Err(Error::cut())
        }
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
        let polled = self.poll_event(cx);
        if let Poll::Ready(Some(Err(error))) = polled {
            let error = match self.source.take() {
                Some(source) => source.fail(error),
                None => error,
            };
            self.decoder = Decoder::new(0);
            return Poll::Ready(Some(Err(error
                .of(self.operation)
                .after(self.meta.attempts))));
        }
        polled
    }
}

impl<T> EventStream<T> {
    /// The status of the answer, always a success.
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// The headers of the answer.
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
