//! Retries: their conditions, pauses and requests, without real time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use futures_util::{FutureExt, TryStreamExt};
use imagine_sdk::transport::TransportErrorKind;
use imagine_sdk::{Client, Clock, FilePart, RetryPolicy};
use imagine_tests::{
    Case, ENDPOINT, KEY, ManualClock, MockResponse, MockTransport, SignalClock, TestClient, cases,
    fixtures, stream_cases, wav,
};
use serde_json::json;

/// The maximum backoff after the first attempt.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);

fn pong() -> MockResponse {
    MockResponse::bytes("application/json", fixtures::bytes("ping.json"))
}

fn error_response(status: u16, headers: &[(&str, &str)]) -> MockResponse {
    headers
        .iter()
        .fold(MockResponse::status(status), |reply, (name, value)| {
            reply.header(name, *value)
        })
}

/// Asserts that a pause is the one that the server asked for, with jitter.
fn assert_asked(pause: Duration, millis: u64) {
    let asked = Duration::from_millis(millis);
    assert!(
        (asked..=asked * 5 / 4).contains(&pause),
        "{pause:?} for {asked:?}"
    );
}

#[tokio::test]
async fn case_17_retry_after_is_respected() {
    let values: &[(&[(&str, &str)], u64)] = &[
        (&[("Retry-After", "2")], 2000),
        (&[("retry-after-ms", "750")], 750),
        (&[("Retry-After", "Thu, 01 Jan 2026 00:00:03 GMT")], 3000),
        (&[("Retry-After", "1"), ("Retry-After", "4")], 4000),
        (&[("Retry-After", "4"), ("Retry-After", "1")], 4000),
        (&[("Retry-After", "0.5")], 500),
        // Not below the backoff.
        (&[("retry-after-ms", "1")], 500),
    ];
    for (headers, millis) in values {
        for status in [429, 503] {
            let test = TestClient::new([error_response(status, headers), pong()]);
            let response = test.client.ping().send_with_response().await.unwrap();
            assert_eq!(response.attempts(), 2, "{headers:?}");
            let [pause] = test.clock.sleeps()[..] else {
                panic!("one pause");
            };
            assert_asked(pause, *millis);
        }
    }
}

const INVALID_RETRY_AFTER: [&str; 6] =
    ["0", "-5", "abc", "", "NaN", "Thu, 01 Jan 1970 00:00:00 GMT"];

async fn pause_after(status: u16, retry_after: &str) -> Duration {
    let rejected = error_response(status, &[("Retry-After", retry_after)]);
    let test = TestClient::new([rejected, pong()]);
    test.client.ping().await.unwrap();
    let [pause] = test.clock.sleeps()[..] else {
        panic!("one pause after {retry_after}");
    };
    pause
}

#[tokio::test]
async fn case_17_an_invalid_retry_after_uses_the_backoff() {
    for value in INVALID_RETRY_AFTER {
        let pause = pause_after(503, value).await;
        assert!(pause <= FIRST_BACKOFF, "{value}: {pause:?}");
    }
}

/// The live service is reported to have a cool-down of some 36 s, and to send no header.
#[tokio::test]
async fn case_17_a_429_with_an_invalid_retry_after_uses_the_cool_down() {
    for value in INVALID_RETRY_AFTER {
        assert_asked(pause_after(429, value).await, 36_000);
    }
}

#[tokio::test]
async fn case_17_a_retry_after_beyond_the_limit_is_an_error() {
    for value in [
        "99999999999999999999",
        "Mon, 01 Jan 2035 00:00:00 GMT",
        "121",
    ] {
        for status in [429, 503] {
            let test = TestClient::with_settings(
                [error_response(status, &[("Retry-After", value)])],
                |builder| builder.timeout(Duration::from_secs(1 << 30)),
            );
            let error = test.client.ping().await.unwrap_err();
            assert_eq!(error.status().unwrap(), status, "{value}");
            assert_eq!(error.attempts(), 1, "{value}");
            assert!(
                error.retry_after() > Some(Duration::from_secs(120)),
                "{value}"
            );
            assert_eq!(test.clock.sleeps(), [Duration::ZERO; 0], "{value}");
        }
    }
}

