//! All expectations of a mock.

use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use super::registered::{self, Expected, RegisteredExpectation};
use super::report::{self, Candidate};
use super::request_view::RequestView;
use super::{Expectation, Then, UnmetExpectations, When};
use crate::request_log::RecordedRequest;
use crate::response::ErrorResponse;
use crate::rule::{Rules, Scope};

/// The limit for stored reports of unmatched requests.
const MAX_UNMATCHED: usize = 100;

/// The expectations in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Expectations {
    pub(super) rules: Rules<Expected>,
    unmatched: Mutex<Vec<String>>,
    /// True if requests for operations without an expectation are rejected.
    pub(crate) strict: bool,
}

impl Expectations {
    /// Adds the expectation that a closure scripts, at the source location of the caller.
    #[track_caller]
    pub(crate) fn register<O, R>(
        &self,
        scope: Scope,
        script: impl FnOnce(When<O>, Then<O>) -> R,
    ) -> Expectation {
        let (when, then) = (When::new(), Then::new());
        drop(script(when.clone(), then.clone()));
        let location = Location::caller();
        let location = format!("{}:{}", location.file(), location.line());
        let (conditions, script) = (when.into_conditions(), then.into_script());
        let expectation = registered::rule(scope, conditions, script, location);
        let problems = expectation.problems().join("; ");
        assert!(
            problems.is_empty(),
            "invalid expectation for `{}`: {problems}; `skip_validation` allows violations of the specification",
            expectation.scope
        );
        Expectation::new(self.rules.add(expectation))
    }

    /// Returns the unmet expectations and the unmatched requests as an error, if there are any.
    pub(crate) fn verify(&self) -> Result<(), UnmetExpectations> {
        let problems = self.problems();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(UnmetExpectations { problems })
        }
    }

    /// Lists the unmet expectations and the unmatched requests.
    pub(super) fn problems(&self) -> Vec<String> {
        let expectations = self.rules.all();
        let counts = expectations
            .iter()
            .filter_map(|expectation| expectation.wrong_call_count(None));
        counts.chain(self.unmatched()).collect()
    }

    /// Returns the reports of unmatched requests.
    pub(super) fn unmatched(&self) -> Vec<String> {
        lock(&self.unmatched).clone()
    }

    pub(crate) fn clear(&self) {
        self.rules.retain(|_| false);
        lock(&self.unmatched).clear();
    }

    /// Returns whether an expectation of [`expect_request`](crate::MockServer::expect_request) covers the method
    /// and the path of a request.
    pub(crate) fn covers(&self, request: &RecordedRequest) -> bool {
        let called = request.called(None);
        let mut rules = self.rules.all().into_iter();
        rules.any(|rule| rule.scope.arguments(&called).is_some())
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
        let called = request.called();
        for expectation in self.rules.all() {
            let Some(arguments) = expectation.scope.arguments(&called) else {
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
