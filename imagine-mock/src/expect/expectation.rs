//! What a test keeps of an expectation.

use std::sync::Arc;

use super::expected::Expected;

/// An expectation of a mock, to ask how often it was met. Dropping it changes nothing.
#[derive(Clone, Debug)]
pub struct Expectation {
    expected: Arc<Expected>,
}

impl Expectation {
    pub(super) fn new(expected: Arc<Expected>) -> Self {
        Self { expected }
    }

    /// How many requests it answered so far.
    #[doc(alias = "hits")]
    pub fn calls(&self) -> u32 {
        self.expected.calls()
    }

    /// Asserts that it was met: as often as [`times`](super::Then::times) says, or at least once.
    ///
    /// # Panics
    ///
    /// Panics where it was not, and says in what the latest request differed that it did not answer.
    #[track_caller]
    pub fn assert(&self) {
        let wrong = self.expected.wrong_count(None);
        assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    }

    /// Asserts that it was met exactly so often.
    ///
    /// # Panics
    ///
    /// As [`assert`](Self::assert) does.
    #[doc(alias = "assert_hits")]
    #[track_caller]
    pub fn assert_calls(&self, calls: u32) {
        let wrong = self.expected.wrong_count(Some(calls));
        assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    }
}
