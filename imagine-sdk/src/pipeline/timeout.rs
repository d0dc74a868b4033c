//! The limits on the duration of a call.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use crate::clock::Clock;
use crate::error::{Error, TimeoutKind};
use crate::request::{CallLimits, ResponseMode};
use crate::transport::{RequestProgress, ResponseBody, Stage, TransportError, TransportErrorKind};

/// The limits of a client.
#[derive(Clone, Debug)]
pub(crate) struct Timeouts {
    /// The duration of a call with a buffered response, or of a streamed one up to the start of its response.
    pub(crate) call: Duration,
    /// The duration of a pause in a response.
    pub(crate) idle: Duration,
    /// The time in which the first event of a stream must arrive.
    pub(crate) first_event: Option<Duration>,
    /// The duration of establishing a connection, if the transport is the built-in one.
    pub(crate) connect: Option<Duration>,
}

impl Timeouts {
    /// Returns the limit of the wait for a connection. A request that can still use a new connection waits for one of
    /// the pool for a part of the time. Otherwise the limit is longer than that of the transport, whose error names the
    /// cause.
    pub(super) fn connection(&self, may_use_new_connection: bool) -> Option<Duration> {
        let timeout = self.connect?;
        Some(match may_use_new_connection {
            true => timeout / 4,
            false => timeout.saturating_add(timeout / 4),
        })
    }
}

/// The limits of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// The start of the call.
    since: Instant,
    /// The time in which the response must start.
    response_start: Duration,
    /// True if the response must also end in that time.
    is_total: bool,
    /// The time in which the first event of a stream must arrive.
    first_event: Option<Duration>,
    idle: Duration,
}

impl Deadline {
    /// Starts the time of a call. A buffered response has the client's limit. A stream has it for the start of its
    /// response, and no limit in total unless the call sets one.
    pub(super) fn start(
        clock: &dyn Clock,
        timeouts: &Timeouts,
        mode: ResponseMode,
        limits: &CallLimits,
    ) -> Self {
        let first_event = limits.first_event.or(timeouts.first_event);
        Self {
            since: limits.started_at.unwrap_or_else(|| clock.now()),
            response_start: limits.timeout.unwrap_or(timeouts.call),
            is_total: mode == ResponseMode::Buffered || limits.timeout.is_some(),
            first_event: first_event.filter(|_| mode == ResponseMode::EventStream),
            idle: limits.idle.unwrap_or(timeouts.idle),
        }
    }

    /// Returns a limit from the start of the call. A limit beyond the range of `Instant` is ignored.
    fn expiry(&self, limit: Duration, clock: &dyn Clock, kind: TimeoutKind) -> Option<Expiry> {
        let end = self.since.checked_add(limit)?;
        Some(Expiry {
            after: end.saturating_duration_since(clock.now()),
            kind,
            limit,
        })
    }

    /// Returns the limit of the start of the response, which comes before the first event.
    fn start_expiry(&self, clock: &dyn Clock, kind: TimeoutKind) -> Option<Expiry> {
        let first_event = self.first_event.unwrap_or(Duration::MAX);
        self.expiry(self.response_start.min(first_event), clock, kind)
    }

    /// Returns the time in which the response must start.
    pub(super) fn remaining(&self, clock: &dyn Clock) -> Option<Duration> {
        let expiry = self.start_expiry(clock, TimeoutKind::FirstByte)?;
        Some(expiry.after)
    }

    /// Returns the limits of an error response, which must end by the time at which a response must start.
    pub(super) fn of_error_response(self) -> Self {
        Self {
            is_total: true,
            ..self
        }
    }

    /// Returns the earliest limit of a response from the start of its call.
    fn total(&self, clock: &dyn Clock) -> Option<Expiry> {
        let total = self.is_total.then_some(self.response_start);
        let total = total.and_then(|limit| self.expiry(limit, clock, TimeoutKind::Call));
        let first_event = self.first_event;
        let first_event =
            first_event.and_then(|limit| self.expiry(limit, clock, TimeoutKind::FirstEvent));
        let expiries = total.into_iter().chain(first_event);
        expiries.min_by_key(|expiry| expiry.after)
    }

    /// Returns such a limit if it has passed. Buffered bytes do not extend a call.
    fn passed(&self, clock: &dyn Clock) -> Option<Expiry> {
        self.total(clock).filter(|expiry| expiry.after.is_zero())
    }

    /// Returns the earliest limit of a wait for the next bytes.
    fn next_bytes(&self, clock: &dyn Clock) -> Expiry {
        let idle = Expiry {
            after: self.idle,
            kind: TimeoutKind::Idle,
            limit: self.idle,
        };
        self.total(clock)
            .filter(|total| total.after < idle.after)
            .unwrap_or(idle)
    }

    /// Returns the output of `future`, or the error that names the limit.
    pub(super) async fn timeout<F: Future>(
        &self,
        clock: &dyn Clock,
        kind: TimeoutKind,
        future: F,
    ) -> Result<F::Output, Error> {
        let mut future = std::pin::pin!(future);
        // Setting a timer takes longer than most of these futures, which are ready at once.
        let mut timer = None;
        poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(value));
            }
            let limit = || self.start_expiry(clock, kind);
            let start = |expiry: Expiry| (expiry, clock.sleep(expiry.after));
            timer = timer.take().or_else(|| limit().map(start));
            let Some((expiry, sleep)) = &mut timer else {
                return Poll::Pending;
            };
            ready!(sleep.poll_unpin(cx));
            Poll::Ready(Err(expiry.error()))
        })
        .await
    }
}

