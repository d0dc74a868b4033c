//! Limits the number of requests that are sent at the same time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Issues permits in the order of the requests for them.
#[derive(Clone, Debug)]
pub(crate) struct ConcurrencyLimit {
    semaphore: Arc<Semaphore>,
    permits: usize,
}

/// The permission to send a request. Dropping it hands it to the next request.
#[derive(Debug)]
pub(crate) struct Permit {
    /// `None` if the semaphore was closed, which no client does.
    _permit: Option<OwnedSemaphorePermit>,
}

impl ConcurrencyLimit {
    /// Creates a limit with at least one permit.
    pub(crate) fn new(permits: usize) -> Self {
        let permits = permits.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            semaphore: Arc::new(Semaphore::new(permits)),
            permits,
        }
    }

    /// Returns this limit if it has that many permits, else a new one.
    pub(crate) fn resized(&self, permits: usize) -> Self {
        if self.permits == permits {
            self.clone()
        } else {
            Self::new(permits)
        }
    }

    /// Returns a permit, unless a request waits for one.
    pub(super) fn try_acquire(&self) -> Option<Permit> {
        let permit = Arc::clone(&self.semaphore).try_acquire_owned().ok()?;
        Some(Permit {
            _permit: Some(permit),
        })
    }

    /// Waits for a permit.
    pub(super) async fn acquire(&self) -> Permit {
        Permit {
            _permit: Arc::clone(&self.semaphore).acquire_owned().await.ok(),
        }
    }
}
