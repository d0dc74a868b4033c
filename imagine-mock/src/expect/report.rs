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
    let id = &seen.operation().id;
    let came = came(seen);
    // The fewest mismatches; of two with as many, the one that asks for more.
    let closest = attempts
        .iter()
        .min_by_key(|attempt| (attempt.miss.mismatches.len(), Reverse(attempt.miss.held)));
    match closest {
        None => {
            format!("nothing is expected of `{id}`, and the mock is strict. The request was {came}")
        }
        Some(Attempt { expected, miss }) => format!(
            "no expectation of `{id}` matches. Closest of {} is the one at {}: {}. The request was {came}",
            attempts.len(),
            expected.place(),
            expected.why(miss),
        ),
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
