//! Decides whether a request is retried, and after what pause. It is a pure function of its arguments.

mod policy;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

pub use self::policy::RetryPolicy;
use crate::error::{Error, TimeoutKind};
use crate::request::{EncodedRequest, RetrySafety};
use crate::response::classify;
use crate::transport::TransportErrorKind;

/// The maximum number of retries of one call after attempts that the server did not process.
const MAX_UNPROCESSED: u32 = 100;

/// The number of unprocessed attempts that are retried without a pause.
const IMMEDIATE_UNPROCESSED: u32 = 4;

/// The first and the longest pause after an unprocessed attempt. A server that closes a connection accepts the next
/// one.
const UNPROCESSED_BACKOFF: (Duration, Duration) =
    (Duration::from_millis(5), Duration::from_millis(200));

/// The maximum number of retries of one call after a 429. Its deadline is usually shorter.
const MAX_RATE_LIMITED: u32 = 100;

/// Jitter adds up to this part, a quarter, of a `retry-after` or of the cool-down after a 429, so that clients do not
/// return at the same time.
const MAX_RETRY_AFTER_JITTER: u32 = 4;

fn doubled(duration: Duration, times: u32) -> Duration {
    duration.saturating_mul(1 << times.min(31))
}

/// A retry, as [`ClientBuilder::on_retry`](crate::ClientBuilder::on_retry) reports it before the pause.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a> {
    /// The operation, such as `chat`.
    pub operation: &'static str,
    /// The number of attempts so far.
    pub attempts: u32,
    /// The pause before the next attempt.
    pub pause: Duration,
    /// The error of the last attempt.
    pub error: &'a Error,
}

type Observe = dyn Fn(&RetryEvent<'_>) + Send + Sync;

/// The caller's function for retries.
#[derive(Clone, Default)]
pub(crate) struct RetryObserver(Option<Arc<Observe>>);

impl RetryObserver {
    pub(crate) fn new(observe: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    /// Reports a retry to the caller and to subscribers.
    pub(super) fn report(&self, event: &RetryEvent<'_>) {
        tracing::info!(
            operation = event.operation,
            attempts = event.attempts,
            pause = ?event.pause,
            reason = %event.error.class(),
            "retrying"
        );
        if let Some(observe) = &self.0 {
            observe(event);
        }
    }
}

impl fmt::Debug for RetryObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "set" } else { "none" })
    }
}

/// The attempts of a call so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempts {
    pub(super) total: u32,
    /// The attempts that the server did not process, which are retried beyond the limit of the others.
    unprocessed: u32,
    /// The attempts that got a 429, which are retried beyond the limit of the others too.
    rate_limited: u32,
}

impl Attempts {
    /// Returns true if there is another attempt in case that the server does not process the next one.
    pub(super) fn allow_unprocessed(&self, request: &EncodedRequest, policy: &RetryPolicy) -> bool {
        let max_retries = request.limits.max_retries.unwrap_or(policy.max_retries);
        max_retries > 0 && self.unprocessed < MAX_UNPROCESSED && request.body.is_replayable()
    }

    /// Counts an attempt that failed.
    pub(super) fn count(&mut self, error: &Error) {
        match FailureClass::of(error) {
            FailureClass::Unprocessed => self.unprocessed += 1,
            FailureClass::RateLimited => self.rate_limited += 1,
            _ => {}
        }
    }

    /// Returns the attempts that count among the retries of a call.
    fn counted(&self) -> u32 {
        let free = self.unprocessed.saturating_add(self.rate_limited);
        self.total.saturating_sub(free)
    }
}

/// The facts about a failed attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct RetryContext {
    pub(super) operation: &'static str,
    class: FailureClass,
    has_no_connection: bool,
    safety: RetrySafety,
    is_replayable: bool,
    pub(super) attempts: Attempts,
    max_retries: Option<u32>,
    pub(super) retry_after: Option<Duration>,
    /// The rest of the client's cool-down after a 429.
    pub(super) cool_down: Duration,
    /// The response was a success with a body that cannot be decoded.
    is_malformed: bool,
}

/// The progress of a failed attempt at the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum FailureClass {
    /// The server returned it, or there was no free connection. The service did not reject it.
    Unprocessed,
    /// The service rejected it with 429.
    RateLimited,
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
    pub(super) fn new(
        error: &Error,
        request: &EncodedRequest,
        attempts: Attempts,
        cool_down: Duration,
    ) -> Self {
        Self {
            operation: request.operation.id,
            class: FailureClass::of(error),
            has_no_connection: error.transport_kind() == Some(TransportErrorKind::NoConnection),
            safety: request.operation.retry_safety,
            is_replayable: request.body.is_replayable(),
            attempts,
            max_retries: request.limits.max_retries,
            retry_after: error.retry_after(),
            cool_down,
            is_malformed: error.is_decode()
                || error.is_unexpected_response()
                    && error.status().is_some_and(|status| status.is_success()),
        }
    }

    /// Returns true if the next attempt must not use a connection of the pool: others may be closed as well, or none
    /// becomes free.
    pub(super) fn needs_new_connection(&self) -> bool {
        self.has_no_connection || self.class == FailureClass::ConnectionReset
    }

    /// Returns true if another attempt is allowed by number.
    fn has_attempts(&self, policy: &RetryPolicy) -> bool {
        let max_retries = self.max_retries.unwrap_or(policy.max_retries);
        let attempts = self.attempts;
        match self.class {
            FailureClass::Unprocessed => max_retries > 0 && attempts.unprocessed <= MAX_UNPROCESSED,
            FailureClass::RateLimited => {
                max_retries > 0 && attempts.rate_limited <= MAX_RATE_LIMITED
            }
            _ => attempts.counted() <= max_retries,
        }
    }
}

