//! The turn and the part of the budget that one attempt takes of the limits of its client.

use http::HeaderMap;

use super::RetryPolicy;
use super::limits::Turn;
use super::spending::{Reservation, Usage};
use crate::error::Error;
use crate::json::ExtraFields;

/// The turn of an attempt, and the part of the budget. Dropping it settles both.
#[derive(Debug)]
pub(crate) struct Claim {
    turn: Option<Turn>,
    /// `None` for most clients, which keeps the futures of their calls small.
    spending: Option<Box<Spending>>,
}

/// The usage of a response, and the reservation that it settles.
#[derive(Debug)]
struct Spending {
    reservation: Option<Reservation>,
    usage: Usage,
}

impl Claim {
    /// Creates the claim of a request that has its turn, if it needs one.
    pub(super) fn new(turn: Option<Turn>) -> Self {
        Self {
            turn,
            spending: None,
        }
    }

    /// Adds the usage of the response, and the reservation that it settles.
    pub(super) fn with_usage(mut self, reservation: Option<Reservation>) -> Self {
        self.spending = Some(Box::new(Spending {
            reservation,
            usage: Usage::default(),
        }));
        self
    }

    fn reservation(&mut self) -> Option<&mut Reservation> {
        self.spending.as_mut()?.reservation.as_mut()
    }

    /// Records that the request is sent now.
    pub(super) fn send(&mut self) {
        if let Some(turn) = &mut self.turn {
            turn.send();
        }
        if let Some(reservation) = self.reservation() {
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

    /// Records the error of the attempt. After a 429 the client cools down.
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
        if let Some(reservation) = self.reservation().filter(|_| !is_executed) {
            reservation.release();
        }
    }

    /// Records the usage that a value of the response reports.
    pub(crate) fn observe(&mut self, value: &impl ExtraFields) {
        let Some(Spending { reservation, usage }) = self.spending.as_deref_mut() else {
            return;
        };
        value.observe_fields(usage);
        if let (Some(turn), Some(tokens)) = (&mut self.turn, usage.tokens()) {
            turn.correct(tokens);
        }
        if let Some(reservation) = reservation {
            reservation.spend(*usage);
        }
    }
}
