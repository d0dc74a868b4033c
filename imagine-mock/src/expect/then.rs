//! What a test says of a response.

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
use super::{Operation, Speaks, Streams};
use crate::fault::Fault;

/// How the requests that an expectation is about are answered. Where nothing is said, the mock answers as
/// it does without expectations.
///
/// The methods can be called in a chain or one after the other; of two that give a response the last one
/// counts.
pub struct Then<O> {
    script: Rc<RefCell<Script>>,
    operation: PhantomData<O>,
}

impl<O: Speaks> Then<O> {
    /// Answers with this text, in a response that is otherwise as the mock composes it: whole, or as a stream
    /// of one piece where the request asks for a stream.
    pub fn reply(&self, text: impl Into<String>) -> Self {
        self.body(ScriptedBody::Said(vec![text.into()]))
    }
}

impl<O: Speaks + Streams> Then<O> {
    /// Answers with a text that a stream brings in these pieces, each in an event of its own. A request that
    /// does not ask for a stream gets them in one.
    pub fn stream<T: Into<String>>(&self, pieces: impl IntoIterator<Item = T>) -> Self {
        let pieces = pieces.into_iter().map(Into::into);
        self.body(ScriptedBody::Said(pieces.collect()))
    }
}

impl<O: Streams> Then<O> {
    /// Answers with a stream of these events and `[DONE]`, whether the request asks for a stream or not.
    /// Each must keep to the specification, unless the response is [`unchecked`](Self::unchecked).
    pub fn events(&self, events: impl IntoIterator<Item = Value>) -> Self {
        self.body(ScriptedBody::Events(events.into_iter().collect()))
    }

    /// Pauses so long before each event of a stream.
    pub fn pace(&self, pause: Duration) -> Self {
        self.with(|script| script.pauses.before_each = pause)
    }
}

impl<O: Operation> Then<O> {
    pub(super) fn new() -> Self {
        Self {
            script: Rc::default(),
            operation: PhantomData,
        }
    }

    /// What was said.
    pub(super) fn into_script(self) -> Script {
        self.script.take()
    }

    /// Answers with this JSON. With a status of success, which it has if nothing else is said, it must keep
    /// to the specification, unless the response is [`unchecked`](Self::unchecked).
    pub fn json(&self, response: impl Into<Value>) -> Self {
        self.body(ScriptedBody::Whole(response.into()))
    }

    /// Answers with these bytes, whatever they are.
    pub fn bytes(&self, media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        self.body(ScriptedBody::Bytes(media_type, bytes.into()))
    }

    /// Takes answers that the specification does not allow, for tests of what comes then.
    pub fn unchecked(&self) -> Self {
        self.with(|script| script.unchecked = true)
    }

    /// Answers with this status. One that is no success comes with an error in the form of the API, where
    /// no other body is given.
    pub fn status(&self, status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if !status.is_informational() => {
                self.with(|script| script.status = Some(status))
            }
            _ => self.problem(format!("{status} is no status of a response")),
        }
    }

    /// What the error says that comes with a [`status`](Self::status).
    pub fn message(&self, message: impl Into<String>) -> Self {
        self.with(|script| script.message = Some(message.into()))
    }

    /// Sends a `Retry-After` of so many seconds.
    pub fn retry_after(&self, seconds: u64) -> Self {
        self.with(|script| script.headers.push((RETRY_AFTER, seconds.into())))
    }

    /// Sends a header.
    pub fn header(&self, name: &str, value: &str) -> Self {
        match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => self.with(|script| script.headers.push((name, value))),
            _ => self.problem(format!("`{name}` is no header, or has no proper value")),
        }
    }

    /// Answers only after this time.
    pub fn delay(&self, span: Duration) -> Self {
        self.with(|script| script.pauses.before = span)
    }

    /// Makes the response meet a fault: be cut, reset, or late in parts. How often the fault comes is for
    /// [`times`](Self::times) to say, not for the fault.
    pub fn fault(&self, fault: Fault) -> Self {
        self.with(|script| script.fault = Some(fault))
    }

    /// Answers so often and then no more: the next expectation that matches takes over. Without it there is
    /// no limit.
    pub fn times(&self, times: u32) -> Self {
        self.with(|script| script.times = Some(times))
    }

    fn body(&self, body: ScriptedBody) -> Self {
        self.with(|script| script.body = body)
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
