//! All expectations of a mock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use super::expected::Expected;
use super::report::{self, Attempt};
use super::seen::Seen;
use crate::failure::Failure;

/// The reports of so many requests that nothing matched are kept.
const MOST_UNMATCHED: usize = 100;

/// What is expected, in the order in which it was said.
#[derive(Debug, Default)]
pub(crate) struct Expectations {
    expected: Mutex<Vec<Arc<Expected>>>,
    unmatched: Mutex<Vec<String>>,
    /// Whether operations of which nothing is expected are refused.
    pub(crate) strict: bool,
}

impl Expectations {
    pub(super) fn add(&self, expected: Arc<Expected>) {
        lock(&self.expected).push(expected);
    }

    pub(super) fn all(&self) -> Vec<Arc<Expected>> {
        lock(&self.expected).clone()
    }

    pub(super) fn unmatched(&self) -> Vec<String> {
        lock(&self.unmatched).clone()
    }

    pub(super) fn clear(&self) {
        lock(&self.expected).clear();
        lock(&self.unmatched).clear();
    }

    /// The expectation that answers a request: the first one that matches. None where nothing is expected of
    /// the operation; a refusal where something is, and nothing matches.
    pub(super) fn meet(&self, seen: &Seen<'_>) -> Result<Option<Arc<Expected>>, Failure> {
        let id = &seen.operation().id;
        let mut attempts = Vec::new();
        // Not under the lock: a test's own conditions may ask the mock.
        for expected in self.all() {
            if expected.operation != id {
                continue;
            }
            match expected.take(seen) {
                Ok(()) => return Ok(Some(expected)),
                Err(miss) => attempts.push(Attempt { expected, miss }),
            }
        }
        if attempts.is_empty() && !self.strict {
            return Ok(None);
        }
        Err(self.refuse(report::unmatched(seen, &attempts)))
    }

    fn refuse(&self, report: String) -> Failure {
        let mut unmatched = lock(&self.unmatched);
        if unmatched.len() < MOST_UNMATCHED {
            unmatched.push(report.clone());
        }
        // No client tries this one again, and no API answers with it.
        Failure::new(StatusCode::NOT_IMPLEMENTED, report)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