#[tokio::test]
async fn backoff_grows_up_to_its_limit() {
    let test = TestClient::with_settings((0..8).map(|_| MockResponse::status(500)), |builder| {
        builder.max_retries(7)
    });
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.attempts(), 8);
    let longest = [500, 1000, 2000, 4000, 8000, 8000, 8000].map(Duration::from_millis);
    let sleeps = test.clock.sleeps();
    assert_eq!(sleeps.len(), longest.len());
    let fits = sleeps
        .iter()
        .zip(longest)
        .all(|(sleeps, longest)| *sleeps <= longest);
    assert!(fits, "{sleeps:?}");
}

/// Full jitter is uniform up to the bound.
#[tokio::test]
async fn backoff_has_full_jitter() {
    let mut pauses = Vec::new();
    for _ in 0..200 {
        let test = TestClient::new([MockResponse::status(500), pong()]);
        test.client.ping().await.unwrap();
        pauses.extend(test.clock.sleeps());
    }
    pauses.sort();
    assert_eq!(pauses.len(), 200);
    assert!(pauses[0] < FIRST_BACKOFF / 5, "{pauses:?}");
    assert!(pauses[100] > FIRST_BACKOFF / 5 && pauses[100] < FIRST_BACKOFF * 4 / 5);
    assert!(pauses[199] > FIRST_BACKOFF * 4 / 5, "{pauses:?}");
    assert!(pauses[199] <= FIRST_BACKOFF, "{pauses:?}");
}

#[tokio::test]
async fn case_17_permanent_errors_are_not_retried() {
    let quota = json!({"error": {"message": "used up", "code": "insufficient_quota"}});
    let missing_key = json!({"message": "Invalid API key, No Authorization header found"});
    let lasting = [400, 401, 403, 404, 405, 409, 413, 422, 501].map(|status| (status, json!({})));
    for (status, body) in lasting
        .into_iter()
        .chain([(429, quota), (500, missing_key)])
    {
        let test =
            TestClient::new([MockResponse::status(status).chunks([body.to_string().into()])]);
        let error = test.client.chat("Hi").await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(
            (error.attempts(), test.requests().len()),
            (1, 1),
            "{status}"
        );
    }
}

#[tokio::test]
async fn calls_of_a_client_share_a_retry_budget() {
    let failures = (0..102).map(|_| MockResponse::status(500));
    let successes = (0..10).map(|_| pong());
    let at_last = [MockResponse::status(500), pong()];
    let script = failures.chain(successes).chain(at_last);
    let test = TestClient::with_settings(script, |builder| {
        builder
            .max_retries(1000)
            .timeout(Duration::from_secs(1 << 20))
    });
    // One call exhausts the budget, so any other call of the client fails without a retry.
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.attempts(), 101);
    let error = test.client.clone().available_models().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    for _ in 0..10 {
        test.client.ping().await.unwrap();
    }
    let response = test.client.ping().send_with_response().await.unwrap();
    assert_eq!(response.attempts(), 2);
}

/// This includes the immediate retry after a connection reset.
#[tokio::test]
async fn an_exhausted_retry_budget_disables_retries() {
    let failures = (0..101).map(|_| MockResponse::status(500));
    let broken = [MockResponse::fails(TransportErrorKind::ConnectionLost)];
    let test = TestClient::with_settings(failures.chain(broken), |builder| {
        builder
            .max_retries(1000)
            .timeout(Duration::from_secs(1 << 20))
    });
    test.client.ping().await.unwrap_err();
    let error = test.client.ping().await.unwrap_err();
    assert!(error.is_transport(), "{error}");
    assert_eq!(error.attempts(), 1);
}

/// The message and a predicate name the reason, and the retry before the last one was reported (A1).
#[tokio::test]
async fn an_error_reports_an_exhausted_retry_budget() {
    let failures = (0..2).map(|_| MockResponse::status(500));
    let policy = RetryPolicy::new().budget(1).max_retries(10);
    let test = TestClient::with_settings(failures, |builder| builder.retry_policy(policy));
    let error = test.client.ping().await.unwrap_err();
    assert!(error.is_retry_budget_exhausted(), "{error}");
    assert!(
        error.to_string().contains("`RetryPolicy::budget`"),
        "{error}"
    );
    assert_eq!(error.attempts(), 2);

    let test = TestClient::new((0..4).map(|_| MockResponse::status(500)));
    let error = test.client.ping().await.unwrap_err();
    assert!(!error.is_retry_budget_exhausted(), "{error}");
}

