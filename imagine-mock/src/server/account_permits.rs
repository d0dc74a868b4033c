//! The limit of one generation request at a time for each account.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use crate::response::ErrorResponse;

/// The keys of the accounts with a generation request in progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountPermits(Arc<Mutex<HashSet<String>>>);

/// A permit for one request of an account. Dropping it releases the account.
#[derive(Debug)]
pub(crate) struct AccountPermit {
    key: String,
    permits: AccountPermits,
}

impl AccountPermits {
    /// Acquires the permit of an account, or returns a 429 error response.
    pub(crate) fn try_acquire(&self, key: &str) -> Result<AccountPermit, ErrorResponse> {
        if !self.lock().insert(key.to_owned()) {
            let message = "another generation request of this account is in progress";
            return Err(ErrorResponse::new(StatusCode::TOO_MANY_REQUESTS, message));
        }
        Ok(AccountPermit {
            key: key.to_owned(),
            permits: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AccountPermit {
    fn drop(&mut self) {
        self.permits.lock().remove(&self.key);
    }
}
