//! A registered expectation: its conditions, its scripted response and its call count.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::condition::Condition;
use super::request_view::RequestView;
use super::scope::Scope;
use super::script::Script;

/// An expectation that is registered with a mock.
#[derive(Debug)]
pub(super) struct RegisteredExpectation {
    pub(super) scope: Scope,
    pub(super) script: Script,
    conditions: Vec<Condition>,
    /// The source location of the `expect_` call, or the path of the admin API.
    location: String,
    calls: AtomicU32,
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

impl RegisteredExpectation {
    pub(super) fn new(
        scope: Scope,
        conditions: Vec<Condition>,
        script: Script,
        location: String,
    ) -> Self {
        Self {
            scope,
            script,
            conditions,
            location,
            calls: AtomicU32::new(0),
            latest_mismatch: Mutex::default(),
        }
    }

    /// Lists everything that is invalid in the expectation.
    pub(super) fn problems(&self) -> Vec<String> {
        let violations = match &self.scope {
            Scope::Operation(operation) => self.script.violations(operation),
            Scope::Request { .. } => Vec::new(),
        };
        let mut problems = self.scope.problems();
        problems.extend(self.script.problems.iter().cloned());
        problems.extend(violations.iter().map(ToString::to_string));
        problems
    }

    /// Returns the number of matched requests.
    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Matches and counts a request if all conditions hold and the expectation is not exhausted.
    pub(super) fn try_match(&self, request: &RequestView<'_>) -> Result<(), Mismatch> {
        let conditions = self.conditions.iter();
        let failed: Vec<_> = conditions
            .filter_map(|condition| condition.mismatch(request))
            .collect();
        if failed.is_empty() && self.try_count() {
            return Ok(());
        }
        let mismatch = Mismatch {
            holding: self.conditions.len() - failed.len(),
            failed,
        };
        let description = self.describe(&mismatch);
        *self
            .latest_mismatch
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(description);
        Err(mismatch)
    }

    /// Counts one more call, unless the limit is reached.
    fn try_count(&self) -> bool {
        let next = |calls: u32| {
            let is_below_limit = self.script.times.is_none_or(|times| calls < times);
            is_below_limit.then(|| calls.saturating_add(1))
        };
        let counted = self
            .calls
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        counted.is_ok()
    }

    /// Describes a mismatch.
    pub(super) fn describe(&self, mismatch: &Mismatch) -> String {
        if mismatch.failed.is_empty() {
            let times = self.script.times.unwrap_or_default();
            return format!("exhausted after {times} call(s)");
        }
        mismatch.failed.join("; ")
    }

    /// Returns the source location of the `expect_` call, or the path of the admin API.
    pub(super) fn location(&self) -> &str {
        &self.location
    }

    /// Returns the conditions.
    pub(super) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Describes a wrong call count.
    ///
    /// The expected count is the given one, or else that of `times`, or else at least 1.
    pub(super) fn wrong_call_count(&self, expected: Option<u32>) -> Option<String> {
        let calls = self.calls();
        let expected = expected.or(self.script.times);
        let is_wrong = expected.map_or(calls == 0, |expected| calls != expected);
        let expected = expected.map_or_else(|| "at least 1".to_owned(), |count| count.to_string());
        let mismatch = self
            .latest_mismatch
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mismatch = mismatch.as_ref();
        let mismatch = mismatch.map(|description| format!("; latest mismatch: {description}"));
        is_wrong.then(|| {
            format!(
                "`{}` at {}: expected {expected} call(s), got {calls}{}",
                self.scope,
                self.location,
                mismatch.unwrap_or_default()
            )
        })
    }
}
