//! The body of a response as it comes, under the limits of its call.

use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use crate::error::{Error, TimeoutKind};
use crate::pipeline::{Deadline, Exchange, Expiry, Pipeline, Slot};
use crate::response::Meta;
use crate::trace::CallSpan;
use crate::transport::ResponseBody;

/// A wait for the next bytes.
#[derive(Clone, Copy)]
struct Wait {
    expiry: Expiry,
    until: Instant,
}

/// A body that is under way: while it is, it keeps the call's place among the concurrent requests.
pub(crate) struct BodyStream {
    body: ResponseBody,
    pipeline: Arc<Pipeline>,
    /// Lasts as long as the body.
    call: CallSpan,
    deadline: Deadline,
    /// The limit of the wait, set only while nothing arrives.
    wait: Option<Wait>,
    /// Outlives waits, because setting it takes longer than decoding an event. What it was set for comes no
    /// later than any limit after it, so it wakes the task in time, if only to be set again.
    alarm: Option<(Instant, BoxFuture<'static, ()>)>,
    _slot: Slot,
}

impl BodyStream {
    /// The head of a response, and its body.
    pub(crate) fn of(
        pipeline: Arc<Pipeline>,
        call: CallSpan,
        exchange: Exchange,
    ) -> (Box<Meta>, Self) {
        let body = Self {
            body: exchange.body.into_stream(),
            pipeline,
            call,
            deadline: exchange.deadline,
            wait: None,
            alarm: None,
            _slot: exchange.slot,
        };
        (exchange.meta, body)
    }

    /// Notes what an event says.
    pub(crate) fn note(&mut self, data: &str) {
        self.call.event(data, &*self.pipeline.clock);
    }

    /// Ends the call with an error, out of which it takes the key.
    pub(crate) fn fail(self, error: Error) -> Error {
        let error = self.pipeline.credentials.redact_error(error);
        self.call.failed(&error);
        error
    }

    /// The next bytes, nothing at the end, or the error that ends the body.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(expiry) = self.deadline.passed(&*self.pipeline.clock) {
            return Poll::Ready(Some(Err(expiry.error())));
        }
        if let Poll::Ready(chunk) = self.body.poll_next_unpin(cx) {
            self.wait = None;
            return Poll::Ready(chunk.map(|chunk| chunk.map_err(Error::transport)));
        }
        let Some(wait) = self.wait.or_else(|| self.begin_wait()) else {
            return Poll::Pending;
        };
        self.wait = Some(wait);
        ready!(self.poll_wait(cx, wait));
        Poll::Ready(Some(Err(wait.expiry.error())))
    }

    /// The limit of a wait that begins now. None if it is further away than time can tell.
    fn begin_wait(&self) -> Option<Wait> {
        let clock = &*self.pipeline.clock;
        let expiry = self.deadline.next(clock, TimeoutKind::Idle)?;
        let until = clock.now().checked_add(expiry.after)?;
        Some(Wait { expiry, until })
    }

    fn poll_wait(&mut self, cx: &mut Context<'_>, wait: Wait) -> Poll<()> {
        let clock = &*self.pipeline.clock;
        loop {
            let (set_for, alarm) = self.alarm.get_or_insert_with(|| {
                let left = wait.until.saturating_duration_since(clock.now());
                (wait.until, clock.sleep(left))
            });
            let set_for = *set_for;
            ready!(alarm.poll_unpin(cx));
            self.alarm = None;
            if set_for >= wait.until {
                return Poll::Ready(());
            }
        }
    }
}
