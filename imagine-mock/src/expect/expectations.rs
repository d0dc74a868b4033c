//! All expectations of a mock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use super::registered::RegisteredExpectation;
use super::report::{self, Candidate};
use super::request_view::RequestView;
use crate::contract::Payload;
use crate::error_response::ErrorResponse;
use crate::request_log::RecordedRequest;

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
    /// Adds an expectation, which must be valid.
    pub(super) fn add(&self, expectation: RegisteredExpectation) -> Arc<RegisteredExpectation> {
        let expectation = Arc::new(expectation);
        lock(&self.registered).push(Arc::clone(&expectation));
        expectation
    }

    /// Lists the unmet expectations and the unmatched requests.
    pub(super) fn problems(&self) -> Vec<String> {
        let expectations = self.all();
        let counts = expectations
            .iter()
            .filter_map(|expectation| expectation.wrong_call_count(None));
        counts.chain(self.unmatched()).collect()
    }

    pub(super) fn all(&self) -> Vec<Arc<RegisteredExpectation>> {
        lock(&self.registered).clone()
    }

    /// Returns the reports of unmatched requests.
    pub(super) fn unmatched(&self) -> Vec<String> {
        lock(&self.unmatched).clone()
    }

    pub(crate) fn clear(&self) {
        lock(&self.registered).clear();
        lock(&self.unmatched).clear();
    }

    /// Returns whether an expectation of [`expect_request`](crate::MockServer::expect_request) covers the method
    /// and the path of a request.
    pub(super) fn covers(&self, request: &RecordedRequest) -> bool {
        let request = RequestView::without_operation(request, &Payload::Empty);
        let registered = lock(&self.registered);
        let mut scopes = registered.iter().map(|expectation| &expectation.scope);
        scopes.any(|scope| scope.arguments(&request).is_some())
    }

    /// Returns the first expectation that matches a request, or `None` if no expectation applies to it.
    ///
    /// # Errors
    ///
    /// Returns an error response if the operation has expectations and none matches.
    pub(super) fn match_request(
        &self,
        request: &RequestView<'_>,
    ) -> Result<Option<Arc<RegisteredExpectation>>, ErrorResponse> {
        let mut candidates = Vec::new();
        // Iterates over a copy without the lock, because predicates of a test may call the mock.
        for expectation in self.all() {
            let Some(arguments) = expectation.scope.arguments(request) else {
                continue;
            };
            match expectation.try_match(&request.with_arguments(&arguments)) {
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