impl FailureClass {
    fn of(error: &Error) -> Self {
        if let Some(api) = error.api_error() {
            return match api.status() {
                _ if api.is_authentication() || api.is_quota_exceeded() => Self::Permanent,
                StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
                StatusCode::SERVICE_UNAVAILABLE => Self::NotStarted,
                status if classify::is_transient(status) => Self::MaybeExecuted,
                _ => Self::Permanent,
            };
        }
        match error.transport_kind() {
            Some(TransportErrorKind::StreamRefused | TransportErrorKind::NoConnection) => {
                Self::Unprocessed
            }
            Some(TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout) => {
                Self::NotStarted
            }
            Some(TransportErrorKind::ConnectionLost) => Self::ConnectionReset,
            Some(TransportErrorKind::ResponseBody) => Self::MaybeExecuted,
            Some(_) => Self::Permanent,
            None if error.timeout_kind() == Some(TimeoutKind::Idle) => Self::MaybeExecuted,
            None => Self::Permanent,
        }
    }
}

/// The step after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RetryDecision {
    Stop,
    Retry { pause: Duration, cost: RetryCost },
}

/// The share of a retry in the retry budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RetryCost {
    /// It is independent of the budget.
    Free,
    /// It draws nothing, and needs a budget that is not used up.
    NeedsBudget,
    Withdrawal,
}

/// Decides whether to retry. `remaining` is the time left to the call, and `jitter` a random number from 0 to 1.
pub(super) fn decide(
    context: &RetryContext,
    policy: &RetryPolicy,
    remaining: Option<Duration>,
    jitter: f64,
) -> RetryDecision {
    let is_idempotent = context.safety == RetrySafety::Idempotent;
    let is_safe = match context.class {
        FailureClass::Permanent => {
            context.is_malformed && policy.retries_malformed_responses && is_idempotent
        }
        FailureClass::NotStarted | FailureClass::RateLimited | FailureClass::Unprocessed => true,
        FailureClass::MaybeExecuted | FailureClass::ConnectionReset => is_idempotent,
    };
    if !(is_safe && context.has_attempts(policy) && context.is_replayable) {
        return RetryDecision::Stop;
    }
    let fits = |pause: &Duration| remaining.is_none_or(|remaining| *pause < remaining);
    let pauses = pauses(context, policy, jitter.clamp(0.0, 1.0));
    pauses.map_or(RetryDecision::Stop, |(cost, shortest, pause)| {
        let pause = Some(pause).filter(fits).or(Some(shortest).filter(fits));
        pause.map_or(RetryDecision::Stop, |pause| RetryDecision::Retry {
            pause,
            cost,
        })
    })
}

/// Returns the cost of a retry with the shortest acceptable pause and the preferred one. `None` if the server asks for a
/// longer pause than the policy allows.
fn pauses(
    context: &RetryContext,
    policy: &RetryPolicy,
    jitter: f64,
) -> Option<(RetryCost, Duration, Duration)> {
    let Attempts {
        unprocessed,
        rate_limited,
        ..
    } = context.attempts;
    let counted = context.attempts.counted();
    match (context.class, context.retry_after) {
        (FailureClass::Unprocessed, _) => {
            let (first, longest) = UNPROCESSED_BACKOFF;
            let pause = match unprocessed.checked_sub(IMMEDIATE_UNPROCESSED + 1) {
                Some(times) => doubled(first, times).min(longest).mul_f64(jitter),
                None => Duration::ZERO,
            };
            Some((RetryCost::Free, pause, pause))
        }
        // Servers close idle connections, so the first connection reset retries immediately. A second one backs off.
        (FailureClass::ConnectionReset, _) if counted == 1 => {
            Some((RetryCost::NeedsBudget, Duration::ZERO, Duration::ZERO))
        }
        (_, Some(retry_after)) if retry_after > policy.max_retry_after => None,
        (FailureClass::RateLimited, retry_after) => {
            let shortest = retry_after.unwrap_or_default().max(context.cool_down);
            let pause = shortest.max(policy.backoff(rate_limited));
            let extra = (pause / MAX_RETRY_AFTER_JITTER).mul_f64(jitter);
            Some((RetryCost::Free, shortest, pause.saturating_add(extra)))
        }
        // A retry-after of zero is ignored: retrying at once would overload the server.
        (_, Some(retry_after)) if !retry_after.is_zero() => {
            let pause = retry_after.max(policy.backoff(counted));
            let extra = (pause / MAX_RETRY_AFTER_JITTER).mul_f64(jitter);
            let jittered = pause.saturating_add(extra);
            Some((RetryCost::Free, retry_after, jittered))
        }
        _ => {
            let pause = policy.backoff(counted).mul_f64(jitter);
            Some((RetryCost::Withdrawal, pause, pause))
        }
    }
}

#[cfg(test)]
mod tests;
