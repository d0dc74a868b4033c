//! Waiting for jobs, with a mock transport and a clock whose pauses complete immediately.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use imagine_sdk::Error;
use imagine_sdk::media::{Generation, JobState, PollWith, Progress, Wait, WaitError};
use imagine_sdk::transport::TransportErrorKind;
use imagine_tests::{KEY, MockResponse, SentRequest, TestClient, fixtures};
use serde_json::{Value, json};

fn job() -> Generation {
    named("b9ae-6f64957f986a")
}

fn named(id: &str) -> Generation {
    let handle =
        json!({"generation_uuid": id, "cost": 4, "queue_length": 2, "request_type": "text2img"});
    serde_json::from_value(handle).unwrap()
}

fn running() -> MockResponse {
    MockResponse::json(&json!({"generation_uuid": "b9ae-6f64957f986a", "queue_length": 0}))
}

fn queued(ahead: i64) -> MockResponse {
    MockResponse::json(&json!({"generation_uuid": "b9ae-6f64957f986a", "queue_length": ahead}))
}

fn done() -> MockResponse {
    MockResponse::bytes("application/json", fixtures::bytes("media/check.json"))
}

fn bad_gateway() -> MockResponse {
    let page = "<html><title>502 Bad Gateway</title></html>";
    MockResponse::status(502)
        .header("content-type", "text/html")
        .chunks([page.into()])
}

/// Creates clients without retries, so that each poll is one request.
fn test(script: impl IntoIterator<Item = MockResponse>) -> TestClient {
    TestClient::with_media_settings(script, |builder| builder.max_retries(0))
}

/// Creates a wait without retries, so that each poll is one request.
fn wait(test: &TestClient) -> Wait {
    test.media.wait(job()).poll_with(PollWith::Check)
}

/// Returns the result of a wait for a job with these responses, and the number of polls.
async fn wait_with(
    script: impl IntoIterator<Item = MockResponse>,
) -> (Result<Generation, WaitError>, usize) {
    let test = test(script);
    let result = wait(&test).await;
    (result, test.requests().len())
}

/// Wire case 21.
#[tokio::test]
async fn case_21_wait_polls_a_job_until_it_finishes() {
    let steps = [
        MockResponse::json(&json!({"status": "queued"})),
        bad_gateway(),
        MockResponse::fails(TransportErrorKind::ConnectionLost),
        MockResponse::json(&json!({"status": "warming_up_gpu", "progress": 0.1})),
        MockResponse::json(&json!({"status": "done", "output": {"url": "https://h/x.png"}})),
    ];
    let (status, polls) = wait_with(steps).await;
    let status = status.unwrap();
    assert_eq!(polls, 5);
    assert_eq!(status.state(), JobState::Finished);
    assert_eq!(
        status.extra.get("output").unwrap()["url"],
        "https://h/x.png"
    );
}

/// Wire case 21.
#[tokio::test]
async fn case_21_a_failed_job_reports_the_services_message() {
    let failures = [
        (json!({"status": "failed", "error": "nsfw"}), "nsfw"),
        (json!({"is_failed": true, "error": "nsfw"}), "nsfw"),
        (
            json!({"is_failed": true, "error": {"message": "nsfw"}}),
            "nsfw",
        ),
        (json!({"is_failed": true, "message": "nsfw"}), "nsfw"),
        (
            json!({"is_done": true, "is_failed": true, "detail": "nsfw"}),
            "nsfw",
        ),
        (json!({"is_failed": true}), "reported no reason"),
    ];
    for (response, words) in failures {
        let (result, polls) = wait_with([running(), MockResponse::json(&response)]).await;
        let error = result.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        let WaitError::JobFailed {
            message, status, ..
        } = error
        else {
            panic!("{response} must be a failed job");
        };
        assert!(message.contains(words), "{message}");
        assert_eq!(serde_json::to_value(&*status).unwrap(), response);
        assert_eq!(polls, 2, "a failed job ends the wait");
    }
}