/// Sending.
impl Deadline {
    /// Returns the output of sending a request, or the error that names the limit. A request that has no connection
    /// for longer than its own limit is abandoned early, so that it can be retried: a connection that accepts no
    /// further request may never become free.
    // An `async fn` would contain its arguments twice.
    pub(super) fn sending<'a, T: 'a>(
        &'a self,
        clock: &'a dyn Clock,
        (progress, mut connection): (RequestProgress, Option<Duration>),
        mut sending: BoxFuture<'static, Result<T, TransportError>>,
    ) -> impl Future<Output = Result<T, Error>> + Send + 'a {
        let mut timer = None;
        poll_fn(move |cx| {
            loop {
                if let Poll::Ready(response) = sending.poll_unpin(cx) {
                    return Poll::Ready(response.map_err(Error::transport));
                }
                let start = |expiry: Expiry| (expiry, clock.sleep(expiry.after));
                // A layer may wait before it calls the transport, so the wait for a connection may start late.
                let wait = connection.take_if(|_| progress.is_waiting());
                timer = match wait {
                    Some(wait) => self.send_expiry(Some(wait), clock).map(start),
                    None => timer
                        .take()
                        .or_else(|| self.send_expiry(None, clock).map(start)),
                };
                let Some((expiry, sleep)) = &mut timer else {
                    return Poll::Pending;
                };
                ready!(sleep.poll_unpin(cx));
                let expiry = *expiry;
                if expiry.kind == TimeoutKind::FirstByte {
                    return Poll::Ready(Err(expiry.send_error(&progress)));
                }
                if progress.abandon_waiting() {
                    return Poll::Ready(Err(expiry.connection_error()));
                }
                timer = None;
            }
        })
    }

    /// Returns the earliest limit of sending a request.
    fn send_expiry(&self, connection: Option<Duration>, clock: &dyn Clock) -> Option<Expiry> {
        let response_start = self.start_expiry(clock, TimeoutKind::FirstByte);
        let connection = connection.map(|limit| Expiry {
            after: limit,
            kind: TimeoutKind::Connect,
            limit,
        });
        let expiries = response_start.into_iter().chain(connection);
        expiries.min_by_key(|expiry| expiry.after)
    }
}

/// A limit and the time until it is reached.
#[derive(Clone, Copy, Debug)]
struct Expiry {
    after: Duration,
    kind: TimeoutKind,
    limit: Duration,
}

impl Expiry {
    fn error(&self) -> Error {
        Error::timeout(self.kind, self.limit)
    }

    /// Returns the error of a request without a response, which names the stage that it reached.
    fn send_error(&self, progress: &RequestProgress) -> Error {
        let kind = match progress.abandon() {
            Stage::Waiting => TimeoutKind::Connect,
            Stage::Started => TimeoutKind::RequestBody,
            Stage::Unknown | Stage::Sent => TimeoutKind::FirstByte,
        };
        Error::timeout(kind, self.limit)
    }

    fn connection_error(&self) -> Error {
        let waited = format!("the request waited for {:?}", self.limit);
        let kind = TransportErrorKind::NoConnection;
        Error::transport(TransportError::new(kind, waited))
    }
}

/// The current wait for the next bytes.
#[derive(Clone, Copy, Debug)]
struct Wait {
    kind: TimeoutKind,
    limit: Duration,
    end: Instant,
}

/// Limits the waits for the next bytes of a body.
pub(crate) struct IdleTimer {
    deadline: Deadline,
    wait: Option<Wait>,
    /// A timer and its end. It outlives waits, because starting it takes longer than decoding an event. It never ends
    /// later than the current wait, so at worst it wakes the task once too often.
    timer: Option<(Instant, BoxFuture<'static, ()>)>,
}

impl IdleTimer {
    pub(crate) fn new(deadline: Deadline) -> Self {
        Self {
            deadline,
            wait: None,
            timer: None,
        }
    }

    /// Ends the limit of the first event, which has arrived.
    pub(crate) fn end_first_event(&mut self) {
        self.deadline.first_event = None;
    }

    /// Polls the next bytes of a body, or the error of the limit that was reached.
    pub(crate) fn poll_next(
        &mut self,
        body: &mut ResponseBody,
        clock: &dyn Clock,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(expiry) = self.deadline.passed(clock) {
            return Poll::Ready(Some(Err(expiry.error())));
        }
        if let Poll::Ready(chunk) = body.poll_next_unpin(cx) {
            self.wait = None;
            return Poll::Ready(chunk.map(|chunk| chunk.map_err(Error::transport)));
        }
        let Some(wait) = self.wait.or_else(|| self.start_wait(clock)) else {
            return Poll::Pending;
        };
        self.wait = Some(wait);
        ready!(self.poll_timer(wait.end, clock, cx));
        Poll::Ready(Some(Err(Error::timeout(wait.kind, wait.limit))))
    }

    /// Starts a wait. It has no end beyond what an `Instant` can express.
    fn start_wait(&self, clock: &dyn Clock) -> Option<Wait> {
        let Expiry { after, kind, limit } = self.deadline.next_bytes(clock);
        let end = clock.now().checked_add(after)?;
        Some(Wait { kind, limit, end })
    }

    fn poll_timer(&mut self, end: Instant, clock: &dyn Clock, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let (timer_end, sleep) = self.timer.get_or_insert_with(|| {
                let remaining = end.saturating_duration_since(clock.now());
                (end, clock.sleep(remaining))
            });
            let timer_end = *timer_end;
            ready!(sleep.poll_unpin(cx));
            self.timer = None;
            if timer_end >= end {
                return Poll::Ready(());
            }
        }
    }
}
