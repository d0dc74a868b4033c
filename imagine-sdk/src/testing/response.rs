//! The responses of a mock transport.

use std::fmt;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

/// The reaction of a [`MockTransport`](super::MockTransport) to a request: it responds, fails or hangs.
#[must_use = "a response does nothing until a transport returns it"]
pub struct MockResponse(Kind);

enum Kind {
    Responds(http::Response<ResponseBody>),
    Fails(TransportError),
    Hangs,
}

impl MockResponse {
    /// Creates a response with this status and an empty body. An invalid status makes the request fail.
    pub fn status(status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) => {
                let mut response = http::Response::new(ResponseBody::default());
                *response.status_mut() = status;
                Self(Kind::Responds(response))
            }
            Err(_) => Self::not_sent(format!("the script contains the invalid status {status}")),
        }
    }

    /// Creates a response with status 200 and this JSON.
    pub fn json(value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => Self::bytes("application/json", json),
            Err(error) => Self::not_sent(error),
        }
    }

    /// Creates a response with status 200 and these bytes.
    pub fn bytes(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self::status(200)
            .header(header::CONTENT_TYPE.as_str(), content_type)
            .chunks([bytes.into()])
    }

    /// Creates a stream of server-sent events that arrives in these chunks. The chunks are sent unchanged, so end each
    /// event with an empty line, and the stream with `data: [DONE]`.
    pub fn events(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        Self::status(200)
            .header(header::CONTENT_TYPE.as_str(), "text/event-stream")
            .chunks(chunks)
    }

    /// Creates a failure without a response.
    pub fn fails(kind: TransportErrorKind) -> Self {
        Self(Kind::Fails(TransportError::new(kind, SCRIPTED)))
    }

    /// Creates a request that hangs until its timeout elapses or it is dropped.
    pub fn hangs() -> Self {
        Self(Kind::Hangs)
    }

    pub(super) fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let kind = TransportErrorKind::NotSent;
        Self(Kind::Fails(TransportError::new(kind, source)))
    }

    /// Adds a header to the response. A header that HTTP does not allow makes the request fail.
    pub fn header(self, name: &str, value: impl TryInto<HeaderValue>) -> Self {
        match (HeaderName::try_from(name), value.try_into()) {
            (Ok(name), Ok(value)) => self.change(|response| {
                response.headers_mut().append(name, value);
            }),
            _ => Self::not_sent(format!("the script contains the invalid header `{name}`")),
        }
    }

    /// Appends chunks to the body.
    pub fn chunks(self, chunks: impl IntoIterator<Item = Bytes>) -> Self {
        let chunks: Vec<_> = chunks.into_iter().map(Ok).collect();
        self.body(stream::iter(chunks))
    }

    /// Appends the chunks of a stream to the body.
    pub fn body(
        self,
        more: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        self.change(|response| {
            let before = std::mem::take(response.body_mut());
            *response.body_mut() = ResponseBody::new(before.chain(more));
        })
    }

    /// Makes the connection fail after the current body.
    pub fn then_fails(self) -> Self {
        let error = TransportError::new(TransportErrorKind::ResponseBody, SCRIPTED);
        self.body(stream::iter([Err(error)]))
    }

    /// Makes the connection hang after the current body.
    pub fn then_hangs(self) -> Self {
        self.body(stream::pending())
    }

    /// Changes the response. Failures and hangs have none.
    fn change(mut self, change: impl FnOnce(&mut http::Response<ResponseBody>)) -> Self {
        if let Kind::Responds(response) = &mut self.0 {
            change(response);
        }
        self
    }

    pub(super) async fn send(self) -> Result<http::Response<ResponseBody>, TransportError> {
        match self.0 {
            Kind::Responds(response) => Ok(response),
            Kind::Fails(error) => Err(error),
            Kind::Hangs => std::future::pending().await,
        }
    }
}

const SCRIPTED: &str = "a failure from the script";

impl fmt::Debug for MockResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Responds(response) => write!(f, "MockResponse({})", response.status()),
            Kind::Fails(error) => write!(f, "MockResponse({:?})", error.kind),
            Kind::Hangs => f.write_str("MockResponse(hangs)"),
        }
    }
}