/// Wire case 21. The wait succeeds, and the download reports the missing URL.
#[tokio::test]
async fn case_21_a_job_done_without_a_result_cannot_be_downloaded() {
    let test = test([MockResponse::json(
        &json!({"status": "done", "note": "empty"}),
    )]);
    let status = wait(&test).await.unwrap();
    assert_eq!(status.note.as_deref(), Some("empty"));
    let error = test.media.download(&status).bytes().await.unwrap_err();
    assert!(
        error.is_invalid_output() && !error.is_outcome_unknown(),
        "{error}"
    );
    assert!(error.to_string().contains("primary_media_url"), "{error}");
    assert_eq!((error.operation(), error.attempts()), (Some("download"), 0));
    assert_eq!(test.requests().len(), 1, "only the poll was sent");
}

/// Returns the pauses between polls.
async fn pauses(script: Vec<MockResponse>) -> Vec<Duration> {
    let test = test(script);
    wait(&test).await.unwrap();
    let sleeps = test.clock.sleeps();
    assert_eq!(sleeps[0], Duration::ZERO, "the first poll is immediate");
    sleeps[1..].to_vec()
}

fn repeated(count: usize, reply: fn() -> MockResponse) -> Vec<MockResponse> {
    let replies = (0..count).map(|_| reply());
    replies.chain([done()]).collect()
}

#[tokio::test]
async fn poll_pauses_grow_from_1_to_10_seconds_with_25_percent_jitter() {
    let pauses = pauses(repeated(40, running)).await;
    let seconds: Vec<_> = pauses.iter().map(Duration::as_secs_f64).collect();
    assert_eq!(seconds.len(), 40);
    assert!((0.75..=1.0).contains(&seconds[0]), "{seconds:?}");
    let mut longest = 1.0_f64;
    for (poll, pause) in seconds.iter().enumerate() {
        let within = (longest * 0.75 - 1e-6)..=(longest + 1e-6);
        assert!(within.contains(pause), "{poll}: {pause}");
        longest = (longest * 1.5).min(10.0);
    }
    let last = &seconds[30..];
    assert!(
        last.iter().all(|pause| *pause >= 7.5),
        "pauses must grow: {seconds:?}"
    );
    let different: BTreeSet<_> = pauses[30..].iter().collect();
    assert!(different.len() > 1, "no jitter: {seconds:?}");
}

#[tokio::test]
async fn a_queued_job_is_polled_less_often() {
    for (ahead, longest) in [
        (0, 1.0),
        (4, 3.0),
        (20, 11.0),
        (40, 21.0),
        (1_000_000, 21.0),
        (i64::MAX, 21.0),
        (-3, 1.0),
    ] {
        let pause = pauses(vec![queued(ahead), done()]).await[0].as_secs_f64();
        assert!(
            (longest * 0.75..=longest).contains(&pause),
            "{ahead} ahead: {pause}"
        );
    }
}

/// A handle may be outdated, so its queue position does not delay the first poll.
#[tokio::test]
async fn the_queue_in_a_handle_does_not_delay_the_first_poll() {
    let mut job = job();
    job.queue_length = Some(40);
    let test = test([done()]);
    test.media
        .wait(&job)
        .poll_with(PollWith::Check)
        .await
        .unwrap();
    assert_eq!(test.clock.sleeps(), [Duration::ZERO]);
}

#[tokio::test]
async fn an_empty_queue_does_not_extend_pauses() {
    let steps = vec![queued(1000), queued(1000), running(), running(), done()];
    let pauses = pauses(steps).await;
    assert!(pauses[1] > Duration::from_secs(15), "{pauses:?}");
    assert!(
        pauses[2..]
            .iter()
            .all(|pause| *pause <= Duration::from_secs(10)),
        "{pauses:?}"
    );
}

/// Poll failures that contain no information about the job.
fn transient_failures() -> Vec<MockResponse> {
    vec![
        bad_gateway(),
        MockResponse::status(408),
        MockResponse::status(429).header("retry-after", "1"),
        MockResponse::status(500),
        MockResponse::status(503),
        MockResponse::status(504),
        MockResponse::status(302).header("location", "https://login.test/"),
        MockResponse::bytes("text/html", "<html>busy</html>"),
        MockResponse::bytes("application/json", "{\"queue_le").then_fails(),
        MockResponse::bytes("application/json", ""),
        MockResponse::fails(TransportErrorKind::Connect),
        MockResponse::fails(TransportErrorKind::ConnectTimeout),
        MockResponse::fails(TransportErrorKind::ConnectionLost),
        MockResponse::hangs(),
    ]
}

