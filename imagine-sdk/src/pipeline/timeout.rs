//! The time that a call may take, phase by phase.

use std::time::{Duration, Instant};

use crate::clock::{Clock, within};
use crate::error::{Error, Phase};
use crate::wire::Reading;

/// The limits of a client.
#[derive(Clone, Debug)]
pub(crate) struct Timeouts {
    /// For a whole call, or until a stream begins.
    pub(crate) call: Duration,
    /// For the next bytes of an answer.
    pub(crate) idle: Duration,
}

/// The limits of one call that is under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// The end of the call.
    total: Option<End>,
    /// When the answer must have begun.
    begin: Option<End>,
    idle: Duration,
}

/// A point in time, and how long it was until then when the call was made.
#[derive(Clone, Copy, Debug)]
struct End {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// A whole answer has the client's limit in all. A stream has it for its beginning, and no limit in
    /// all unless the caller asks for one.
    pub(super) fn start(
        clock: &dyn Clock,
        timeouts: &Timeouts,
        reading: Reading,
        asked: Option<Duration>,
    ) -> Self {
        let now = clock.now();
        // What is too far away to be a point in time is no limit.
        let end = |limit: Duration| now.checked_add(limit).map(|at| End { at, limit });
        let (total, begin) = match reading {
            Reading::Whole => (end(asked.unwrap_or(timeouts.call)), None),
            Reading::Events | Reading::File => {
                (asked.and_then(end), end(asked.unwrap_or(timeouts.call)))
            }
        };
        Self {
            total,
            begin,
            idle: timeouts.idle,
        }
    }

    /// The time in which an answer must still begin, if there is such a limit.
    pub(super) fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        first(clock, [self.total, self.begin]).map(|(left, _)| left)
    }

    /// The end of the call, where that is past: bytes that are there already do not extend it.
    pub(crate) fn passed(&self, clock: &dyn Clock) -> Option<Expiry> {
        let (after, limit) = first(clock, [self.total, None])?;
        after.is_zero().then_some(Expiry {
            after,
            phase: Phase::Total,
            limit,
        })
    }

    /// The limit that comes first in this phase.
    pub(crate) fn next(&self, clock: &dyn Clock, phase: Phase) -> Option<Expiry> {
        if phase != Phase::Idle {
            let (after, limit) = first(clock, [self.total, self.begin])?;
            return Some(Expiry {
                after,
                phase,
                limit,
            });
        }
        let idle = Expiry {
            after: self.idle,
            phase,
            limit: self.idle,
        };
        let total = first(clock, [self.total, None]);
        let total = total.map(|(after, limit)| Expiry {
            after,
            phase: Phase::Total,
            limit,
        });
        Some(
            total
                .filter(|total| total.after < idle.after)
                .unwrap_or(idle),
        )
    }

    /// The value of `future`, or the error that names the limit which it missed.
    pub(super) async fn within<F: Future>(
        &self,
        clock: &dyn Clock,
        phase: Phase,
        future: F,
    ) -> Result<F::Output, Error> {
        let Some(expiry) = self.next(clock, phase) else {
            return Ok(future.await);
        };
        within(clock, expiry.after, future)
            .await
            .ok_or_else(|| expiry.error())
    }
}

/// The end that comes first: how far away it is, and what the limit was.
fn first(clock: &dyn Clock, ends: [Option<End>; 2]) -> Option<(Duration, Duration)> {
    let first = ends.into_iter().flatten().min_by_key(|end| end.at)?;
    Some((first.at.saturating_duration_since(clock.now()), first.limit))
}

/// A limit about to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expiry {
    pub(crate) after: Duration,
    phase: Phase,
    limit: Duration,
}

impl Expiry {
    pub(crate) fn error(&self) -> Error {
        Error::timeout(self.phase, self.limit)
    }
}
