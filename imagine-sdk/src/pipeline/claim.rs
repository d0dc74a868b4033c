//! What one attempt takes of the limits of its client: a turn, and a part of the budget.

use http::HeaderMap;

use super::RetryPolicy;
use super::limits::Turn;
use super::spending::{Reservation, Usage};
use crate::error::Error;
use crate::json::ExtraFields;

/// The turn of an attempt, and what it can spend. Dropping it settles both.
#[derive(Debug, Default)]
pub(crate) struct Claim {
    turn: Option<Turn>,
    reservation: Option<Reservation>,
    usage: Usage,
}

impl Claim {
    pub(super) fn new(turn: Option<Turn>, reservation: Option<Reservation>) -> Self {
        Self {
            turn,
            reservation,
            usage: Usage::default(),
        }
    }

    /// Records that the request is sent now.
    pub(super) fn send(&mut self) {
        if let Some(turn) = &mut self.turn {
            turn.send();
        }
        if let Some(reservation) = &mut self.reservation {
            reservation.spend(Usage::default());
        }
    }

    /// Records the headers of the response.
    pub(super) fn respond(&mut self, headers: &HeaderMap) {
        if let Some(turn) = &mut self.turn {
            turn.respond(headers);
        }
    }

    /// Records that the service accepted the request.
    pub(super) fn succeed(&self) {
        if let Some(turn) = &self.turn {
            turn.succeed();
        }
    }

    /// Records the error of the attempt. After a 429 the client is silent.
    pub(super) fn fail(&mut self, error: &Error, policy: &RetryPolicy) {
        let is_executed = error.is_last_attempt_maybe_executed();
        if let Some(turn) = &mut self.turn {
            if error.is_too_many_requests() {
                let retry_after = error.retry_after().filter(|time| !time.is_zero());
                let retry_after = retry_after.map(|time| time.min(policy.max_retry_after));
                turn.reject(policy.cool_down, retry_after);
            }
            if error.is_unsent() || error.is_not_received() {
                turn.cancel();
            } else if !is_executed {
                turn.correct(0);
            }
        }
        if let Some(reservation) = self.reservation.as_mut().filter(|_| !is_executed) {
            reservation.release();
        }
    }

    /// Records the usage that a value of the response reports.
    pub(crate) fn observe(&mut self, value: &impl ExtraFields) {
        if self.turn.is_none() && self.reservation.is_none() {
            return;
        }
        value.observe_fields(&mut self.usage);
        if let (Some(turn), Some(tokens)) = (&mut self.turn, self.usage.tokens()) {
            turn.correct(tokens);
        }
        if let Some(reservation) = &mut self.reservation {
            reservation.spend(self.usage);
        }
    }
}
