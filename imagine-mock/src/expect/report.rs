//! Reports of unmatched requests.

use std::cmp::Reverse;
use std::sync::Arc;

use super::condition::quote;
use super::registered::{Mismatch, RegisteredExpectation};
use super::request_view::RequestView;

/// An expectation of the called operation that does not match the request.
pub(super) struct Candidate {
    pub(super) expectation: Arc<RegisteredExpectation>,
    pub(super) mismatch: Mismatch,
}

/// Describes an unmatched request and the closest expectations in one line.
pub(super) fn unmatched(request: &RequestView<'_>, candidates: &[Candidate]) -> String {
    let name = match request.operation_id() {
        Some(id) => id.to_owned(),
        None => format!("{} {}", request.recorded.method, request.recorded.path),
    };
    let request = describe(request);
    let Some(closest) = candidates.iter().map(Candidate::distance).min() else {
        return format!("no expectation for `{name}` in strict mode; request: {request}");
    };
    let closest: Vec<_> = candidates
        .iter()
        .filter(|candidate| candidate.distance() == closest)
        .map(Candidate::describe)
        .collect();
    format!(
        "no expectation for `{name}` matches; closest of {}: {}; request: {request}",
        candidates.len(),
        closest.join("; and "),
    )
}

impl Candidate {
    /// Returns the distance to a match: first the number of failed conditions, then the inverse number of those that
    /// hold. An exhausted expectation counts as one failed condition.
    fn distance(&self) -> (usize, Reverse<usize>) {
        (
            self.mismatch.failed.len().max(1),
            Reverse(self.mismatch.holding),
        )
    }

    fn describe(&self) -> String {
        let Self {
            expectation,
            mismatch,
        } = self;
        let description = expectation.describe(mismatch);
        format!(
            "expectation at {}: {description}",
            expectation.value.location
        )
    }
}

fn describe(request: &RequestView<'_>) -> String {
    let recorded = request.recorded;
    let query: Vec<_> = recorded
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let separator = if query.is_empty() { "" } else { "?" };
    let body = request.body();
    let body = match body.is_null() {
        true => "no body".to_owned(),
        false => quote(&body),
    };
    let (method, path) = (&recorded.method, &recorded.path);
    format!("{method} {path}{separator}{} with {body}", query.join("&"))
}
