//! The decisions about retries.

use super::*;

const ONE: Attempts = Attempts {
    total: 1,
    unprocessed: 0,
    rate_limited: 0,
};

const CONTEXT: RetryContext = RetryContext {
    operation: "ping",
    class: FailureClass::MaybeExecuted,
    has_no_connection: false,
    safety: RetrySafety::Idempotent,
    is_replayable: true,
    attempts: ONE,
    max_retries: None,
    retry_after: None,
    cool_down: Duration::ZERO,
    is_malformed: false,
};

fn after(total: u32) -> RetryContext {
    RetryContext {
        attempts: Attempts { total, ..ONE },
        ..CONTEXT
    }
}

fn decision(context: RetryContext) -> RetryDecision {
    decide(&context, &RetryPolicy::default(), None, 1.0)
}

fn withdrawal(millis: u64) -> RetryDecision {
    RetryDecision::Retry {
        pause: Duration::from_millis(millis),
        cost: RetryCost::Withdrawal,
    }
}

fn free(millis: u64) -> RetryDecision {
    RetryDecision::Retry {
        pause: Duration::from_millis(millis),
        cost: RetryCost::Free,
    }
}

#[test]
fn backoff_doubles_up_to_its_limit_and_jitter_takes_a_share() {
    let policy = RetryPolicy::new().max_retries(100);
    let pauses = [1, 2, 3, 4, 5, 60].map(|attempts| decide(&after(attempts), &policy, None, 1.0));
    assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 8000].map(withdrawal));
    assert_eq!(decide(&CONTEXT, &policy, None, 0.0), withdrawal(0));
    assert_eq!(decide(&CONTEXT, &policy, None, 0.5), withdrawal(250));
    let policy = policy
        .initial_backoff(Duration::from_millis(10))
        .max_backoff(Duration::from_millis(15));
    assert_eq!(decide(&CONTEXT, &policy, None, 1.0), withdrawal(10));
    assert_eq!(decide(&after(2), &policy, None, 1.0), withdrawal(15));
}

/// Tiny values must not make clients hammer the server, and all clients must not return at once (F11).
#[test]
fn a_retry_after_has_a_floor_a_limit_and_jitter() {
    let asked = |millis, policy: &RetryPolicy, jitter| {
        let context = RetryContext {
            retry_after: Some(Duration::from_millis(millis)),
            ..CONTEXT
        };
        decide(&context, policy, None, jitter)
    };
    let policy = RetryPolicy::default();
    assert_eq!(asked(2000, &policy, 0.0), free(2000));
    assert_eq!(asked(2000, &policy, 1.0), free(2500));
    assert_eq!(asked(1, &policy, 0.0), free(500));
    assert_eq!(asked(0, &policy, 1.0), withdrawal(500));
    assert_eq!(asked(120_001, &policy, 0.0), RetryDecision::Stop);
    let patient = policy.max_retry_after(Duration::from_secs(200));
    assert_eq!(asked(121_000, &patient, 0.0), free(121_000));
}

#[test]
fn a_pause_without_jitter_may_still_fit_the_call() {
    let context = RetryContext {
        retry_after: Some(Duration::from_secs(2)),
        ..CONTEXT
    };
    let within = |millis| {
        let remaining = Duration::from_millis(millis);
        decide(&context, &RetryPolicy::default(), Some(remaining), 1.0)
    };
    assert_eq!(within(2600), free(2500));
    assert_eq!(within(2100), free(2000));
    assert_eq!(within(2000), RetryDecision::Stop);
}

/// The first returns are those of a server that closes its connections; further ones may be an overload (H1).
#[test]
fn unprocessed_attempts_are_free_and_have_their_own_limit() {
    let returned = |unprocessed, others, max_retries| {
        decision(RetryContext {
            class: FailureClass::Unprocessed,
            safety: RetrySafety::OnlyIfNotStarted,
            attempts: Attempts {
                total: unprocessed + others,
                unprocessed,
                rate_limited: 0,
            },
            max_retries,
            ..CONTEXT
        })
    };
    assert_eq!([1, 4].map(|count| returned(count, 0, None)), [free(0); 2]);
    assert_eq!(
        [5, 6].map(|count| returned(count, 3, None)),
        [5, 10].map(free)
    );
    assert_eq!(returned(MAX_UNPROCESSED, 0, None), free(200));
    assert_eq!(returned(MAX_UNPROCESSED + 1, 0, None), RetryDecision::Stop);
    assert_eq!(returned(1, 0, Some(0)), RetryDecision::Stop);
    // They do not count among the others.
    let lost = RetryContext {
        attempts: Attempts {
            total: 50,
            unprocessed: 49,
            rate_limited: 0,
        },
        ..CONTEXT
    };
    assert_eq!(decision(lost), withdrawal(500));
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
            safety,
            ..after(attempts)
        })
    };
    let at_once = RetryDecision::Retry {
        pause: Duration::ZERO,
        cost: RetryCost::NeedsBudget,
    };
    assert_eq!(reset(1, RetrySafety::Idempotent), at_once);
    assert_eq!(reset(2, RetrySafety::Idempotent), withdrawal(1000));
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
        after(4),
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

fn rate_limited(times: u32, retry_after: Option<Duration>, cool_down: Duration) -> RetryContext {
    RetryContext {
        class: FailureClass::RateLimited,
        safety: RetrySafety::OnlyIfNotStarted,
        attempts: Attempts {
            total: times,
            unprocessed: 0,
            rate_limited: times,
        },
        retry_after,
        cool_down,
        ..CONTEXT
    }
}

#[test]
fn a_429_waits_for_the_cool_down_of_the_client_with_jitter() {
    let cool_down = Duration::from_secs(36);
    let policy = RetryPolicy::default();
    let decide = |jitter, seconds| {
        let remaining = Some(Duration::from_secs(seconds));
        decide(
            &rate_limited(1, None, cool_down),
            &policy,
            remaining,
            jitter,
        )
    };
    assert_eq!(decide(0.0, 60), free(36_000));
    assert_eq!(decide(1.0, 60), free(45_000));
    assert_eq!(
        decide(1.0, 40),
        free(36_000),
        "as far as the timeout allows"
    );
    assert_eq!(decide(0.0, 36), RetryDecision::Stop);
}

#[test]
fn a_longer_retry_after_of_a_429_takes_precedence_up_to_its_limit() {
    let cool_down = Duration::from_secs(36);
    let after = |seconds| {
        let context = rate_limited(1, Some(Duration::from_secs(seconds)), cool_down);
        decide(&context, &RetryPolicy::default(), None, 0.0)
    };
    assert_eq!(after(50), free(50_000));
    assert_eq!(after(2), free(36_000));
    assert_eq!(after(121), RetryDecision::Stop);
}

#[test]
fn retries_after_a_429_have_their_own_limit() {
    let cool_down = Duration::from_secs(36);
    assert_eq!(decision(rate_limited(50, None, cool_down)), free(45_000));
    let beyond = rate_limited(MAX_RATE_LIMITED + 1, None, cool_down);
    assert_eq!(decision(beyond), RetryDecision::Stop);
    let never = RetryContext {
        max_retries: Some(0),
        ..rate_limited(1, None, cool_down)
    };
    assert_eq!(decision(never), RetryDecision::Stop);
    // They do not count among the others.
    let lost = RetryContext {
        attempts: Attempts {
            total: 50,
            unprocessed: 0,
            rate_limited: 49,
        },
        ..CONTEXT
    };
    assert_eq!(decision(lost), withdrawal(500));
}
