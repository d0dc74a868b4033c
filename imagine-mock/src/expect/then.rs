//! The response builder of an expectation.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::script::{Script, ScriptedBody};
use super::{EventOperation, ImageOperation, StreamingOperation, TextOperation, ToolOperation};
use crate::fault::Fault;
use crate::response::StreamedEvent;
use crate::service::ScriptedOutput;
use crate::service::backend::usage::Tokens;

/// A builder for the response of an expectation. Default: the simulated response of the mock.
///
/// Call the methods in a chain or one after the other. Each call that sets the body replaces the previous body.
pub struct Then<O> {
    script: Rc<RefCell<Script>>,
    operation: PhantomData<O>,
}

impl<O: TextOperation> Then<O> {
    /// Responds with this text in a simulated response.
    ///
    /// The response is buffered, or a stream with one text chunk if the request asks for a stream.
    pub fn reply(&self, text: impl Into<String>) -> Self {
        self.text(vec![text.into()])
    }

    /// Sets the token counts of the prompt and of the completion in a simulated response. Default: those of the text.
    ///
    /// Transcripts have none. As in the service, a stream has them only if the request asks for them.
    pub fn usage(&self, prompt_tokens: u64, completion_tokens: u64) -> Self {
        let count = |tokens: u64| usize::try_from(tokens).unwrap_or(usize::MAX);
        let tokens = Tokens {
            input: count(prompt_tokens),
            output: count(completion_tokens),
        };
        self.output(|output| output.usage = Some(tokens))
    }

    /// Sets the finish reason in a simulated response. Default: `stop`, or `tool_calls` for tool calls.
    pub fn finish_reason(&self, reason: impl Into<String>) -> Self {
        self.output(|output| output.finish_reason = Some(reason.into()))
    }
}

impl<O: TextOperation + StreamingOperation> Then<O> {
    /// Responds with a simulated response whose text is streamed in these chunks, one for each event.
    ///
    /// A request that does not ask for a stream gets the concatenated text.
    pub fn stream<T: Into<String>>(&self, chunks: impl IntoIterator<Item = T>) -> Self {
        self.text(chunks.into_iter().map(Into::into).collect())
    }
}

impl<O: ToolOperation> Then<O> {
    /// Responds with calls of these functions, given by name and arguments, in a simulated response.
    ///
    /// The response is buffered, or a stream with several deltas for each call if the request asks for a stream.
    pub fn tool_calls<N: Into<String>>(&self, calls: impl IntoIterator<Item = (N, Value)>) -> Self {
        let calls = calls.into_iter();
        let calls = calls
            .map(|(name, arguments)| (name.into(), arguments))
            .collect();
        self.body(ScriptedBody::Simulated);
        self.output(|output| output.tool_calls = calls)
    }
}

impl<O: ImageOperation> Then<O> {
    /// Responds with these files, in base64, in a simulated response.
    ///
    /// The response is buffered, or a stream with one image in each event if the request asks for a stream.
    pub fn images<B: Into<Bytes>>(&self, files: impl IntoIterator<Item = B>) -> Self {
        let files = files.into_iter().map(Into::into).collect();
        self.body(ScriptedBody::Simulated);
        self.output(|output| output.images = files)
    }
}

impl<O: EventOperation> Then<O> {
    /// Responds with a stream of these events and `[DONE]`, even if the request does not ask for a stream. An event is
    /// its data, or its name and data: `("delta", json!({"text": "a"}))`. In a stream of JSON lines, each is a line.
    ///
    /// Each event must conform to the specification, unless [`skip_validation`](Self::skip_validation) is called.
    pub fn events<E: Into<StreamedEvent>>(&self, events: impl IntoIterator<Item = E>) -> Self {
        let events = events.into_iter().map(Into::into);
        self.body(ScriptedBody::Events(events.collect()))
    }

    /// Sets the delay before each event of a stream. Default: 0.
    pub fn chunk_delay(&self, delay: Duration) -> Self {
        self.with(|script| script.delays.chunk = delay)
    }
}

impl<O> Then<O> {
    pub(super) fn new() -> Self {
        Self {
            script: Rc::default(),
            operation: PhantomData,
        }
    }

    pub(super) fn into_script(self) -> Script {
        self.script.take()
    }

    /// Responds with this JSON.
    ///
    /// With a success status, which is the default, it must conform to the specification, unless
    /// [`skip_validation`](Self::skip_validation) is called.
    pub fn json(&self, response: impl Into<Value>) -> Self {
        self.body(ScriptedBody::Json(response.into()))
    }

    /// Responds with these bytes without validation.
    pub fn bytes(&self, media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        self.body(ScriptedBody::Bytes(media_type, bytes.into()))
    }

    /// Skips the validation of the response, for tests with responses that violate the specification.
    pub fn skip_validation(&self) -> Self {
        self.with(|script| script.skips_validation = true)
    }

    /// Sets the status. Default: 200.
    ///
    /// A status that is not a success gets an error body in the format of the API, unless another body is set.
    pub fn status(&self, status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if !status.is_informational() => {
                self.with(|script| script.status = Some(status))
            }
            _ => self.problem(format!("{status} is not a valid response status")),
        }
    }

    /// Sets the message in the error body of a [`status`](Self::status). Default: the reason phrase of the status.
    pub fn message(&self, message: impl Into<String>) -> Self {
        self.with(|script| script.message = Some(message.into()))
    }

    /// Sends a `Retry-After` header with this many seconds.
    pub fn retry_after(&self, seconds: u64) -> Self {
        self.with(|script| script.headers.push((RETRY_AFTER, seconds.into())))
    }

    /// Sends a header.
    pub fn header(&self, name: &str, value: &str) -> Self {
        match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => self.with(|script| script.headers.push((name, value))),
            _ => self.problem(format!("header `{name}` has an invalid name or value")),
        }
    }

    /// Sets the delay before the response. Default: 0.
    pub fn delay(&self, delay: Duration) -> Self {
        self.with(|script| script.delays.response = delay)
    }

    /// Applies a fault to the response, such as a truncation or a connection reset.
    ///
    /// [`times`](Self::times) limits the expectation; the limit of the fault itself has no effect.
    pub fn fault(&self, fault: Fault) -> Self {
        self.with(|script| script.fault = Some(fault))
    }

    /// Limits the expectation to this many requests. Default: unlimited.
    ///
    /// After that, the next matching expectation responds.
    pub fn times(&self, times: u32) -> Self {
        self.with(|script| script.times = Some(times))
    }

    pub(super) fn body(&self, body: ScriptedBody) -> Self {
        self.with(|script| script.body = body)
    }

    pub(super) fn text(&self, chunks: Vec<String>) -> Self {
        self.body(ScriptedBody::Simulated);
        self.output(|output| output.text = Some(chunks))
    }

    pub(super) fn output(&self, change: impl FnOnce(&mut ScriptedOutput)) -> Self {
        self.with(|script| change(&mut script.output))
    }

    fn problem(&self, problem: String) -> Self {
        self.with(|script| script.problems.push(problem))
    }

    fn with(&self, change: impl FnOnce(&mut Script)) -> Self {
        change(&mut self.script.borrow_mut());
        self.clone()
    }
}

impl<O> Clone for Then<O> {
    fn clone(&self) -> Self {
        Self {
            script: Rc::clone(&self.script),
            operation: PhantomData,
        }
    }
}

impl<O> fmt::Debug for Then<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.script.borrow().fmt(formatter)
    }
}
