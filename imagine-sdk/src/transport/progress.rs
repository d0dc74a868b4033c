//! The progress of sending a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// The progress of a request, as far as the transport records it.
///
/// It is stored in the extensions of the request, so that wrappers and layers around a transport keep it. A server that
/// did not receive the whole body did not process the request. Abandoning the request ensures that this stays true: the
/// transport must not read the body any further.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestProgress(Arc<AtomicU8>);

/// The stages in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The transport does not record progress. The request may have been sent.
    Unknown,
    /// The request waits for a connection or for a stream on one.
    Waiting,
    /// A part of the body has been read.
    Started,
    /// The whole body has been read.
    Sent,
}

/// Marks a request that must use a new connection: the previous attempt lost a connection of the pool, and its others
/// may be closed as well.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewConnection;

/// The value of an abandoned request.
const ABANDONED: u8 = Stage::Sent as u8 + 1;

impl RequestProgress {
    /// Abandons the request and returns the stage that it reached.
    pub(crate) fn abandon(&self) -> Stage {
        let reached = self.0.swap(ABANDONED, Ordering::AcqRel);
        let stages = [Stage::Waiting, Stage::Started, Stage::Sent];
        let known = stages.into_iter().find(|stage| *stage as u8 == reached);
        known.unwrap_or(Stage::Unknown)
    }

    /// Returns true if the request waits for a connection.
    pub(crate) fn is_waiting(&self) -> bool {
        self.0.load(Ordering::Acquire) == Stage::Waiting as u8
    }

    /// Abandons the request if it still waits for a connection. Returns false otherwise.
    pub(crate) fn abandon_waiting(&self) -> bool {
        let (waiting, ordering) = (Stage::Waiting as u8, Ordering::AcqRel);
        let replaced = self
            .0
            .compare_exchange(waiting, ABANDONED, ordering, Ordering::Acquire);
        replaced.is_ok()
    }

    /// Records a stage, unless a later one was recorded. Returns false if the request was abandoned. Then the transport
    /// must not enter the stage.
    #[cfg_attr(
        not(feature = "reqwest"),
        expect(dead_code, reason = "other transports do not record it")
    )]
    pub(super) fn reach(&self, stage: Stage) -> bool {
        self.0.fetch_max(stage as u8, Ordering::AcqRel) != ABANDONED
    }
}