/// An outage with `retry-after` fails no call, however many there are (A1).
#[tokio::test]
async fn retries_that_the_server_asks_for_do_not_draw_on_the_budget() {
    let outage = Duration::from_secs(3);
    let clock = ManualClock::new();
    let (time, start) = (clock.clone(), clock.now());
    let test = TestClient::from_fn_with_clock(clock, move |_| match time.now() - start < outage {
        true => error_response(503, &[("Retry-After", "1")]),
        false => pong(),
    });
    for _ in 0..200 {
        test.client.ping().await.unwrap();
    }
    let asked = || error_response(429, &[("Retry-After", "1")]);
    let policy = RetryPolicy::new().budget(0);
    let test = TestClient::with_settings([asked(), asked(), pong()], |builder| {
        builder.retry_policy(policy)
    });
    test.client.ping().await.unwrap();
}

/// The default policy. tokio's paused time advances when all tasks are idle.
#[tokio::test(start_paused = true)]
async fn an_outage_with_retry_after_fails_none_of_200_concurrent_calls() {
    let start = tokio::time::Instant::now();
    let transport = MockTransport::from_fn(ENDPOINT, move |_| match start.elapsed().as_secs() {
        0..3 => error_response(503, &[("Retry-After", "1")]),
        _ => pong(),
    });
    let client = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = client.transport(transport).build().unwrap();
    let calls = (0..200).map(|_| client.ping().send());
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.unwrap().message, "pong");
    }
    assert!(start.elapsed() >= Duration::from_secs(3));
}

/// A call that is dropped during the pause before a retry withdraws nothing (F7).
#[tokio::test]
async fn dropped_calls_leave_the_retry_budget_unchanged() {
    let clock = SignalClock::default();
    let mut failures = 0..20;
    let transport = MockTransport::from_fn(ENDPOINT, move |_| match failures.next() {
        Some(_) => MockResponse::status(500),
        None => pong(),
    });
    let signal = clock.signal();
    let client = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = client.transport(transport).clock(clock);
    let policy = RetryPolicy::new().budget(1);
    let client = client.retry_policy(policy).build().unwrap();
    for _ in 0..19 {
        assert!(client.ping().send().now_or_never().is_none());
    }
    signal.notify_one();
    assert_eq!(client.ping().await.unwrap().message, "pong");
}

/// A request that the server returned is retried at once and free, beyond `max_retries` (H1).
#[tokio::test]
async fn requests_returned_unprocessed_are_free_up_to_a_limit() {
    let returned = || MockResponse::fails(TransportErrorKind::StreamRefused);
    let policy = || RetryPolicy::new().budget(0).max_retries(1);
    let script = (0..20).map(|_| returned()).chain([pong()]);
    let test = TestClient::with_settings(script, |builder| builder.retry_policy(policy()));
    let response = test.client.ping().send_with_response().await.unwrap();
    assert_eq!(response.attempts(), 21);
    let longest = Duration::from_millis(200);
    assert!(test.clock.sleeps().iter().all(|pause| *pause <= longest));

    let script = (0..101).map(|_| returned());
    let test = TestClient::with_settings(script, |builder| builder.retry_policy(policy()));
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.attempts(), 101);
    assert!(
        !error.is_retry_budget_exhausted() && !error.is_outcome_unknown(),
        "{error}"
    );
}

/// Returns true if the specification marks the operation as idempotent.
fn is_idempotent(case: &Case) -> bool {
    let operation = case.api().contract().operation(case.operation);
    operation.unwrap().retry == "idempotent"
}

/// Responses that allow a retry, and whether they guarantee that the request did not start.
const TRANSIENT: [(u16, bool); 6] = [
    (408, false),
    (429, true),
    (500, false),
    (502, false),
    (503, true),
    (504, false),
];