#[tokio::test]
async fn case_21_a_failed_poll_does_not_end_the_wait() {
    for (index, failure) in transient_failures().into_iter().enumerate() {
        let (result, polls) = wait_with([failure, done()]).await;
        assert!(result.is_ok(), "failure {index}: {result:?}");
        assert_eq!(polls, 2, "failure {index}");
    }
}

/// A service may register a job shortly after accepting it.
#[tokio::test]
async fn case_21_a_404_soon_after_submission_is_polled_again() {
    let unknown = || (0..).map(|_| MockResponse::status(404));
    let (found, polls) = wait_with(unknown().take(5).chain([done()])).await;
    assert!(found.is_ok(), "{found:?}");
    assert_eq!(polls, 6);
    let (lost, polls) = wait_with(unknown().take(6)).await;
    let WaitError::PollRejected { job: kept, error } = lost.unwrap_err() else {
        panic!("an unknown job must end the wait");
    };
    assert!(error.is_not_found(), "{error}");
    assert_eq!((*kept, polls), (job(), 6));
}

#[tokio::test]
async fn a_permanent_error_ends_the_wait_immediately() {
    for status in [400, 401, 403, 405, 422] {
        let (result, polls) = wait_with([MockResponse::status(status)]).await;
        let error = result.unwrap_err();
        assert!(error.to_string().contains("b9ae-6f64957f986a"), "{error}");
        let WaitError::PollRejected { job: kept, error } = error else {
            panic!("{status} must end the wait");
        };
        assert_eq!(error.status().unwrap(), status);
        assert_eq!((*kept, polls), (job(), 1));
    }
}

#[tokio::test]
async fn a_permanent_transport_failure_ends_the_wait_immediately() {
    let quota = json!({"error": {"message": "used up", "code": "insufficient_quota"}});
    for lasting in [
        MockResponse::status(501),
        MockResponse::status(429).chunks([quota.to_string().into()]),
        MockResponse::fails(TransportErrorKind::NotSent),
    ] {
        let (result, polls) = wait_with([lasting]).await;
        let error = result.unwrap_err();
        assert!(matches!(error, WaitError::PollRejected { .. }), "{error}");
        assert_eq!(polls, 1, "{error}");
    }
}

/// A restarting proxy may cause one. Repeated ones indicate a login page or a wrong endpoint.
#[tokio::test]
async fn repeated_html_pages_and_redirects_end_the_wait() {
    let page = || MockResponse::bytes("text/html", "<html>sign in</html>");
    let moved = || MockResponse::status(301).header("location", "https://other.test/");
    for response in [&page as &dyn Fn() -> MockResponse, &moved] {
        let (result, polls) = wait_with((0..6).map(|_| response())).await;
        let WaitError::PollRejected { error, .. } = result.unwrap_err() else {
            panic!("repeated pages must end the wait");
        };
        assert!(error.is_unexpected_response(), "{error}");
        assert_eq!(polls, 6);
    }
    let busy = (0..20).map(|poll| if poll % 2 == 0 { page() } else { bad_gateway() });
    let (found, _) = wait_with(busy.chain([done()])).await;
    assert!(found.is_ok(), "not in a row: {found:?}");
    let interrupted = (0..5).map(|_| page()).chain([running()]);
    let (found, _) = wait_with(interrupted.chain((0..5).map(|_| moved())).chain([done()])).await;
    assert!(found.is_ok(), "{found:?}");
}

