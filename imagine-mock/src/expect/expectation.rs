//! The handle of an expectation.

use std::sync::Arc;

use super::registered::RegisteredExpectation;

/// A handle of an expectation, which counts its calls. Dropping it does not remove the expectation.
#[derive(Clone, Debug)]
pub struct Expectation {
    registered: Arc<RegisteredExpectation>,
}

impl Expectation {
    pub(super) fn new(registered: Arc<RegisteredExpectation>) -> Self {
        Self { registered }
    }

    /// Returns the number of requests that the expectation has matched.
    #[doc(alias = "hits")]
    pub fn calls(&self) -> u32 {
        self.registered.calls()
    }

    /// Asserts the number of matched requests: that of [`times`](super::Then::times), or at least 1.
    ///
    /// # Panics
    ///
    /// Panics if the number differs, and reports the mismatches of the latest request that did not match.
    #[track_caller]
    pub fn assert(&self) {
        let problem = self.registered.wrong_call_count(None);
        assert!(problem.is_none(), "{}", problem.unwrap_or_default());
    }

    /// Asserts the exact number of matched requests.
    ///
    /// # Panics
    ///
    /// As [`assert`](Self::assert) does.
    #[doc(alias = "assert_hits")]
    #[track_caller]
    pub fn assert_calls(&self, calls: u32) {
        let problem = self.registered.wrong_call_count(Some(calls));
        assert!(problem.is_none(), "{}", problem.unwrap_or_default());
    }
}
