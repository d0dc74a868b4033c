//! How many requests a client has under way at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hands out places, first come first served.
#[derive(Clone, Debug)]
pub(crate) struct Limit(Arc<Semaphore>);

/// A place among the requests under way. Dropping it gives the place to the next in line.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Nothing where the limit was closed, which no client does.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Limit {
    pub(crate) fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(
            places.clamp(1, Semaphore::MAX_PERMITS),
        )))
    }

    /// A place that is free. There is none as long as somebody is waiting for one.
    pub(super) fn free(&self) -> Option<Slot> {
        let permit = Arc::clone(&self.0).try_acquire_owned().ok()?;
        Some(Slot {
            _permit: Some(permit),
        })
    }

    /// The next place.
    pub(super) async fn acquire(&self) -> Slot {
        Slot {
            _permit: Arc::clone(&self.0).acquire_owned().await.ok(),
        }
    }
}
