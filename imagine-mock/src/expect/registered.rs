//! A registered expectation: its conditions, its scripted response and its call count.

use std::sync::{Mutex, PoisonError};

use super::condition::Condition;
use super::request_view::RequestView;
use super::script::Script;
use crate::rule::{Rule, Scope};

/// An expectation that is registered with a mock.
pub(super) type RegisteredExpectation = Rule<Expected>;

/// The conditions of an expectation and its response.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) script: Script,
    pub(super) conditions: Vec<Condition>,
    /// The source location of the `expect_` call, or the path of the admin API.
    pub(super) location: String,
    /// The description of the latest mismatch, if any.
    latest_mismatch: Mutex<Option<String>>,
}

/// The comparison of a request with an expectation that does not match it.
pub(super) struct Mismatch {
    /// The number of conditions that hold.
    pub(super) holding: usize,
    /// The descriptions of the conditions that do not hold.
    pub(super) failed: Vec<String>,
}

/// Creates an expectation. It must have no [problems](RegisteredExpectation::problems) before it is added.
pub(super) fn rule(
    scope: Scope,
    conditions: Vec<Condition>,
    script: Script,
    location: String,
) -> RegisteredExpectation {
    let times = script.times;
    let expected = Expected {
        script,
        conditions,
        location,
        latest_mismatch: Mutex::default(),
    };
    Rule::new(scope, times, expected)
}

impl RegisteredExpectation {
    /// Lists everything that is invalid in the expectation.
    pub(super) fn problems(&self) -> Vec<String> {
        let violations = match &self.scope {
            Scope::Operation(api, id) => self.value.script.violations(*api, id),
            Scope::Request { .. } => Vec::new(),
        };
        let mut problems = self.scope.problems();
        problems.extend(self.value.script.problems.iter().cloned());
        problems.extend(violations.iter().map(ToString::to_string));
        problems
    }

    /// Matches and counts a request if all conditions hold and the expectation is not exhausted.
    pub(super) fn try_match(&self, request: &RequestView<'_>) -> Result<(), Mismatch> {
        let conditions = self.value.conditions.iter();
        let failed: Vec<_> = conditions
            .filter_map(|condition| condition.mismatch(request))
            .collect();
        if failed.is_empty() && self.try_count() {
            return Ok(());
        }
        let mismatch = Mismatch {
            holding: self.value.conditions.len() - failed.len(),
            failed,
        };
        let description = self.describe(&mismatch);
        *self
            .value
            .latest_mismatch
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(description);
        Err(mismatch)
    }

    /// Describes a mismatch.
    pub(super) fn describe(&self, mismatch: &Mismatch) -> String {
        if mismatch.failed.is_empty() {
            let times = self.times.unwrap_or_default();
            return format!("exhausted after {times} call(s)");
        }
        mismatch.failed.join("; ")
    }

    /// Describes a wrong call count.
    ///
    /// The expected count is the given one, or else that of `times`, or else at least 1.
    pub(super) fn wrong_call_count(&self, expected: Option<u32>) -> Option<String> {
        let calls = self.calls();
        let expected = expected.or(self.times);
        let is_wrong = expected.map_or(calls == 0, |expected| calls != expected);
        let expected = expected.map_or_else(|| "at least 1".to_owned(), |count| count.to_string());
        let mismatch = self
            .value
            .latest_mismatch
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mismatch = mismatch.as_ref();
        let mismatch = mismatch.map(|description| format!("; latest mismatch: {description}"));
        is_wrong.then(|| {
            format!(
                "`{}` at {}: expected {expected} call(s), got {calls}{}",
                self.scope,
                self.value.location,
                mismatch.unwrap_or_default()
            )
        })
    }
}