/// Other fields beside the failure are ignored.
#[tokio::test]
async fn a_message_in_a_status_does_not_change_its_state() {
    let ends = [
        (
            json!({"status": "error", "message": "out of memory", "generation_uuid": "g"}),
            false,
        ),
        (
            json!({"is_failed": true, "message": "m", "detail": "d"}),
            false,
        ),
        (
            json!({"error": "insufficient", "message": "m", "code": "insufficient_quota"}),
            false,
        ),
        (
            json!({"detail": "no such generation", "message": "m"}),
            false,
        ),
        (
            json!({"success": false, "message": "m", "detail": "gone"}),
            false,
        ),
        (
            json!({"is_done": true, "primary_media_url": "https://h/x", "message": "ok", "detail": "3 s"}),
            true,
        ),
    ];
    for (status, is_good) in ends {
        let (result, polls) = wait_with([MockResponse::json(&status)]).await;
        assert_eq!(polls, 1, "{status}");
        match result {
            Ok(_) => assert!(is_good, "{status}"),
            Err(error) => {
                assert!(
                    !is_good && matches!(error, WaitError::JobFailed { .. }),
                    "{status}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn repeated_errors_with_status_200_end_the_wait() {
    let body = json!({"object": "error", "message": "bad", "code": 404});
    let (result, polls) = wait_with((0..6).map(|_| MockResponse::json(&body))).await;
    assert!(matches!(
        result.unwrap_err(),
        WaitError::PollRejected { .. }
    ));
    assert_eq!(polls, 6);
}

/// Returns the error of a wait that never finishes, and its duration.
async fn timed_out_wait(limit: Duration, reply: fn() -> MockResponse) -> (WaitError, Duration) {
    let test = TestClient::from_fn(move |_| reply());
    let error = wait(&test).with_timeout(limit).await.unwrap_err();
    (error, test.clock.sleeps().iter().sum())
}

#[tokio::test]
async fn case_21_a_wait_that_times_out_returns_the_handle() {
    for limit in [0, 1, 30, 3600].map(Duration::from_secs) {
        let (error, lasted) = timed_out_wait(limit, running).await;
        assert_eq!(
            lasted, limit,
            "the wait must last exactly until its timeout"
        );
        let text = error.to_string();
        assert!(
            text.contains("b9ae-6f64957f986a") && text.contains("it continues"),
            "{text}"
        );
        let WaitError::TimedOut {
            job: kept,
            waited,
            last,
            ..
        } = error
        else {
            panic!("{text}");
        };
        assert_eq!((*kept, waited), (job(), limit));
        assert!(last.is_none(), "every poll succeeded: {last:?}");
    }
}

#[tokio::test]
async fn a_timed_out_wait_without_a_successful_poll_reports_the_last_error() {
    let (error, _) = timed_out_wait(Duration::from_secs(30), bad_gateway).await;
    let WaitError::TimedOut { last, .. } = &error else {
        panic!("{error}");
    };
    let last = last.as_ref().expect("the last poll failed");
    assert_eq!(last.status().unwrap(), 502);
    let source = std::error::Error::source(&error).expect("the error has a source");
    assert!(source.to_string().contains("502"), "{source}");
}

#[tokio::test]
async fn a_wait_has_its_own_timeout() {
    let test = TestClient::from_fn(|_| running());
    wait(&test).await.unwrap_err();
    let lasted: Duration = test.clock.sleeps().iter().sum();
    assert_eq!(lasted, Duration::from_secs(15 * 60));
}

#[tokio::test]
async fn until_replaces_the_finish_condition() {
    let stage = |stage: &str| MockResponse::json(&json!({"stage": stage, "is_done": true}));
    let test = test([stage("rendered"), running(), stage("published")]);
    let wait = wait(&test).until(|status| {
        status
            .extra
            .get("stage")
            .is_some_and(|stage| stage == "published")
    });
    let job = wait.await.unwrap();
    assert_eq!(job.extra.get_str("stage").unwrap(), "published");
    assert_eq!(test.requests().len(), 3);
}

#[tokio::test]
async fn a_failed_job_ends_the_wait_regardless_of_until() {
    let failed = MockResponse::json(&json!({"is_failed": true, "error": "nsfw"}));
    let error = test([failed])
        .media
        .wait(job())
        .until(|_| true)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, WaitError::JobFailed { message, .. } if message == "nsfw"),
        "{error}"
    );
}

/// Returns a word for a progress value.
fn progress_name(progress: &Progress) -> String {
    match progress {
        Progress::Queued(ahead) => format!("queued {ahead}"),
        Progress::Running(_) => "running".to_owned(),
        Progress::PollFailed(error) => {
            format!("unknown {:?}", error.status().map(|status| status.as_u16()))
        }
        Progress::Finished(_) => "finished".to_owned(),
        other => format!("{other:?}"),
    }
}

const PROGRESS_NAMES: [&str; 4] = ["queued 2", "unknown Some(502)", "running", "finished"];

fn eventful() -> [MockResponse; 4] {
    [queued(2), bad_gateway(), running(), done()]
}

#[tokio::test]
async fn on_progress_reports_every_poll() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&reported);
    let test = test(eventful());
    let wait = wait(&test).on_progress(move |poll| kept.lock().unwrap().push(progress_name(poll)));
    wait.await.unwrap();
    assert_eq!(*reported.lock().unwrap(), PROGRESS_NAMES);
}