#[tokio::test]
async fn transient_errors_are_retried_unless_a_billable_request_may_have_executed() {
    for case in cases() {
        for (status, unstarted) in TRANSIENT {
            let test = TestClient::new([
                MockResponse::status(status),
                MockResponse::json(&case.response()),
            ]);
            let response = case.call(&test).send_with_response().await;
            if unstarted || is_idempotent(&case) {
                let attempts = response.unwrap().attempts;
                assert_eq!(attempts, 2, "{} after {status}", case.method);
                continue;
            }
            let error = response.unwrap_err();
            assert_eq!(error.status().unwrap(), status, "{}", case.method);
            assert_eq!(
                (error.attempts(), test.requests().len()),
                (1, 1),
                "{}",
                case.method
            );
            assert!(error.is_outcome_unknown(), "{} after {status}", case.method);
        }
    }
}

#[tokio::test]
async fn a_failed_connection_does_not_repeat_a_billable_request() {
    let kinds = [
        (TransportErrorKind::Connect, true),
        (TransportErrorKind::ConnectTimeout, true),
        (TransportErrorKind::ConnectionLost, false),
    ];
    for case in cases() {
        for (kind, unstarted) in kinds {
            let test = TestClient::new([
                MockResponse::fails(kind),
                MockResponse::json(&case.response()),
            ]);
            let response = case.call(&test).send_with_response().await;
            if unstarted || is_idempotent(&case) {
                assert_eq!(response.unwrap().attempts, 2, "{} {kind:?}", case.method);
                continue;
            }
            let error = response.unwrap_err();
            assert_eq!(
                (error.attempts(), test.requests().len()),
                (1, 1),
                "{}",
                case.method
            );
            assert!(error.is_outcome_unknown(), "{} {kind:?}", case.method);
        }
    }
}

#[tokio::test]
async fn case_18_a_truncated_response_does_not_repeat_a_billable_request() {
    let truncated = || MockResponse::bytes("application/json", "{\"gener").then_fails();
    for case in cases() {
        let test = TestClient::new([truncated(), MockResponse::json(&case.response())]);
        let response = case.call(&test).send_with_response().await;
        if is_idempotent(&case) {
            assert_eq!(response.unwrap().attempts, 2, "{}", case.method);
            continue;
        }
        let error = response.unwrap_err();
        assert!(error.is_outcome_unknown(), "{}: {error}", case.method);
        assert_eq!(test.requests().len(), 1, "{}", case.method);
    }
}

