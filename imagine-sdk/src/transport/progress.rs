//! How far a request has got on its way out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far a transport has got with a request, as far as it tells.
///
/// A request whose body was not read to its end was not received whole, and so nothing came of it. Whoever gives the
/// request up decides that it never will be: a body must not be read on after that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sending(Arc<AtomicU8>);

/// The steps of it, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody says. It may be on its way.
    Unknown,
    /// There is no connection for it yet, or no place on one.
    Waiting,
    /// A part of its body has been read.
    Begun,
    /// All of it has been.
    Sent,
}

/// Nobody waits for a response any more.
const GIVEN_UP: u8 = Stage::Sent as u8 + 1;

impl Sending {
    /// Ends it, and says how far it got.
    pub(crate) fn give_up(&self) -> Stage {
        let reached = self.0.swap(GIVEN_UP, Ordering::AcqRel);
        let stages = [Stage::Waiting, Stage::Begun, Stage::Sent];
        let known = stages.into_iter().find(|stage| *stage as u8 == reached);
        known.unwrap_or(Stage::Unknown)
    }

    /// Notes a step, and that a later one is none back. False if the request was given up: then the step must not be
    /// taken.
    #[cfg_attr(
        not(feature = "reqwest"),
        expect(dead_code, reason = "other transports do not tell")
    )]
    pub(super) fn reach(&self, stage: Stage) -> bool {
        self.0.fetch_max(stage as u8, Ordering::AcqRel) != GIVEN_UP
    }
}