#[tokio::test]
async fn a_progress_stream_yields_every_poll_and_ends() {
    let test = test(eventful());
    let mut polls = wait(&test).progress();
    let mut reported = Vec::new();
    while let Some(poll) = polls.next().await {
        reported.push(progress_name(&poll.unwrap()));
    }
    assert_eq!(reported, PROGRESS_NAMES);
    assert!(polls.next().await.is_none(), "the stream stays finished");
}

/// The caller can read service fields that the SDK does not know.
#[tokio::test]
async fn an_unknown_state_is_reported_and_polled() {
    let warming = json!({"status": "warming_up_gpu", "progress": 0.1});
    let test = test([MockResponse::json(&warming), done()]);
    let poll = test
        .media
        .wait(job())
        .progress()
        .next()
        .await
        .unwrap()
        .unwrap();
    let Progress::Running(status) = poll else {
        panic!("{poll:?}");
    };
    assert_eq!(serde_json::to_value(status).unwrap(), warming);
}

#[tokio::test]
async fn a_stream_ends_with_the_error_that_ended_the_wait() {
    let failed = MockResponse::json(&json!({"is_failed": true, "error": "nsfw"}));
    let test = test([running(), failed]);
    let polls: Vec<_> = wait(&test).progress().collect().await;
    assert_eq!(polls.len(), 2);
    assert!(
        matches!(polls[1], Err(WaitError::JobFailed { .. })),
        "{polls:?}"
    );
}

#[tokio::test]
async fn a_wait_polls_only_while_it_is_polled() {
    let test = TestClient::from_fn(|_| running());
    drop(wait(&test));
    drop(wait(&test).progress());
    assert_eq!(test.requests().len(), 0);
    let mut polls = wait(&test).progress();
    for _ in 0..3 {
        polls.next().await.unwrap().unwrap();
    }
    drop(polls);
    assert_eq!(test.requests().len(), 3);
    let mut wait = wait(&test).into_future();
    while test.requests().len() < 5 {
        assert!((&mut wait).now_or_never().is_none());
    }
    drop(wait);
    tokio::task::yield_now().await;
    assert_eq!(test.requests().len(), 5);
}

/// A service whose jobs finish at individual polls.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Polls>>);

#[derive(Default)]
struct Polls {
    polls: BTreeMap<String, usize>,
    active: BTreeSet<String>,
    most: usize,
}

impl Service {
    fn test(&self, needed: fn(&str) -> usize) -> TestClient {
        let service = self.clone();
        TestClient::from_fn(move |request| service.poll(request, needed))
    }

