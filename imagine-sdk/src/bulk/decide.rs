//! The next step for a batch that failed, as a pure function.

use std::time::Duration;

use http::StatusCode;

use crate::error::{ApiError, Error, ErrorKind, TimeoutKind};
use crate::request::RetrySafety;

/// The maximum number of times that a batch is resent after transient failures.
pub(super) const MAX_ROUNDS: u32 = 8;

/// The maximum number of times that a batch is resent after the service rejected it with 429.
const MAX_RATE_LIMITED: u32 = 100;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The facts about a failed batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) safety: RetrySafety,
    /// The number of rows.
    pub(super) len: usize,
    /// The number of times that the batch was resent after transient failures.
    pub(super) rounds: u32,
    /// The number of times that the batch was resent after the service rejected it with 429.
    pub(super) rate_limited: u32,
    /// True if other batches succeeded since this one was sent for the first time.
    pub(super) others_succeed: bool,
    /// True if it is half of a batch that failed after all rounds.
    pub(super) is_probe: bool,
}

/// The next step for a failed batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decision {
    /// Its rows fail.
    Fail,
    /// Every other row would fail too.
    Halt,
    /// Its halves are sent.
    Split(Cause),
    /// It is resent.
    Retry { pause: Duration, counts: Counts },
}

/// The reason why a batch is halved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cause {
    /// It was too large, so later batches are smaller.
    TooLarge,
    /// The service rejected one of its rows.
    Rejected,
    /// It failed after all rounds, possibly because of one of its rows. Its halves have one round.
    Broken,
}

/// The counter of a retry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Counts {
    Round,
    RateLimited,
    Nothing,
}

/// Decides the next step. `jitter` is a random number from 0 to 1.
pub(super) fn decide(error: &Error, facts: Facts, jitter: f64) -> Decision {
    let is_safe = facts.safety == RetrySafety::Idempotent || !error.is_outcome_unknown();
    match error.kind() {
        ErrorKind::Authentication
        | ErrorKind::QuotaExceeded
        | ErrorKind::BudgetExceeded
        | ErrorKind::Configuration
        | ErrorKind::NotFound => Decision::Halt,
        ErrorKind::RateLimited => rate_limited(error, facts),
        _ if is_too_large(error) => split(facts, Cause::TooLarge),
        ErrorKind::InvalidRequest | ErrorKind::InvalidArgument | ErrorKind::FileRead => {
            split(facts, Cause::Rejected)
        }
        ErrorKind::Timeout if is_slow(error) && facts.len > 1 && is_safe => {
            split(facts, Cause::TooLarge)
        }
        ErrorKind::Timeout
        | ErrorKind::Connect
        | ErrorKind::Transport
        | ErrorKind::Server
        | ErrorKind::Decode
        | ErrorKind::UnexpectedResponse
        | ErrorKind::Truncated
            if is_safe =>
        {
            transient(error, facts, jitter)
        }
        _ => Decision::Fail,
    }
}

/// Returns the step after a rate limit: of the service, of a window of the client, or its cool-down after a 429.
fn rate_limited(error: &Error, facts: Facts) -> Decision {
    let Some(pause) = error.retry_after() else {
        // A request that alone exceeds a window of tokens never gets a turn.
        return match error.is_limited_by_client() {
            true => split(facts, Cause::TooLarge),
            false => limited_by_service(facts, LONGEST_PAUSE),
        };
    };
    match error.is_limited_by_client() {
        true => Decision::Retry {
            pause,
            counts: Counts::Nothing,
        },
        false => limited_by_service(facts, pause),
    }
}

fn limited_by_service(facts: Facts, pause: Duration) -> Decision {
    if facts.rate_limited >= MAX_RATE_LIMITED {
        return Decision::Fail;
    }
    Decision::Retry {
        pause,
        counts: Counts::RateLimited,
    }
}

fn split(facts: Facts, cause: Cause) -> Decision {
    match facts.len {
        0 | 1 => Decision::Fail,
        _ => Decision::Split(cause),
    }
}

