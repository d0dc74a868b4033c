//! A transport in memory, which answers by script or by rule and keeps what it was sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, Uri};
use imagine_sdk::transport::{
    RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind,
};
use serde_json::Value;

use crate::Seen;

/// Answers requests by script, one after the other, or by a rule. One request more than a script has answers
/// for fails the test.
#[derive(Clone)]
pub struct MemoryTransport(Arc<Inner>);

type Rule = Box<dyn FnMut(&Seen) -> Reply + Send>;

struct Inner {
    base: String,
    rule: Mutex<Rule>,
    seen: Mutex<Vec<Seen>>,
}

impl MemoryTransport {
    /// A transport for the service at `endpoint`.
    pub fn new(endpoint: &str, script: impl IntoIterator<Item = Reply>) -> Self {
        let mut script: VecDeque<_> = script.into_iter().collect();
        Self::answering(endpoint, move |_| {
            let reply = script.pop_front();
            reply.expect("no further request was expected")
        })
    }

    /// A transport for the service at `endpoint` that answers by a rule.
    pub fn answering(endpoint: &str, rule: impl FnMut(&Seen) -> Reply + Send + 'static) -> Self {
        let base: Uri = endpoint.parse().unwrap();
        Self(Arc::new(Inner {
            base: base.path().trim_end_matches('/').to_owned(),
            rule: Mutex::new(Box::new(rule)),
            seen: Mutex::default(),
        }))
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.0.seen.lock().unwrap().clone()
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport").finish_non_exhaustive()
    }
}

impl Transport for MemoryTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let inner = Arc::clone(&self.0);
        async move {
            let (head, body) = request.into_parts();
            let body = read(body).await?;
            let seen = Seen::below(&inner.base, head, body);
            inner.seen.lock().unwrap().push(seen.clone());
            let reply = (inner.rule.lock().unwrap())(&seen);
            reply.send().await
        }
        .boxed()
    }
}

/// Reads a body to its end, which must be where it was said to be.
async fn read(body: RequestBody) -> Result<Bytes, TransportError> {
    let (length, mut chunks) = match body {
        RequestBody::Bytes(bytes) => return Ok(bytes),
        RequestBody::Stream { length, chunks } => (length, chunks),
    };
    let mut read = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| TransportError {
            kind: TransportErrorKind::RequestBody,
            source: error.into(),
        })?;
        read.extend_from_slice(&chunk);
    }
    assert_eq!(read.len() as u64, length, "the length that was announced");
    Ok(read.freeze())
}

/// What the transport does with one request.
pub struct Reply(Kind);

enum Kind {
    Answer(http::Response<ResponseBody>),
    Fails(TransportErrorKind),
    Hangs,
}

impl Reply {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        let mut head = http::Response::new(stream::empty().boxed());
        *head.status_mut() = StatusCode::from_u16(status).unwrap();
        Self(Kind::Answer(head))
    }

    /// A success with this JSON.
    pub fn json(value: &Value) -> Self {
        Self::bytes("application/json", value.to_string())
    }

    /// A success with these bytes.
    pub fn bytes(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self::status(200)
            .header("content-type", content_type)
            .chunks([bytes.into()])
    }

    /// A stream of events that arrives in these pieces.
    pub fn events(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        Self::status(200)
            .header("content-type", "text/event-stream")
            .chunks(chunks)
    }

    /// A failure before there is an answer.
    pub fn fails(kind: TransportErrorKind) -> Self {
        Self(Kind::Fails(kind))
    }

    /// Nothing, ever.
    pub fn hangs() -> Self {
        Self(Kind::Hangs)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.header_value(name, HeaderValue::try_from(value).unwrap())
    }

    /// Adds a header whose value need not be ASCII.
    #[must_use]
    pub fn header_value(self, name: &str, value: HeaderValue) -> Self {
        self.change(|head| {
            let name = HeaderName::try_from(name).unwrap();
            head.headers_mut().append(name, value);
        })
    }

    /// Adds the pieces in which the body arrives.
    #[must_use]
    pub fn chunks(self, chunks: impl IntoIterator<Item = Bytes>) -> Self {
        let chunks: Vec<_> = chunks.into_iter().map(Ok).collect();
        self.body(stream::iter(chunks).boxed())
    }

    /// Adds to the body what a stream yields.
    #[must_use]
    pub fn body(self, more: ResponseBody) -> Self {
        self.change(|head| {
            let before = std::mem::replace(head.body_mut(), stream::empty().boxed());
            *head.body_mut() = before.chain(more).boxed();
        })
    }

    /// Makes the connection fail after what is there of the body.
    #[must_use]
    pub fn then_fails(self) -> Self {
        let error = failure(TransportErrorKind::ResponseBody);
        self.body(stream::iter([Err(error)]).boxed())
    }

    /// Keeps the connection open after what is there of the body, and sends nothing more.
    #[must_use]
    pub fn then_hangs(self) -> Self {
        self.body(stream::pending().boxed())
    }

    fn change(mut self, change: impl FnOnce(&mut http::Response<ResponseBody>)) -> Self {
        let Kind::Answer(head) = &mut self.0 else {
            panic!("what is no answer has no parts");
        };
        change(head);
        self
    }

    async fn send(self) -> Result<http::Response<ResponseBody>, TransportError> {
        match self.0 {
            Kind::Answer(answer) => Ok(answer),
            Kind::Fails(kind) => Err(failure(kind)),
            Kind::Hangs => std::future::pending().await,
        }
    }
}

fn failure(kind: TransportErrorKind) -> TransportError {
    TransportError {
        kind,
        source: "the script says so".into(),
    }
}