    fn poll(&self, request: &SentRequest, needed: fn(&str) -> usize) -> MockResponse {
        assert_eq!(request.operation(), "check");
        let id = request.json()["generation_uuid"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut polls = self.0.lock().unwrap();
        let count = polls.polls.entry(id.clone()).or_default();
        *count += 1;
        let is_done = *count >= needed(&id);
        if is_done {
            polls.active.remove(&id);
        } else {
            polls.active.insert(id.clone());
        }
        polls.most = polls.most.max(polls.active.len());
        MockResponse::json(&json!({"generation_uuid": id, "is_done": is_done}))
    }
}

#[tokio::test]
async fn wait_all_keeps_the_order_and_limits_concurrency() {
    let ids: Vec<_> = (0..20).map(|number| format!("{number:02}")).collect();
    for (concurrency, most) in [(0, 1), (1, 1), (4, 4), (50, 20)] {
        let service = Service::default();
        // Later jobs finish earlier.
        let test = service.test(|id| 2 + (19 - id.parse::<usize>().unwrap()) / 4);
        let jobs = ids.iter().map(|id| named(id));
        let done = test.media.wait_all(jobs).concurrency(concurrency).await;
        let response: Vec<_> = done
            .into_iter()
            .map(|done| done.unwrap().generation_uuid.unwrap())
            .collect();
        assert_eq!(response, ids, "{concurrency} concurrent");
        let request = service.0.lock().unwrap().most;
        assert_eq!(request, most, "{concurrency} concurrent");
    }
}

/// The last poll is the one of the first job.
#[tokio::test]
async fn a_slow_job_does_not_delay_others() {
    let service = Service::default();
    let test = service.test(|id| if id == "0" { 50 } else { 2 });
    let jobs = (0..10).map(|number| named(&number.to_string()));
    let done = test.media.wait_all(jobs).concurrency(4).await;
    assert_eq!(done.len(), 10);
    let polls: Vec<_> = test.requests().iter().map(SentRequest::json).collect();
    let of_the_first = polls.iter().filter(|poll| poll["generation_uuid"] == "0");
    assert_eq!(of_the_first.count(), 50);
    let after = polls
        .iter()
        .rev()
        .take_while(|poll| poll["generation_uuid"] == "0");
    assert!(after.count() > 20, "the other jobs finished earlier");
}

#[tokio::test]
async fn a_failed_job_does_not_affect_others() {
    let test = TestClient::from_fn(|request| {
        let is_bad = request.json()["generation_uuid"] == "bad";
        let error = is_bad.then_some("nsfw");
        MockResponse::json(&json!({"is_failed": is_bad, "is_done": !is_bad, "error": error}))
    });
    let done = test
        .media
        .wait_all([named("a"), named("bad"), named("b")])
        .concurrency(2)
        .await;
    let good: Vec<_> = done.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, true]);
}

#[tokio::test]
async fn case_21_two_waits_share_one_job() {
    let service = Service::default();
    let test = service.test(|_| 5);
    let job = job();
    let waits = (
        test.media
            .wait(&job)
            .poll_with(PollWith::Check)
            .into_future(),
        test.media
            .wait(&job)
            .poll_with(PollWith::Check)
            .into_future(),
    );
    let (one, other) = tokio::join!(waits.0, waits.1);
    assert_eq!(one.unwrap(), other.unwrap());
}

#[tokio::test]
async fn a_handle_round_trips_as_json_and_works_with_another_client() {
    let response = fixtures::json("media/generation.json");
    let test = TestClient::new([MockResponse::json(&response)]);
    let submitted = test.media.text2img("canary-prompt").await.unwrap();
    let handle = serde_json::to_string(&submitted).unwrap();
    let mut expected = response.clone();
    expected["operation"] = json!("text2img");
    assert_eq!(serde_json::from_str::<Value>(&handle).unwrap(), expected);
    for secret in [KEY, "canary-prompt"] {
        assert!(!handle.contains(secret) && !format!("{submitted:?}").contains(secret));
    }
    let resumed: Generation = serde_json::from_str(&handle).unwrap();
    assert_eq!(resumed, submitted);
    let other = TestClient::new([running(), done()]);
    let wait = other.media.wait(&resumed).poll_with(PollWith::Check);
    wait.await.unwrap();
    let requests = other.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.operation() == "check"),
        "{requests:?}"
    );
    assert!(
        requests.iter().all(|request| request.json() == response),
        "a poll sends the fields of the service"
    );
}

#[tokio::test]
async fn unknown_fields_of_a_handle_are_sent_back() {
    let test = test([done()]);
    wait(&test).await.unwrap();
    assert_eq!(test.single_request().json()["request_type"], "text2img");
}

/// Waits can be moved into tasks, and `?` converts their errors.
#[test]
fn waits_are_static_and_send() {
    fn owned<T: Send + 'static>() {}
    fn fails<T: std::error::Error + Send + Sync + 'static>() {}
    owned::<imagine_sdk::media::Wait>();
    owned::<imagine_sdk::media::ProgressStream>();
    fails::<WaitError>();
    fails::<Error>();
}
