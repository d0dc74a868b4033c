//! The accounts with a generation request in progress, of which each has one at a time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use crate::failure::Failure;

/// The keys whose requests are in progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct InProgress(Arc<Mutex<HashSet<String>>>);

/// A request in progress. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Turn {
    key: String,
    all: InProgress,
}

impl InProgress {
    /// Starts the request of an account.
    pub(crate) fn start(&self, key: &str) -> Result<Turn, Failure> {
        if !self.lock().insert(key.to_owned()) {
            let message = "another generation request of this account is in progress";
            return Err(Failure::new(StatusCode::TOO_MANY_REQUESTS, message));
        }
        Ok(Turn {
            key: key.to_owned(),
            all: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.all.lock().remove(&self.key);
    }
}