/// The service's message for a submission that did not start.
#[tokio::test]
async fn a_429_to_a_submission_is_retried_up_to_the_limit() {
    let busy = || error_response(503, &[("Retry-After", "1")]);
    let started = MockResponse::bytes("application/json", fixtures::bytes("media/generation.json"));
    let test = TestClient::new([busy(), started]);
    let response = test.media.text2img("x").send_with_response().await.unwrap();
    assert_eq!((response.attempts(), test.requests().len()), (2, 2));
    assert_asked(test.clock.sleeps()[0], 1000);
    let test = TestClient::with_media_settings([busy(), busy()], |builder| builder.max_retries(1));
    let error = test.media.text2img("x").await.unwrap_err();
    assert_eq!((error.attempts(), test.requests().len()), (2, 2));
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn failed_connections_are_retried() {
    let kinds = [
        TransportErrorKind::Connect,
        TransportErrorKind::ConnectTimeout,
        TransportErrorKind::ConnectionLost,
    ];
    for kind in kinds {
        let test = TestClient::new([MockResponse::fails(kind), pong()]);
        let response = test.client.ping().send_with_response().await.unwrap();
        assert_eq!(response.attempts(), 2, "{kind:?}");
    }
    let truncated = MockResponse::bytes("application/json", "{\"mess").then_fails();
    let test = TestClient::new([truncated, pong()]);
    assert_eq!(test.client.ping().await.unwrap().message, "pong");
}

#[tokio::test]
async fn retries_end_at_the_limit() {
    let test = TestClient::new((0..4).map(|_| MockResponse::fails(TransportErrorKind::Connect)));
    let error = test.client.ping().await.unwrap_err();
    assert!(error.is_connect());
    assert_eq!((error.attempts(), test.requests().len()), (4, 4));
    assert!(error.to_string().contains("after 4 attempts"), "{error}");
}

#[tokio::test]
async fn zero_retries_send_one_request() {
    let once = |client: &Client| client.ping();
    let of_client = TestClient::with_settings([MockResponse::status(503)], |builder| {
        builder.max_retries(0)
    });
    once(&of_client.client).await.unwrap_err();
    assert_eq!(
        (of_client.requests().len(), of_client.clock.sleeps().len()),
        (1, 0)
    );
    let of_call = TestClient::new([MockResponse::status(503)]);
    once(&of_call.client).with_max_retries(0).await.unwrap_err();
    assert_eq!(
        (of_call.requests().len(), of_call.clock.sleeps().len()),
        (1, 0)
    );
}

#[tokio::test]
async fn case_17_every_attempt_sends_the_same_request() {
    for case in cases() {
        let replies = [
            MockResponse::status(429),
            MockResponse::status(503),
            MockResponse::json(&case.response()),
        ];
        let test = TestClient::new(replies);
        let call = case.call(&test);
        let call = call.with(imagine_tests::Setting::Header("idempotency-key", "k-1"));
        call.send().await.unwrap();
        let requests = test.requests();
        assert_eq!(requests.len(), 3, "{}", case.method);
        for retry in &requests[1..] {
            assert_eq!(retry.body, requests[0].body, "{}", case.method);
            assert_eq!(retry.headers, requests[0].headers, "{}", case.method);
            assert_eq!(retry.query, requests[0].query, "{}", case.method);
            assert_eq!(retry.header("idempotency-key"), Some("k-1"));
            assert_eq!(
                retry.key_headers(),
                case.api().key_headers(case.operation, KEY)
            );
        }
    }
}

#[tokio::test]
async fn bytes_are_retried_completely() {
    let response = MockResponse::bytes("application/json", fixtures::bytes("transcribe.json"));
    let test = TestClient::new([MockResponse::status(429), response]);
    test.client
        .transcribe(FilePart::bytes("a.wav", wav()))
        .await
        .unwrap();
    let forms: Vec<_> = test
        .requests()
        .iter()
        .map(imagine_tests::SentRequest::form)
        .collect();
    assert_eq!(forms[0], forms[1]);
    assert_eq!(forms[0][1].data, wav());
}

/// Reading a file takes real time, so this test uses tokio's paused clock instead of the manual clock.
#[tokio::test(start_paused = true)]
async fn a_file_on_disk_is_retried_completely() {
    let path = std::env::temp_dir().join(format!("imagine-tests-{}.wav", std::process::id()));
    std::fs::write(&path, wav()).unwrap();
    let response = MockResponse::bytes("application/json", fixtures::bytes("transcribe.json"));
    let transport = MockTransport::new(ENDPOINT, [MockResponse::status(503), response]);
    let client = Client::builder()
        .endpoint(ENDPOINT)
        .api_key(KEY)
        .transport(transport.clone())
        .build()
        .unwrap();
    let response = client.transcribe(path.clone()).await;
    std::fs::remove_file(&path).unwrap();
    response.unwrap();
    let forms: Vec<_> = transport
        .requests()
        .iter()
        .map(imagine_tests::SentRequest::form)
        .collect();
    assert_eq!(forms.len(), 2);
    assert_eq!(forms[0], forms[1]);
    assert_eq!(forms[0][1].data, wav());
}

#[tokio::test]
async fn a_reader_is_sent_once() {
    for status in [429, 500, 503] {
        let test = TestClient::new([MockResponse::status(status)]);
        let file = FilePart::reader("a.wav", std::io::Cursor::new(wav()), wav().len() as u64);
        let error = test.client.transcribe(file).await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.attempts(), 1);
        assert_eq!(test.single_request().form()[1].data, wav());
    }
}

#[tokio::test]
async fn a_reader_of_a_wrong_length_is_an_error() {
    for length in [1, 1000] {
        let test = TestClient::new([]);
        let file = FilePart::reader("a.wav", std::io::Cursor::new(wav()), length);
        let error = test.client.transcribe(file).await.unwrap_err();
        assert!(error.is_file_read(), "{error}");
        assert_eq!(error.attempts(), 1, "{error}");
    }
}

