//! Says what came, and what came closest.

use std::cmp::Reverse;
use std::sync::Arc;

use super::condition::brief;
use super::expected::{Expected, Miss};
use super::seen::Seen;

/// An expectation that did not answer a request.
pub(super) struct Attempt {
    pub(super) expected: Arc<Expected>,
    pub(super) miss: Miss,
}

/// What to say of a request that no expectation answers, in one line.
pub(super) fn unmatched(seen: &Seen<'_>, attempts: &[Attempt]) -> String {
    let (id, came) = (&seen.operation().id, came(seen));
    let Some(closest) = attempts.iter().map(Attempt::distance).min() else {
        return format!(
            "nothing is expected of `{id}`, and the mock is strict. The request was {came}"
        );
    };
    let closest = attempts
        .iter()
        .filter(|attempt| attempt.distance() == closest);
    let closest: Vec<_> = closest.map(Attempt::why).collect();
    format!(
        "no expectation of `{id}` matches. Closest of {}: {}. The request was {came}",
        attempts.len(),
        closest.join("; and "),
    )
}

impl Attempt {
    /// How far it was from a response: first by what did not hold, then by how little did. To have answered
    /// as often as it may is one thing that does not hold.
    fn distance(&self) -> (usize, Reverse<usize>) {
        (self.miss.mismatches.len().max(1), Reverse(self.miss.held))
    }

    fn why(&self) -> String {
        let Self { expected, miss } = self;
        format!("the one at {}: {}", expected.place(), expected.why(miss))
    }
}

fn came(seen: &Seen<'_>) -> String {
    let request = seen.request;
    let query: Vec<_> = request
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let body = seen.body();
    let body = match body.is_null() {
        true => "no body".to_owned(),
        false => brief(&body),
    };
    let (method, path) = (&request.method, &request.path);
    format!("{method} {path}{mark}{} with {body}", query.join("&"))
}
