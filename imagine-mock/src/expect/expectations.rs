//! All expectations of a mock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use super::registered::RegisteredExpectation;
use super::report::{self, Candidate};
use super::request_view::RequestView;
use crate::error_response::ErrorResponse;

/// The limit for stored reports of unmatched requests.
const MAX_UNMATCHED: usize = 100;

/// The expectations in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Expectations {
    registered: Mutex<Vec<Arc<RegisteredExpectation>>>,
    unmatched: Mutex<Vec<String>>,
    /// True if requests for operations without an expectation are rejected.
    pub(crate) strict: bool,
}

impl Expectations {
    pub(super) fn add(&self, expectation: Arc<RegisteredExpectation>) {
        lock(&self.registered).push(expectation);
    }

    pub(super) fn all(&self) -> Vec<Arc<RegisteredExpectation>> {
        lock(&self.registered).clone()
    }

    /// Returns the reports of unmatched requests.
    pub(super) fn unmatched(&self) -> Vec<String> {
        lock(&self.unmatched).clone()
    }

    pub(super) fn clear(&self) {
        lock(&self.registered).clear();
        lock(&self.unmatched).clear();
    }

    /// Returns the first expectation that matches a request, or `None` if its operation has no expectations.
    ///
    /// # Errors
    ///
    /// Returns an error response if the operation has expectations and none matches.
    pub(super) fn match_request(
        &self,
        request: &RequestView<'_>,
    ) -> Result<Option<Arc<RegisteredExpectation>>, ErrorResponse> {
        let id = &request.operation().id;
        let mut candidates = Vec::new();
        // Iterates over a copy without the lock, because predicates of a test may call the mock.
        for expectation in self.all() {
            if expectation.operation != id {
                continue;
            }
            match expectation.try_match(request) {
                Ok(()) => return Ok(Some(expectation)),
                Err(mismatch) => candidates.push(Candidate {
                    expectation,
                    mismatch,
                }),
            }
        }
        if candidates.is_empty() && !self.strict {
            return Ok(None);
        }
        Err(self.reject(report::unmatched(request, &candidates)))
    }

    fn reject(&self, report: String) -> ErrorResponse {
        let mut unmatched = lock(&self.unmatched);
        if unmatched.len() < MAX_UNMATCHED {
            unmatched.push(report.clone());
        }
        // Clients do not retry a 501, and neither API documents it.
        ErrorResponse::new(StatusCode::NOT_IMPLEMENTED, report)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