#[tokio::test]
async fn a_stream_is_retried_only_before_it_starts() {
    for case in stream_cases() {
        let events = fixtures::bytes(case.fixture);
        let test = TestClient::new([
            MockResponse::status(503),
            MockResponse::event_bytes([events]),
        ]);
        let events = case.call(&test).stream().await.unwrap();
        assert!(
            events.try_collect::<Vec<_>>().await.is_ok(),
            "{}",
            case.method
        );
        assert_eq!(test.requests().len(), 2, "{}", case.method);
    }
}

#[tokio::test]
async fn case_18_a_started_stream_is_not_retried() {
    for case in stream_cases() {
        let first = fixtures::bytes(case.fixture).slice(..40);
        for started in [
            MockResponse::event_bytes([]),
            MockResponse::event_bytes([first]),
        ] {
            let test = TestClient::new([started.then_fails()]);
            let events = case.call(&test).stream().await.unwrap();
            let error = events.try_collect::<Vec<_>>().await.unwrap_err();
            assert!(error.is_truncated(), "{}: {error}", case.method);
            assert_eq!(
                (error.attempts(), test.requests().len()),
                (1, 1),
                "{}",
                case.method
            );
        }
    }
}

#[tokio::test]
async fn a_pause_beyond_the_deadline_is_skipped() {
    let busy = || error_response(429, &[("Retry-After", "2")]);
    let limit = Duration::from_secs(2);
    let of_client = TestClient::with_settings([busy()], |builder| builder.timeout(limit));
    let error = of_client.client.ping().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(of_client.clock.sleeps(), [Duration::ZERO; 0]);
    let of_call = TestClient::new([busy()]);
    let error = of_call.client.ping().with_timeout(limit).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(of_call.clock.sleeps(), [Duration::ZERO; 0]);
}

#[tokio::test]
async fn one_deadline_covers_all_attempts() {
    let busy = || error_response(429, &[("Retry-After", "2")]);
    let test = TestClient::with_settings([busy(), busy()], |builder| {
        builder.timeout(Duration::from_secs(3))
    });
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.attempts(), 2, "{error}");
    assert_asked(test.clock.sleeps()[0], 2000);
    assert_eq!(test.clock.sleeps().len(), 1);
}

#[tokio::test]
async fn a_pause_before_a_stream_respects_its_start_timeout() {
    let busy = error_response(429, &[("Retry-After", "61")]);
    let test = TestClient::new([busy]);
    let error = test.client.chat("Hi").stream().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(test.clock.sleeps(), [Duration::ZERO; 0]);
}

/// A later attempt that did not start does not reset the flag.
#[tokio::test]
async fn maybe_executed_is_kept_across_attempts() {
    let lost = || MockResponse::fails(TransportErrorKind::ConnectionLost);
    let test = TestClient::new([lost(), MockResponse::status(404)]);
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    assert!(error.is_outcome_unknown());
    assert!(error.to_string().contains("an earlier attempt"), "{error}");

    let test = TestClient::new([MockResponse::status(429), MockResponse::status(404)]);
    let error = test.client.ping().await.unwrap_err();
    assert!(!error.is_outcome_unknown(), "{error}");
}

/// A15
#[tokio::test]
async fn malformed_responses_are_retried_if_the_policy_says_so() {
    let malformed = || {
        [
            MockResponse::bytes("application/json", r#"{"status":"ok","mess"#),
            MockResponse::bytes("text/html", "<html>welcome</html>"),
        ]
    };
    let pong = MockResponse::json(&json!({"message": "pong", "status": "ok"}));
    let script = malformed().into_iter().chain([pong]);
    let policy = RetryPolicy::new().retry_malformed_responses(true);
    let test = TestClient::with_settings(script, |builder| builder.retry_policy(policy.clone()));
    assert_eq!(test.client.ping().await.unwrap().message, "pong");
    assert_eq!(test.requests().len(), 3);

    let test = TestClient::new(malformed());
    assert!(test.client.ping().await.unwrap_err().is_decode());
    assert_eq!(test.requests().len(), 1);

    // The submission of a job may have been accepted.
    let test = TestClient::with_media_settings(malformed(), |builder| builder.retry_policy(policy));
    assert!(test.media.text2img("a cat").await.unwrap_err().is_decode());
    assert_eq!(test.requests().len(), 1);
}
