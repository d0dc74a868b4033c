//! What a transport in memory does with one request.

use std::fmt;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

/// What a [`MockTransport`](super::MockTransport) does with one request: answer, fail, or neither.
#[must_use = "a reply does nothing until a transport gives it"]
pub struct MockResponse(Kind);

enum Kind {
    Answers(http::Response<ResponseBody>),
    Fails(TransportError),
    Hangs,
}

impl MockResponse {
    /// A response with this status and without a body. What is no status makes the request fail.
    pub fn status(status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) => {
                let mut response = http::Response::new(ResponseBody::default());
                *response.status_mut() = status;
                Self(Kind::Answers(response))
            }
            Err(_) => Self::declines(format!("the script responses with the status {status}")),
        }
    }

    /// A success with this JSON.
    pub fn json(value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => Self::bytes("application/json", json),
            Err(error) => Self::declines(error),
        }
    }

    /// A success with these bytes.
    pub fn bytes(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self::status(200)
            .header(header::CONTENT_TYPE.as_str(), content_type)
            .chunks([bytes.into()])
    }

    /// A stream of events that arrives in these pieces. They are sent as they are, so an event ends with an
    /// empty line, and the stream with `data: [DONE]`.
    pub fn events(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        Self::status(200)
            .header(header::CONTENT_TYPE.as_str(), "text/event-stream")
            .chunks(chunks)
    }

    /// A failure before there is a response.
    pub fn fails(kind: TransportErrorKind) -> Self {
        Self(Kind::Fails(TransportError::new(kind, SCRIPTED)))
    }

    /// Nothing, ever: the request waits until its time is over, or until it is dropped.
    pub fn hangs() -> Self {
        Self(Kind::Hangs)
    }

    pub(super) fn declines(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let kind = TransportErrorKind::NotSent;
        Self(Kind::Fails(TransportError::new(kind, why)))
    }

    /// Adds a header to the response. What HTTP does not allow in one makes the request fail.
    pub fn header(self, name: &str, value: impl TryInto<HeaderValue>) -> Self {
        match (HeaderName::try_from(name), value.try_into()) {
            (Ok(name), Ok(value)) => self.change(|response| {
                response.headers_mut().append(name, value);
            }),
            _ => Self::declines(format!("the script responses with the header `{name}`")),
        }
    }

    /// Adds pieces in which the body arrives.
    pub fn chunks(self, chunks: impl IntoIterator<Item = Bytes>) -> Self {
        let chunks: Vec<_> = chunks.into_iter().map(Ok).collect();
        self.body(stream::iter(chunks))
    }

    /// Adds to the body what a stream yields, as it yields it.
    pub fn body(
        self,
        more: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        self.change(|response| {
            let before = std::mem::take(response.body_mut());
            *response.body_mut() = ResponseBody::new(before.chain(more));
        })
    }

    /// Makes the connection fail after what is there of the body.
    pub fn then_fails(self) -> Self {
        let error = TransportError::new(TransportErrorKind::ResponseBody, SCRIPTED);
        self.body(stream::iter([Err(error)]))
    }

    /// Keeps the connection open after what is there of the body, and sends nothing more.
    pub fn then_hangs(self) -> Self {
        self.body(stream::pending())
    }

    /// What does not answer has no parts to change.
    fn change(mut self, change: impl FnOnce(&mut http::Response<ResponseBody>)) -> Self {
        if let Kind::Answers(response) = &mut self.0 {
            change(response);
        }
        self
    }

    pub(super) async fn send(self) -> Result<http::Response<ResponseBody>, TransportError> {
        match self.0 {
            Kind::Answers(response) => Ok(response),
            Kind::Fails(error) => Err(error),
            Kind::Hangs => std::future::pending().await,
        }
    }
}

const SCRIPTED: &str = "the script says so";

impl fmt::Debug for MockResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Answers(response) => write!(f, "MockResponse({})", response.status()),
            Kind::Fails(error) => write!(f, "MockResponse({:?})", error.kind),
            Kind::Hangs => f.write_str("MockResponse(hangs)"),
        }
    }
}
