//! The limits of retries.

use std::time::Duration;

use super::doubled;

/// The limits of retries.
///
/// Which failures are retried is a property of the operation: [`RetrySafety`](crate::RetrySafety). The pause before a
/// retry is:
///
/// | failure | pause | limited by |
/// |---|---|---|
/// | returned unprocessed by the server (HTTP/2) | none, later up to 0.2 s | 100 per call |
/// | no connection became free | none; the retry uses a new connection | 100 per call |
/// | 429 | the `cool_down` of the client or the `retry-after`, plus up to 25 %, as far as the timeout allows | the timeout, and 100 per call |
/// | other response with `retry-after` | the longer of it and the backoff, plus up to 25 %, as far as the timeout allows | `max_retries` |
/// | connection lost on the first attempt | none; the retry uses a new connection | `max_retries`, and an unexhausted `budget` |
/// | response that cannot be decoded, if `retry_malformed_responses` is set | as for others | as for others |
/// | others | a random share of the backoff, which doubles with each retry | `max_retries`, `budget` |
///
/// After a 429 the whole client cools down: no other call is sent before the `cool_down` or the `retry-after` has
/// passed. `max_retries` of 0 disables all of them. Each retry is an event of `tracing` at level `INFO`, and
/// [`on_retry`](crate::ClientBuilder::on_retry) reports it.
///
#[cfg_attr(feature = "inference", doc = "```")]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
/// use std::time::Duration;
///
/// use imagine_sdk::{Client, RetryPolicy};
///
/// let policy = RetryPolicy::new()
///     .max_retries(5)
///     .max_backoff(Duration::from_secs(30))
///     .budget(None);
/// let builder = Client::builder().retry_policy(policy);
/// # let _ = builder;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) max_retries: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    pub(crate) max_retry_after: Duration,
    pub(crate) cool_down: Duration,
    pub(crate) budget: Option<u32>,
    pub(super) retries_malformed_responses: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(120),
            cool_down: Duration::from_secs(36),
            budget: Some(100),
            retries_malformed_responses: false,
        }
    }
}

impl RetryPolicy {
    /// Creates the default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a policy that never retries.
    pub fn never() -> Self {
        Self::default().max_retries(0)
    }

    /// Limits the retries of a request. Default: 3. Retries after a 429, and of attempts that the server returned
    /// unprocessed, do not count. 0 disables them too.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the backoff of the first retry. Default: 500 ms.
    #[must_use]
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// Sets the longest backoff. Default: 8 s.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Sets the longest `retry-after` that the client waits for. A longer one ends the call. Default: 120 s.
    #[must_use]
    pub fn max_retry_after(mut self, retry_after: Duration) -> Self {
        self.max_retry_after = retry_after;
        self
    }

    /// Sets the time after a 429 without `retry-after` in which the whole client sends nothing. Default: 36 s.
    ///
    /// It doubles, up to 1 h, when the first request after it gets another 429, and shrinks again once requests
    /// succeed. A call that could be sent only after its deadline fails at once.
    #[must_use]
    pub fn cool_down(mut self, span: Duration) -> Self {
        self.cool_down = span;
        self
    }

    /// Limits the retries of all calls of the client and its clones together: while a service is down, calls fail
    /// without retries once the budget is used up, and
    /// [`is_retry_budget_exhausted`](crate::Error::is_retry_budget_exhausted) is true for their errors. Ten successful
    /// responses earn one retry back. Retries after a `retry-after` above zero, after a 429, and of attempts that the server
    /// returned unprocessed, do not draw on the budget and continue when it is exhausted. `None` sets no limit. Default: 100.
    #[must_use]
    pub fn budget(mut self, retries: impl Into<Option<u32>>) -> Self {
        self.budget = retries.into();
        self
    }

    /// Sets whether idempotent operations are retried after a success whose body cannot be decoded: truncated JSON, a
    /// page of a proxy, a missing field. A batch run then continues after a malformed response. Default: `false`.
    #[must_use]
    pub fn retry_malformed_responses(mut self, retries: bool) -> Self {
        self.retries_malformed_responses = retries;
        self
    }

    /// The upper limit of the pause after `attempts` attempts.
    pub(super) fn backoff(&self, attempts: u32) -> Duration {
        doubled(self.initial_backoff, attempts.saturating_sub(1)).min(self.max_backoff)
    }
}
