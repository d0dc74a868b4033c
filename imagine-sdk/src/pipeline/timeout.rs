//! The time that a call may take, phase by phase.

use std::future::poll_fn;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::clock::Clock;
use crate::error::{Error, TimeoutKind};
use crate::request::{CallLimits, ResponseMode};

/// The limits of a client.
#[derive(Clone, Debug)]
pub(crate) struct Timeouts {
    /// For a whole call, or until a stream begins.
    pub(crate) call: Duration,
    /// For the next bytes of a response.
    pub(crate) idle: Duration,
}

/// The limits of one call that is under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// The end of the call.
    total: Option<End>,
    /// When the response must have begun, which is no later.
    begin: Option<End>,
    idle: Duration,
}

/// A point in time, and how long it was until then when the call was made.
#[derive(Clone, Copy, Debug)]
struct End {
    at: Instant,
    limit: Duration,
}

impl End {
    /// How far away it is in this phase.
    fn expiry(self, clock: &dyn Clock, phase: TimeoutKind) -> Expiry {
        Expiry {
            after: self.at.saturating_duration_since(clock.now()),
            phase,
            limit: self.limit,
        }
    }
}

impl Deadline {
    /// A whole response has the client's limit in all. A stream has it for its beginning, and no limit in
    /// all unless the caller asks for one.
    pub(super) fn start(
        clock: &dyn Clock,
        timeouts: &Timeouts,
        mode: ResponseMode,
        limits: &CallLimits,
    ) -> Self {
        let since = limits.since.unwrap_or_else(|| clock.now());
        // What is too far away to be a point in time is no limit.
        let end = |limit: Duration| since.checked_add(limit).map(|at| End { at, limit });
        let begin = end(limits.timeout.unwrap_or(timeouts.call));
        let is_limited = mode == ResponseMode::Buffered || limits.timeout.is_some();
        Self {
            total: begin.filter(|_| is_limited),
            begin,
            idle: timeouts.idle,
        }
    }

    /// The time in which a response must still begin, if there is such a limit.
    pub(super) fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        let expiry = self.begin?.expiry(clock, TimeoutKind::FirstByte);
        Some(expiry.after)
    }

    /// The same for what must be over by the time at which a response must have begun: a refusal.
    pub(super) fn to_begin(self) -> Self {
        Self {
            total: self.begin,
            ..self
        }
    }

    /// The end of the call, where that is past: bytes that are there already do not extend it.
    pub(crate) fn passed(&self, clock: &dyn Clock) -> Option<Expiry> {
        let expiry = self.total?.expiry(clock, TimeoutKind::Call);
        expiry.after.is_zero().then_some(expiry)
    }

    /// The limit that comes first in this phase.
    pub(crate) fn next(&self, clock: &dyn Clock, phase: TimeoutKind) -> Option<Expiry> {
        if phase != TimeoutKind::Idle {
            return Some(self.begin?.expiry(clock, phase));
        }
        let idle = Expiry {
            after: self.idle,
            phase,
            limit: self.idle,
        };
        let total = self.total.map(|end| end.expiry(clock, TimeoutKind::Call));
        total
            .filter(|total| total.after < idle.after)
            .or(Some(idle))
    }

    /// The value of `future`, or the error that names the limit which it missed.
    pub(super) async fn within<F: Future>(
        &self,
        clock: &dyn Clock,
        phase: TimeoutKind,
        future: F,
    ) -> Result<F::Output, Error> {
        let mut future = std::pin::pin!(future);
        // Setting a timer takes longer than much of what is waited for here, which is ready at once.
        let mut alarm = None;
        poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(value));
            }
            let set = |expiry: Expiry| (expiry, clock.sleep(expiry.after));
            alarm = alarm.take().or_else(|| self.next(clock, phase).map(set));
            let Some((expiry, alarm)) = &mut alarm else {
                return Poll::Pending;
            };
            ready!(alarm.poll_unpin(cx));
            Poll::Ready(Err(expiry.error()))
        })
        .await
    }
}

/// A limit about to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expiry {
    pub(crate) after: Duration,
    phase: TimeoutKind,
    limit: Duration,
}

impl Expiry {
    pub(crate) fn error(&self) -> Error {
        Error::timeout(self.phase, self.limit)
    }
}
