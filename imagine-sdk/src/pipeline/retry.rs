//! Decides whether a request is retried, and after what pause. It is a pure function of its arguments.

use std::time::Duration;

use http::StatusCode;

use super::classify;
use crate::error::{Error, TimeoutKind};
use crate::request::{EncodedRequest, RetrySafety};
use crate::transport::TransportErrorKind;

/// The limits of retries.
///
/// Which failures are retried is a property of the operation: [`RetrySafety`](crate::RetrySafety). Before a retry the
/// client pauses for the server's `retry-after`, or without one for a random share of the backoff, which doubles with
/// each retry.
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
    max_retry_after: Duration,
    pub(crate) budget: Option<u32>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(120),
            budget: Some(100),
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

    /// Limits the retries of a request. Default: 3.
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

    /// Limits the retries of all calls of the client and its clones together. Ten successful responses earn one retry
    /// back. `None` sets no limit. Default: 100.
    #[must_use]
    pub fn budget(mut self, retries: impl Into<Option<u32>>) -> Self {
        self.budget = retries.into();
        self
    }

    /// The upper limit of the pause after `attempts` attempts.
    fn backoff(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let backoff = self.initial_backoff.saturating_mul(1 << doublings);
        backoff.min(self.max_backoff)
    }
}

/// The facts about a failed attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct RetryContext {
    class: FailureClass,
    safety: RetrySafety,
    is_replayable: bool,
    attempts: u32,
    max_retries: Option<u32>,
    retry_after: Option<Duration>,
    pub(super) status: Option<StatusCode>,
}

/// The progress of a failed attempt at the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum FailureClass {
    /// It did not start.
    NotStarted,
    /// It may have executed the request.
    MaybeExecuted,
    /// It may have executed the request. Most likely it closed an idle connection.
    ConnectionReset,
    /// A retry would fail too.
    Permanent,
}

impl RetryContext {
    pub(super) fn new(error: &Error, request: &EncodedRequest, attempts: u32) -> Self {
        Self {
            class: FailureClass::of(error),
            safety: request.operation.retry_safety,
            is_replayable: request.body.is_replayable(),
            attempts,
            max_retries: request.limits.max_retries,
            retry_after: error.retry_after(),
            status: error.status(),
        }
    }
}

impl FailureClass {
    fn of(error: &Error) -> Self {
        if let Some(api) = error.api_error() {
            return match api.status() {
                _ if api.is_authentication() || api.is_quota_exceeded() => Self::Permanent,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Self::NotStarted,
                status if classify::is_transient(status) => Self::MaybeExecuted,
                _ => Self::Permanent,
            };
        }
        match error.transport_kind() {
            Some(
                TransportErrorKind::Connect
                | TransportErrorKind::ConnectTimeout
                | TransportErrorKind::StreamRefused,
            ) => Self::NotStarted,
            Some(TransportErrorKind::ConnectionLost) => Self::ConnectionReset,
            Some(TransportErrorKind::ResponseBody) => Self::MaybeExecuted,
            _ if error.timeout_kind() == Some(TimeoutKind::Idle) => Self::MaybeExecuted,
            _ => Self::Permanent,
        }
    }
}

/// The step after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RetryDecision {
    Stop,
    /// Retry without a pause. It is free, if the budget has retries.
    RetryNow,
    RetryAfter(Duration),
}

