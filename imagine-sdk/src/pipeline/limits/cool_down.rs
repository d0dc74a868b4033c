//! The cool-down of a client after a 429.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::plan::{Millis, millis};

/// The longest cool-down that is learned.
const LONGEST: Duration = Duration::from_secs(3600);

/// The time after a 429 in which a client sends nothing. Its length is learned: it doubles when the first request after
/// it gets another 429, and halves, down to the configured length, when requests succeeded in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CoolDown {
    started: Millis,
    pub(super) until: Millis,
    /// The learned length. 0 before the first cool-down.
    length: Millis,
    /// True if a request sent after the cool-down succeeded.
    has_succeeded: bool,
}

impl CoolDown {
    /// Starts a cool-down after a 429 to a request that was sent at `sent`.
    pub(super) fn start(
        &mut self,
        now: Millis,
        sent: Millis,
        initial: Duration,
        retry_after: Option<Duration>,
    ) {
        if let Some(retry_after) = retry_after {
            let until = now.saturating_add(millis(retry_after));
            if until > self.until {
                (self.started, self.until) = (now, until);
            }
            return;
        }
        // Requests that were sent before the cool-down prove nothing about its length.
        let is_concurrent = self.until > 0 && sent < self.until;
        if is_concurrent {
            return;
        }
        let initial = millis(initial);
        self.length = match (self.length, self.has_succeeded) {
            (0, _) => initial,
            (length, true) => (length / 2).max(initial),
            (length, false) => length.saturating_mul(2).min(millis(LONGEST)).max(initial),
        };
        self.started = now;
        self.until = now.saturating_add(self.length);
        self.has_succeeded = false;
    }

    /// Records the success of a request that was sent at `sent`. Returns true if that changed something.
    pub(super) fn succeed(&mut self, sent: Millis) -> bool {
        let is_news = self.until > 0 && sent >= self.until && !self.has_succeeded;
        self.has_succeeded |= is_news;
        is_news
    }

    /// Returns the earliest time of a request after one at `previous`. Requests that waited for the end of a cool-down
    /// follow each other with gaps at first, so that they are not rejected all together.
    pub(super) fn earliest(&self, at: Millis, previous: Millis) -> Millis {
        const GAPS: Millis = 64;
        let length = self.until.saturating_sub(self.started);
        let at = at.max(self.until);
        let is_recovering = at < self.until.saturating_add(length / 4);
        if previous >= self.until && is_recovering {
            return at.max(previous.saturating_add(length / GAPS));
        }
        at
    }

    /// Moves a start after `now`, which the clock had before it was set back.
    pub(super) fn limit_to(&mut self, now: Millis) {
        let ahead = self.started.saturating_sub(now);
        self.started -= ahead;
        self.until = self.until.saturating_sub(ahead);
    }

    /// Returns the rest of the cool-down.
    pub(super) fn remaining(&self, now: Millis) -> Option<Duration> {
        let left = self.until.saturating_sub(now);
        (left > 0).then(|| Duration::from_millis(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INITIAL: Duration = Duration::from_secs(36);

    fn started(at: Millis) -> CoolDown {
        let mut cool_down = CoolDown::default();
        cool_down.start(at, at, INITIAL, None);
        cool_down
    }

    #[test]
    fn a_cool_down_that_proves_short_doubles() {
        let mut cool_down = started(1000);
        assert_eq!(cool_down.until, 37_000);
        cool_down.start(37_100, 37_000, INITIAL, None);
        assert_eq!(cool_down.until, 37_100 + 72_000);
        for _ in 0..20 {
            let until = cool_down.until;
            cool_down.start(until, until, INITIAL, None);
        }
        assert_eq!(
            cool_down.remaining(cool_down.until - 3_600_000),
            Some(LONGEST)
        );
    }

    #[test]
    fn a_429_to_a_concurrent_request_changes_nothing() {
        let mut cool_down = started(1000);
        let before = cool_down;
        cool_down.start(5000, 900, INITIAL, None);
        cool_down.start(40_000, 900, INITIAL, None);
        assert_eq!(cool_down, before);
    }

    #[test]
    fn a_success_shortens_the_next_cool_down_to_no_less_than_the_configured_length() {
        let mut cool_down = started(0);
        for expected in [72_000, 144_000] {
            let until = cool_down.until;
            cool_down.start(until, until, INITIAL, None);
            assert_eq!(cool_down.until, until + expected);
        }
        for expected in [72_000, 36_000, 36_000] {
            let until = cool_down.until;
            assert!(!cool_down.succeed(until - 1), "sent before the cool-down");
            assert!(cool_down.succeed(until));
            cool_down.start(until + 5, until + 5, INITIAL, None);
            assert_eq!(cool_down.until, until + 5 + expected);
        }
    }

    #[test]
    fn a_retry_after_extends_the_cool_down_and_is_not_learned() {
        let mut cool_down = started(0);
        cool_down.start(10, 0, INITIAL, Some(Duration::from_secs(2)));
        assert_eq!(cool_down.until, 36_000);
        cool_down.start(10, 0, INITIAL, Some(Duration::from_secs(100)));
        assert_eq!(cool_down.until, 100_010);
        cool_down.succeed(100_010);
        cool_down.start(100_020, 100_020, INITIAL, None);
        assert_eq!(cool_down.until, 136_020);
    }

    #[test]
    fn requests_after_a_cool_down_follow_each_other_with_gaps() {
        let cool_down = started(0);
        let first = cool_down.earliest(10, 0);
        let second = cool_down.earliest(10, first);
        assert_eq!((first, second), (36_000, 36_000 + 36_000 / 64));
        assert_eq!(cool_down.earliest(90_000, 89_999), 90_000, "recovered");
    }
}
