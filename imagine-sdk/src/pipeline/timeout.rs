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
    total: Option<(Instant, Duration)>,
    first_byte: Option<Duration>,
    idle: Duration,
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
        let (total, first_byte) = match reading {
            Reading::Whole => (Some(asked.unwrap_or(timeouts.call)), None),
            Reading::Events | Reading::File => (asked, Some(timeouts.call)),
        };
        let end = |span: Duration| Some((clock.now().checked_add(span)?, span));
        Self {
            total: total.and_then(end),
            first_byte,
            idle: timeouts.idle,
        }
    }

    /// The time until the end of the call, if it has one.
    pub(crate) fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        self.total
            .map(|(end, _)| end.saturating_duration_since(clock.now()))
    }

    /// The limit that comes first in this phase, and what it is a limit of.
    pub(crate) fn next(&self, clock: &dyn Clock, phase: Phase) -> Option<Expiry> {
        let own = match phase {
            Phase::FirstByte => self.first_byte,
            // Waiting for a place counts as waiting for the answer to begin.
            Phase::Slot => self.first_byte,
            Phase::Idle => Some(self.idle),
            Phase::Connect | Phase::Total => None,
        };
        let own = own.map(|span| Expiry {
            after: span,
            phase,
            limit: span,
        });
        let total = self.total.map(|(end, span)| Expiry {
            after: end.saturating_duration_since(clock.now()),
            phase: if phase == Phase::Slot {
                Phase::Slot
            } else {
                Phase::Total
            },
            limit: span,
        });
        match (own, total) {
            (Some(own), Some(total)) => Some(if own.after < total.after { own } else { total }),
            (own, total) => own.or(total),
        }
    }

    /// The value of `future`, or the error that names the limit which it missed.
    pub(super) async fn within<F: Future>(
        &self,
        clock: &dyn Clock,
        phase: Phase,
        future: F,
    ) -> Result<F::Output, Error> {
        let expiry = self.next(clock, phase);
        let value = within(clock, expiry.as_ref().map(|expiry| expiry.after), future).await;
        match (value, expiry) {
            (Some(value), _) => Ok(value),
            (None, Some(expiry)) => Err(expiry.error()),
            (None, None) => Err(Error::timeout(phase, Duration::ZERO)),
        }
    }
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