/// Decides whether to retry. `remaining` is the time left to the call, and `jitter` a random number from 0 to 1.
pub(super) fn decide(
    context: &RetryContext,
    policy: &RetryPolicy,
    remaining: Option<Duration>,
    jitter: f64,
) -> RetryDecision {
    let is_safe = match context.class {
        FailureClass::Permanent => false,
        FailureClass::NotStarted => true,
        FailureClass::MaybeExecuted | FailureClass::ConnectionReset => {
            context.safety == RetrySafety::Idempotent
        }
    };
    let may_retry = context.attempts <= context.max_retries.unwrap_or(policy.max_retries);
    if !(is_safe && may_retry && context.is_replayable) {
        return RetryDecision::Stop;
    }
    // Servers close idle connections, so the first connection reset retries immediately. A second one backs off.
    if context.class == FailureClass::ConnectionReset && context.attempts == 1 {
        return RetryDecision::RetryNow;
    }
    let pause = match context.retry_after {
        Some(retry_after) if retry_after > policy.max_retry_after => return RetryDecision::Stop,
        // A retry-after of zero would make clients hammer the server.
        Some(retry_after) if !retry_after.is_zero() => retry_after,
        _ => policy
            .backoff(context.attempts)
            .mul_f64(jitter.clamp(0.0, 1.0)),
    };
    if remaining.is_some_and(|remaining| pause >= remaining) {
        return RetryDecision::Stop;
    }
    RetryDecision::RetryAfter(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: RetryContext = RetryContext {
        class: FailureClass::MaybeExecuted,
        safety: RetrySafety::Idempotent,
        is_replayable: true,
        attempts: 1,
        max_retries: None,
        retry_after: None,
        status: None,
    };

    fn decision(context: RetryContext) -> RetryDecision {
        decide(&context, &RetryPolicy::default(), None, 1.0)
    }

    #[test]
    fn backoff_doubles_up_to_its_limit_and_jitter_takes_a_share() {
        let policy = RetryPolicy::new().max_retries(100);
        let pauses = [1, 2, 3, 4, 5, 60].map(|attempts| {
            let context = RetryContext {
                attempts,
                ..CONTEXT
            };
            decide(&context, &policy, None, 1.0)
        });
        let millis = |millis| RetryDecision::RetryAfter(Duration::from_millis(millis));
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 8000].map(millis));
        assert_eq!(decide(&CONTEXT, &policy, None, 0.0), millis(0));
        assert_eq!(decide(&CONTEXT, &policy, None, 0.5), millis(250));
        let policy = policy
            .initial_backoff(Duration::from_millis(10))
            .max_backoff(Duration::from_millis(15));
        let second = RetryContext {
            attempts: 2,
            ..CONTEXT
        };
        assert_eq!(decide(&CONTEXT, &policy, None, 1.0), millis(10));
        assert_eq!(decide(&second, &policy, None, 1.0), millis(15));
    }

    #[test]
    fn a_retry_after_is_honored_up_to_its_limit() {
        let after = |seconds, policy: &RetryPolicy| {
            let context = RetryContext {
                retry_after: Some(Duration::from_secs(seconds)),
                ..CONTEXT
            };
            decide(&context, policy, None, 1.0)
        };
        let policy = RetryPolicy::default();
        let seconds = |seconds| RetryDecision::RetryAfter(Duration::from_secs(seconds));
        assert_eq!(after(2, &policy), seconds(2));
        let backoff = RetryDecision::RetryAfter(Duration::from_millis(500));
        assert_eq!(after(0, &policy), backoff);
        assert_eq!(after(121, &policy), RetryDecision::Stop);
        let patient = policy.max_retry_after(Duration::from_secs(200));
        assert_eq!(after(121, &patient), seconds(121));
    }

    #[test]
    fn billable_operations_are_retried_only_if_they_did_not_start() {
        let billable = RetryContext {
            safety: RetrySafety::OnlyIfNotStarted,
            ..CONTEXT
        };
        assert_eq!(decision(billable), RetryDecision::Stop);
        let not_started = RetryContext {
            class: FailureClass::NotStarted,
            ..billable
        };
        assert_ne!(decision(not_started), RetryDecision::Stop);
    }

    #[test]
    fn the_first_connection_reset_is_retried_at_once() {
        let reset = |attempts, safety| {
            decision(RetryContext {
                class: FailureClass::ConnectionReset,
                attempts,
                safety,
                ..CONTEXT
            })
        };
        assert_eq!(reset(1, RetrySafety::Idempotent), RetryDecision::RetryNow);
        let second = RetryDecision::RetryAfter(Duration::from_secs(1));
        assert_eq!(reset(2, RetrySafety::Idempotent), second);
        assert_eq!(reset(1, RetrySafety::OnlyIfNotStarted), RetryDecision::Stop);
    }

    #[test]
    fn stops_at_what_cannot_or_must_not_be_retried() {
        let contexts = [
            RetryContext {
                is_replayable: false,
                ..CONTEXT
            },
            RetryContext {
                class: FailureClass::Permanent,
                ..CONTEXT
            },
            RetryContext {
                attempts: 4,
                ..CONTEXT
            },
            RetryContext {
                max_retries: Some(0),
                ..CONTEXT
            },
        ];
        for context in contexts {
            assert_eq!(decision(context), RetryDecision::Stop, "{context:?}");
        }
        let never = RetryPolicy::never();
        assert_eq!(decide(&CONTEXT, &never, None, 1.0), RetryDecision::Stop);
        let (policy, remaining) = (RetryPolicy::default(), Duration::from_millis(400));
        assert_eq!(
            decide(&CONTEXT, &policy, Some(remaining), 1.0),
            RetryDecision::Stop
        );
    }
}
