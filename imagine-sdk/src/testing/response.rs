//! The responses of a mock transport.

use std::fmt;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

use super::output::{self, Content, Encoded, Output};
use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

/// The reaction of a [`MockTransport`](super::MockTransport) to a request: it responds, fails or hangs.
#[must_use = "a response does nothing until a transport returns it"]
pub struct MockResponse(Kind);

enum Kind {
    /// A response whose body follows the output, if there is one.
    Responds(http::Response<ResponseBody>, Option<Box<Output>>),
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
                Self(Kind::Responds(response, None))
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

    /// Creates the response of a language model with this text: of a chat, a completion, a translation or a transcript,
    /// as the path of the request defines. It is buffered, or a stream with one text chunk if the request asks for one.
    pub fn reply(text: impl Into<String>) -> Self {
        Self::stream([text])
    }

    /// Creates the response of a language model whose text is streamed in these chunks, one for each event. A request
    /// that does not ask for a stream gets the concatenated text.
    pub fn stream<T: Into<String>>(chunks: impl IntoIterator<Item = T>) -> Self {
        let chunks = chunks.into_iter().map(Into::into).collect();
        Self::output(Content::Text(chunks))
    }

    /// Creates the response of a language model that calls these functions, given by name and arguments. It is
    /// buffered, or a stream in which the arguments of each call arrive in two deltas.
    pub fn tool_calls<N: Into<String>>(calls: impl IntoIterator<Item = (N, Value)>) -> Self {
        let calls = calls.into_iter();
        let calls = calls.map(|(name, arguments)| (name.into(), arguments));
        Self::output(Content::ToolCalls(calls.collect()))
    }

    /// Creates the response of an image model with these files, in base64. It is buffered, or a stream with one image
    /// in each event if the request asks for one.
    pub fn images<B: Into<Bytes>>(files: impl IntoIterator<Item = B>) -> Self {
        let files = files.into_iter().map(Into::into).collect();
        Self::output(Content::Images(files))
    }

    /// Creates a stream of these events and `[DONE]`, even if the request does not ask for a stream.
    pub fn events(events: impl IntoIterator<Item = Value>) -> Self {
        let events: Vec<_> = events.into_iter().collect();
        Self::event_bytes(output::events(&events, true).chunks)
    }

    /// Creates a stream of server-sent events that arrives in these chunks. The chunks are sent unchanged, so end each
    /// event with an empty line, and the stream with `data: [DONE]`.
    pub fn event_bytes(chunks: impl IntoIterator<Item = Bytes>) -> Self {
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

    fn output(content: Content) -> Self {
        let response = http::Response::new(ResponseBody::default());
        Self(Kind::Responds(
            response,
            Some(Box::new(Output::new(content))),
        ))
    }

    /// Sets the token counts of the output of a language model: those of the prompt and of the completion. Default:
    /// none.
    ///
    /// As in the service, a stream has them only if the request asks for them with `stream_options`.
    pub fn usage(self, prompt_tokens: u64, completion_tokens: u64) -> Self {
        self.change_output(|output| output.usage = Some((prompt_tokens, completion_tokens)))
    }

    /// Sets the finish reason of the output of a language model. Default: `stop`, or `tool_calls` for tool calls.
    pub fn finish_reason(self, reason: impl Into<String>) -> Self {
        self.change_output(|output| output.finish_reason = Some(reason.into()))
    }

    /// Replaces the body by an error body of the inference API with this message.
    pub fn message(self, message: impl Into<String>) -> Self {
        let body = json!({"message": message.into(), "status": "error"}).to_string();
        let content_type = header::CONTENT_TYPE;
        self.change(|response| {
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(content_type, json);
            *response.body_mut() = ResponseBody::new(stream::iter([Ok(Bytes::from(body))]));
        })
    }

    /// Adds a `Retry-After` header with this many seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER.as_str(), seconds)
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

    /// Makes the connection fail after the current body. A [`stream`](Self::stream) has no finish reason then.
    pub fn then_fails(self) -> Self {
        let error = TransportError::new(TransportErrorKind::ResponseBody, SCRIPTED);
        self.truncated().body(stream::iter([Err(error)]))
    }

    /// Makes the connection hang after the current body. A [`stream`](Self::stream) has no finish reason then.
    pub fn then_hangs(self) -> Self {
        self.truncated().body(stream::pending())
    }

    /// Changes the response. Failures and hangs have none.
    fn change(mut self, change: impl FnOnce(&mut http::Response<ResponseBody>)) -> Self {
        if let Kind::Responds(response, _) = &mut self.0 {
            change(response);
        }
        self
    }

    /// Changes the output. Other responses have none.
    fn change_output(mut self, change: impl FnOnce(&mut Output)) -> Self {
        if let Kind::Responds(_, Some(output)) = &mut self.0 {
            change(output);
        }
        self
    }

    fn truncated(self) -> Self {
        self.change_output(|output| output.is_truncated = true)
    }

    /// Reacts to a request.
    pub(super) async fn send(
        self,
        request: &http::Request<Bytes>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        match self.0 {
            Kind::Responds(response, None) => Ok(response),
            Kind::Responds(response, Some(output)) => Ok(prepend(output.encode(request), response)),
            Kind::Fails(error) => Err(error),
            Kind::Hangs => std::future::pending().await,
        }
    }
}

/// Adds an output in front of the body of a response.
fn prepend(
    output: Encoded,
    response: http::Response<ResponseBody>,
) -> http::Response<ResponseBody> {
    let mut response = response.map(|body| {
        let chunks = output.chunks.into_iter().map(Ok);
        ResponseBody::new(stream::iter(chunks).chain(body))
    });
    let content_type = HeaderValue::from_static(output.content_type);
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_TYPE).or_insert(content_type);
    response
}

const SCRIPTED: &str = "a failure from the script";

impl fmt::Debug for MockResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Responds(response, _) => write!(f, "MockResponse({})", response.status()),
            Kind::Fails(error) => write!(f, "MockResponse({:?})", error.kind),
            Kind::Hangs => f.write_str("MockResponse(hangs)"),
        }
    }
}
