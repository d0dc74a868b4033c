//! The wait of a call for its turn, and the turn.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderMap;

use super::plan::{Change, Millis, millis};
use super::{Limiter, Step, quota};
use crate::error::Error;

/// The wait for a turn. Dropping it frees its place in the queue.
pub(crate) struct Wait {
    limiter: Limiter,
    pub(super) tokens: u64,
    pub(super) deadline: Millis,
    /// The place in the queue.
    pub(super) ticket: Option<u64>,
    /// A timer and its end. It may end before the slot is free, and then wakes the task once too often.
    timer: Option<(Millis, BoxFuture<'static, ()>)>,
}

impl Wait {
    pub(super) fn new(limiter: Limiter, tokens: u64, deadline: Millis) -> Self {
        Self {
            limiter,
            tokens,
            deadline,
            ticket: None,
            timer: None,
        }
    }
}

impl Future for Wait {
    type Output = Result<Turn, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let wait = &mut *self;
        loop {
            let limiter = wait.limiter.clone();
            match limiter.step(wait, cx.waker())? {
                Step::Granted(id) => {
                    return Poll::Ready(Ok(Turn::new(limiter, id, wait.tokens)));
                }
                Step::Queued => return Poll::Pending,
                Step::Sleep(pause) => {
                    let end = limiter.now().saturating_add(millis(pause));
                    let timer = wait.timer.take().filter(|(earlier, _)| *earlier <= end);
                    let start = || (end, limiter.0.clock.sleep(pause));
                    let (_, timer) = wait.timer.insert(timer.unwrap_or_else(start));
                    ready!(timer.poll_unpin(cx));
                    wait.timer = None;
                }
            }
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.limiter.leave(ticket);
        }
    }
}

/// The turn of one attempt. Dropping it before it is sent frees its slot.
#[derive(Debug)]
pub(crate) struct Turn {
    limiter: Limiter,
    id: u64,
    /// The estimated tokens.
    tokens: u64,
    sent: Option<Millis>,
    /// The time until a used-up limit is reset, as the headers of the response report it.
    reset: Option<Duration>,
}

impl Turn {
    pub(super) fn new(limiter: Limiter, id: u64, tokens: u64) -> Self {
        Self {
            limiter,
            id,
            tokens,
            sent: None,
            reset: None,
        }
    }

    /// Records that the request is sent now.
    pub(crate) fn send(&mut self) {
        if self.sent.is_none() {
            self.sent = Some(self.limiter.sent(self.id));
        }
    }

    /// Records that the server received nothing, which frees the slot.
    pub(crate) fn cancel(&mut self) {
        self.limiter.remove(self.id);
    }

    /// Corrects the estimate of the tokens.
    pub(crate) fn correct(&mut self, tokens: u64) {
        if self.tokens != tokens {
            self.tokens = tokens;
            self.limiter.correct(self.id, tokens);
        }
    }

    /// Records the headers of the response.
    pub(crate) fn respond(&mut self, headers: &HeaderMap) {
        let shared = &self.limiter.0;
        if shared.limits.reads_headers {
            let reported = quota::read(headers, shared.clock.time_of_day());
            let used_up = reported.iter().filter(|quota| quota.remaining == 0);
            let reset = used_up.map(|quota| quota.reset).max();
            // A reset in the past, by another clock than that of the server, is no pause.
            self.reset = reset.filter(|reset| !reset.is_zero());
            self.limiter.report(self.id, reported);
        }
    }

    /// Records that the server accepted the request.
    pub(crate) fn succeed(&self) {
        if let Some(sent) = self.sent {
            self.limiter.succeeded(sent);
        }
    }

    /// Starts a cool-down of the client after a 429.
    pub(crate) fn reject(&self, initial: Duration, retry_after: Option<Duration>) {
        let now = self.limiter.now();
        self.limiter.change(Change::Rejected {
            now,
            sent: self.sent.unwrap_or(now),
            initial,
            retry_after: retry_after.or(self.reset),
        });
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        match self.sent {
            Some(_) => self.limiter.end(self.id),
            None => self.limiter.remove(self.id),
        }
    }
}
