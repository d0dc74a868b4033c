//! Whether to send a request again, and after what pause: a pure function of facts and policy.

use std::time::Duration;

use http::StatusCode;

use super::classify;
use crate::error::{Error, TimeoutKind};
use crate::request::{EncodedRequest, RetrySafety};
use crate::transport::TransportErrorKind;

/// How a client repeats.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// How often a request is sent again at most.
    pub(crate) max_retries: u32,
    /// The longest pause after the first attempt; it doubles with each further one.
    pub(crate) base: Duration,
    /// The longest pause of all.
    pub(crate) cap: Duration,
    /// A server that asks for a longer wait than this is not waited for.
    pub(crate) longest_hint: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            longest_hint: Duration::from_secs(120),
        }
    }
}

/// What is known after a failed attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    failure: Failure,
    class: RetrySafety,
    replayable: bool,
    attempts: u32,
    max_retries: Option<u32>,
    hint: Option<Duration>,
    pub(super) status: Option<StatusCode>,
}

/// What a failure says about whether the service has begun to work on the request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Failure {
    /// It has not.
    Unstarted,
    /// It may have.
    Unknown,
    /// It may have, but most likely the connection was an idle one that the server closed just then.
    Broken,
    /// Sending the same again gives the same.
    Lasting,
}

impl Facts {
    pub(super) fn of(error: &Error, request: &EncodedRequest, attempts: u32) -> Self {
        Self {
            failure: Failure::of(error),
            class: request.operation.retry_safety,
            replayable: request.body.is_replayable(),
            attempts,
            max_retries: request.limits.max_retries,
            hint: error.retry_after(),
            status: error.status(),
        }
    }
}

impl Failure {
    fn of(error: &Error) -> Self {
        if let Some(api) = error.api_error() {
            return match api.status() {
                _ if api.is_authentication() || api.is_quota_exceeded() => Self::Lasting,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Self::Unstarted,
                status if classify::is_transient(status) => Self::Unknown,
                _ => Self::Lasting,
            };
        }
        match error.transport_kind() {
            Some(
                TransportErrorKind::Connect
                | TransportErrorKind::ConnectTimeout
                | TransportErrorKind::StreamRefused,
            ) => Self::Unstarted,
            Some(TransportErrorKind::ConnectionLost) => Self::Broken,
            Some(TransportErrorKind::ResponseBody) => Self::Unknown,
            _ if error.timeout_kind() == Some(TimeoutKind::Idle) => Self::Unknown,
            _ => Self::Lasting,
        }
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    GiveUp,
    /// Without a pause, and without taking it out of the stock, unless that is empty.
    AtOnce,
    After(Duration),
}

/// Decides. `left` is the time that the call has left, `chance` a number from 0 to 1.
pub(super) fn decide(
    facts: &Facts,
    policy: &Policy,
    left: Option<Duration>,
    chance: f64,
) -> Verdict {
    let allowed = match facts.failure {
        Failure::Lasting => false,
        Failure::Unstarted => true,
        Failure::Unknown | Failure::Broken => facts.class == RetrySafety::Idempotent,
    };
    let may_repeat = facts.attempts <= facts.max_retries.unwrap_or(policy.max_retries);
    if !(allowed && may_repeat && facts.replayable) {
        return Verdict::GiveUp;
    }
    // Whoever polls at the pace at which a server closes connections meets this all the time, and no service suffers
    // from it. A second time it is something else.
    if facts.failure == Failure::Broken && facts.attempts == 1 {
        return Verdict::AtOnce;
    }
    let pause = match facts.hint {
        Some(hint) if hint > policy.longest_hint => return Verdict::GiveUp,
        // A hint of zero is an invitation to hammer; the usual pause serves both sides better.
        Some(hint) if !hint.is_zero() => hint,
        _ => backoff(policy, facts.attempts).mul_f64(chance.clamp(0.0, 1.0)),
    };
    if left.is_some_and(|left| pause >= left) {
        return Verdict::GiveUp;
    }
    Verdict::After(pause)
}

/// The longest pause after this many attempts; the real one is a random share of it ("full jitter"), so
/// that many clients do not come back at once.
fn backoff(policy: &Policy, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(31);
    policy.base.saturating_mul(1 << doublings).min(policy.cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts = Facts {
        failure: Failure::Unknown,
        class: RetrySafety::Idempotent,
        replayable: true,
        attempts: 1,
        max_retries: None,
        hint: None,
        status: None,
    };

    fn decide_(facts: Facts) -> Verdict {
        decide(&facts, &Policy::default(), None, 1.0)
    }

    #[test]
    fn pauses_double_up_to_the_cap_and_jitter_takes_a_share() {
        let pauses = [1, 2, 3, 4, 5, 60].map(|attempts| {
            let policy = Policy {
                max_retries: 100,
                ..Policy::default()
            };
            decide(&Facts { attempts, ..FACTS }, &policy, None, 1.0)
        });
        let millis = |millis| Verdict::After(Duration::from_millis(millis));
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 8000].map(millis));
        assert_eq!(decide(&FACTS, &Policy::default(), None, 0.0), millis(0));
        assert_eq!(decide(&FACTS, &Policy::default(), None, 0.5), millis(250));
    }

    #[test]
    fn what_the_server_asks_for_is_waited_for_within_reason() {
        let hinted = |seconds| {
            decide_(Facts {
                hint: Some(Duration::from_secs(seconds)),
                ..FACTS
            })
        };
        assert_eq!(hinted(2), Verdict::After(Duration::from_secs(2)));
        assert_eq!(hinted(0), Verdict::After(Duration::from_millis(500)));
        assert_eq!(hinted(121), Verdict::GiveUp);
    }

    #[test]
    fn costly_operations_are_repeated_only_when_they_did_not_start() {
        let costly = Facts {
            class: RetrySafety::OnlyIfNotStarted,
            ..FACTS
        };
        assert_eq!(decide_(costly), Verdict::GiveUp);
        assert_ne!(
            decide_(Facts {
                failure: Failure::Unstarted,
                ..costly
            }),
            Verdict::GiveUp
        );
    }

    #[test]
    fn a_connection_that_breaks_is_replaced_at_once_the_first_time() {
        let broken = |attempts, class| {
            decide_(Facts {
                failure: Failure::Broken,
                attempts,
                class,
                ..FACTS
            })
        };
        assert_eq!(broken(1, RetrySafety::Idempotent), Verdict::AtOnce);
        let second = Verdict::After(Duration::from_secs(1));
        assert_eq!(broken(2, RetrySafety::Idempotent), second);
        assert_eq!(broken(1, RetrySafety::OnlyIfNotStarted), Verdict::GiveUp);
    }

    #[test]
    fn nothing_is_repeated_that_cannot_or_must_not_be() {
        assert_eq!(
            decide_(Facts {
                replayable: false,
                ..FACTS
            }),
            Verdict::GiveUp
        );
        assert_eq!(
            decide_(Facts {
                failure: Failure::Lasting,
                ..FACTS
            }),
            Verdict::GiveUp
        );
        assert_eq!(
            decide_(Facts {
                attempts: 4,
                ..FACTS
            }),
            Verdict::GiveUp
        );
        assert_eq!(
            decide_(Facts {
                max_retries: Some(0),
                ..FACTS
            }),
            Verdict::GiveUp
        );
        let policy = Policy::default();
        assert_eq!(
            decide(&FACTS, &policy, Some(Duration::from_millis(400)), 1.0),
            Verdict::GiveUp
        );
    }
}
