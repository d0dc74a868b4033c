//! How far a request has got on its way out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far a transport has got with a request, as far as it tells.
///
/// A request whose body has not been read to its end was not received whole, and so nothing came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sending(Arc<AtomicU8>);

/// The steps of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody says. It may be on its way.
    Unknown,
    /// There is no connection for it yet.
    Waiting,
    /// A part of its body has been read.
    Begun,
    /// All of it has been.
    Sent,
}

impl Sending {
    pub(crate) fn stage(&self) -> Stage {
        let reached = self.0.load(Ordering::Relaxed);
        let stages = [Stage::Waiting, Stage::Begun, Stage::Sent];
        let known = stages.into_iter().find(|stage| *stage as u8 == reached);
        known.unwrap_or(Stage::Unknown)
    }

    #[cfg_attr(
        not(feature = "reqwest"),
        expect(dead_code, reason = "other transports do not tell")
    )]
    pub(super) fn reach(&self, stage: Stage) {
        self.0.store(stage as u8, Ordering::Relaxed);
    }
}