fn transient(error: &Error, facts: Facts, jitter: f64) -> Decision {
    if facts.rounds < MAX_ROUNDS {
        let backoff = FIRST_PAUSE.saturating_mul(1 << facts.rounds.min(16));
        let backoff = backoff.min(LONGEST_PAUSE).mul_f64(jitter.clamp(0.0, 1.0));
        let pause = error.retry_after().unwrap_or_default().max(backoff);
        return Decision::Retry {
            pause,
            counts: Counts::Round,
        };
    }
    // If the service works, a row of this batch is the cause. The halves of the first such batch show it.
    match facts.others_succeed || !facts.is_probe {
        true => split(facts, Cause::Broken),
        false => Decision::Fail,
    }
}

/// Returns true if the size of the request or of its response is the problem.
fn is_too_large(error: &Error) -> bool {
    if error.kind() == ErrorKind::TooLarge || error.status() == Some(StatusCode::PAYLOAD_TOO_LARGE)
    {
        return true;
    }
    let message = error.api_error().map(ApiError::message);
    let message = message.unwrap_or_default().to_ascii_lowercase();
    let is_invalid = error.kind() == ErrorKind::InvalidRequest;
    is_invalid && (message.contains("too many") || message.contains("batch size"))
}

/// Returns true if the service took too long for the batch.
fn is_slow(error: &Error) -> bool {
    matches!(
        error.timeout_kind(),
        Some(
            TimeoutKind::Call
                | TimeoutKind::FirstByte
                | TimeoutKind::Idle
                | TimeoutKind::RequestBody
        )
    )
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    const FACTS: Facts = Facts {
        safety: RetrySafety::Idempotent,
        len: 4,
        rounds: 0,
        rate_limited: 0,
        others_succeed: false,
        is_probe: false,
    };

    fn timeout(kind: TimeoutKind) -> Error {
        Error::timeout(kind, Duration::from_secs(1))
    }

    #[test]
    fn a_billable_batch_is_resent_only_if_it_did_not_start() {
        let billable = Facts {
            safety: RetrySafety::OnlyIfNotStarted,
            len: 1,
            ..FACTS
        };
        let decide = |error: &Error| decide(error, billable, 0.5);
        assert_eq!(decide(&timeout(TimeoutKind::FirstByte)), Decision::Fail);
        assert_eq!(decide(&Error::truncated()), Decision::Fail);
        let queued = decide(&timeout(TimeoutKind::Queue));
        assert!(matches!(queued, Decision::Retry { .. }), "{queued:?}");
    }

    #[test]
    fn a_batch_that_waited_in_vain_keeps_its_size() {
        for kind in [
            TimeoutKind::Queue,
            TimeoutKind::Connect,
            TimeoutKind::Credentials,
        ] {
            let decision = decide(&timeout(kind), FACTS, 0.5);
            assert!(matches!(decision, Decision::Retry { .. }), "{kind:?}");
        }
        for kind in [TimeoutKind::Call, TimeoutKind::FirstByte, TimeoutKind::Idle] {
            let decision = decide(&timeout(kind), FACTS, 0.5);
            assert_eq!(decision, Decision::Split(Cause::TooLarge), "{kind:?}");
        }
    }

    #[test]
    fn pauses_grow_to_a_minute() {
        let pause = |rounds| {
            let error = Error::unexpected_response("a page");
            match decide(&error, Facts { rounds, ..FACTS }, 1.0) {
                Decision::Retry { pause, .. } => pause,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(pause(0), Duration::from_millis(500));
        assert_eq!(pause(3), Duration::from_secs(4));
        assert_eq!(pause(MAX_ROUNDS - 1), LONGEST_PAUSE);
    }

    #[test]
    fn only_a_probe_without_other_successes_fails_after_all_rounds() {
        let error = Error::unexpected_response("a page").with_response(
            StatusCode::OK,
            &HeaderMap::new(),
            Bytes::new(),
        );
        let last = Facts {
            rounds: MAX_ROUNDS,
            ..FACTS
        };
        let probe = Facts {
            is_probe: true,
            ..last
        };
        let proven = Facts {
            others_succeed: true,
            ..probe
        };
        assert_eq!(decide(&error, last, 0.5), Decision::Split(Cause::Broken));
        assert_eq!(decide(&error, probe, 0.5), Decision::Fail);
        assert_eq!(decide(&error, proven, 0.5), Decision::Split(Cause::Broken));
        assert_eq!(
            decide(&error, Facts { len: 1, ..proven }, 0.5),
            Decision::Fail
        );
    }
}
