//! Timeouts and their phases, without real time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use imagine_sdk::{Client, Error, FilePart, MediaClient, TimeoutKind};
use imagine_tests::{
    ENDPOINT, KEY, ManualClock, MockResponse, MockTransport, StallingServer, TestClient,
    assert_error_line, fixtures,
};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

const LIMIT: Duration = Duration::from_secs(7);

const CHUNK: &str = "data: {\"id\":\"c1\",\"choices\":[]}\n\n";

/// Asserts that a call timed out after exactly this duration.
#[track_caller]
fn assert_expired(error: &Error, operation: &str, phase: TimeoutKind, clock: &ManualClock) {
    assert_error_line(error, operation);
    assert_eq!(error.timeout_kind(), Some(phase), "{error}");
    assert!(
        error.is_timeout() && error.to_string().contains("7s"),
        "{error}"
    );
    assert_eq!(clock.sleeps(), [LIMIT], "{error}");
}

/// The server accepts connections and never starts TLS. tokio's paused time advances when all tasks are idle.
#[tokio::test(start_paused = true)]
async fn a_connect_timeout_is_named_and_did_not_start() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}/v2", listener.local_addr().unwrap());
    let builder = MediaClient::builder().endpoint(endpoint).api_key(KEY);
    let builder = builder.connect_timeout(LIMIT).max_retries(0);
    let client = builder.no_proxy().build().unwrap();
    let started = tokio::time::Instant::now();
    let error = client.text2img("A cat").await.unwrap_err();
    assert_error_line(&error, "text2img");
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Connect), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    assert!(error.to_string().contains("connect_timeout"), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(started.elapsed().as_secs(), LIMIT.as_secs());
}

/// Returns the error of a call whose timeout passes when the server has received this part.
async fn timeout_after(
    scheme: &str,
    has_arrived: impl Fn(&[u8]) -> bool + Send + 'static,
    call: impl AsyncFn(&MediaClient) -> Error,
) -> Error {
    let server = StallingServer::start(has_arrived).await;
    let endpoint = format!("{scheme}://{}/v2", server.address);
    let builder = MediaClient::builder().endpoint(endpoint).api_key(KEY);
    let builder = builder.no_proxy().clock(server.clock.clone());
    let error = call(&builder.build().unwrap()).await;
    server.stop().await;
    error
}

fn has(text: &'static [u8]) -> impl Fn(&[u8]) -> bool {
    move |read| read.windows(text.len()).any(|window| window == text)
}

#[tokio::test]
async fn the_phase_of_a_timeout_is_named_for_any_limit() {
    let limit = Duration::from_secs(2);
    let generate = async |client: &MediaClient| {
        let call = client.text2img("A cat").with_timeout(limit);
        call.await.unwrap_err()
    };
    // The start of TLS, without a response of the server.
    let error = timeout_after("https", |read| !read.is_empty(), generate).await;
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Connect), "{error}");
    assert!(error.is_connect() && !error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("2s"), "{error}");

    // The complete request.
    let error = timeout_after("http", has(b"A cat"), generate).await;
    assert_eq!(
        error.timeout_kind(),
        Some(TimeoutKind::FirstByte),
        "{error}"
    );
    assert!(error.is_outcome_unknown() && !error.is_connect(), "{error}");

    // The first part of a form with a file that never ends.
    let upload = async |client: &MediaClient| {
        let (reader, _writer) = tokio::io::duplex(64);
        let file = std::io::Cursor::new(b"started".to_vec()).chain(reader);
        let file = FilePart::reader("a.wav", file, 1000);
        let call = client.voice_clone().sample(file).with_timeout(limit);
        call.await.unwrap_err()
    };
    let error = timeout_after("http", has(b"started"), upload).await;
    assert_eq!(
        error.timeout_kind(),
        Some(TimeoutKind::RequestBody),
        "{error}"
    );
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(error.attempts(), 1);
}

/// Wire case 18 d.
#[tokio::test]
async fn case_18_a_response_that_does_not_start_times_out() {
    let test = TestClient::with_settings([MockResponse::hangs()], |builder| builder.timeout(LIMIT));
    let error = test.client.ping().await.unwrap_err();
    assert_expired(&error, "ping", TimeoutKind::FirstByte, &test.clock);
    let test = TestClient::with_settings([MockResponse::hangs()], |builder| builder.timeout(LIMIT));
    let error = test.client.chat("Hi").stream().await.unwrap_err();
    assert_expired(&error, "chat", TimeoutKind::FirstByte, &test.clock);
}

/// Wire case 18 c.
#[tokio::test]
async fn case_18_a_stalled_response_times_out() {
    let stopped = || MockResponse::bytes("application/json", "{\"mess").then_hangs();
    let test = TestClient::with_settings([stopped()], |builder| builder.idle_timeout(LIMIT));
    let error = test.client.ping().with_max_retries(0).await.unwrap_err();
    assert_expired(&error, "ping", TimeoutKind::Idle, &test.clock);
    let test = TestClient::with_settings([stopped()], |builder| builder.timeout(LIMIT));
    let error = test.client.ping().await.unwrap_err();
    assert_expired(&error, "ping", TimeoutKind::Call, &test.clock);
}

/// The same timeout applies to error bodies.
#[tokio::test]
async fn a_stalled_error_body_is_an_error_response() {
    let script = [MockResponse::status(503)
        .chunks(["busy".into()])
        .then_hangs()];
    let test = TestClient::with_settings(script, |builder| builder.idle_timeout(LIMIT));
    let error = test.client.ping().with_max_retries(0).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert!(error.to_string().contains("busy"), "{error}");
    assert_eq!(test.clock.sleeps(), [LIMIT], "{error}");
}

/// Wire case 18 c.
#[tokio::test]
async fn case_18_a_stalled_stream_times_out() {
    let script = [MockResponse::event_bytes([CHUNK.into()]).then_hangs()];
    let test = TestClient::with_settings(script, |builder| builder.idle_timeout(LIMIT));
    let mut stream = test.client.chat("Hi").stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_expired(&error, "chat", TimeoutKind::Idle, &test.clock);
    assert!(stream.next().await.is_none());
}

/// Wire case 18 e. Keep-alives and events arrive every 400 ms, for longer than the timeout of a buffered response.
#[tokio::test]
async fn case_18_a_stream_may_last_longer_than_the_call_timeout() {
    let clock = ManualClock::new();
    let advanced = clock.clone();
    let events = fixtures::bytes("chat.sse");
    let body = stream::iter(vec![Bytes::from_static(b": ping\n\n"); 20])
        .chain(stream::iter([events]))
        .map(move |chunk| {
            advanced.advance(Duration::from_millis(400));
            Ok(chunk)
        });
    let reply = MockResponse::event_bytes([]).body(body.boxed());
    let test = TestClient::with_settings([reply], |builder| {
        builder.timeout(Duration::from_secs(1)).clock(clock)
    });
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let complete = stream.collect().await.unwrap();
    assert_eq!(complete.text().unwrap(), "Manchego, aged for a year.");
}

/// Wire case 5. Comments arrive every 400 ms, for longer than the idle timeout.
#[tokio::test]
async fn case_05_comments_reset_the_idle_timeout() {
    let clock = ManualClock::new();
    let advanced = clock.clone();
    let comments = stream::iter(0..20).then(move |_| {
        let advanced = advanced.clone();
        async move {
            tokio::task::yield_now().await;
            advanced.advance(Duration::from_millis(400));
            Ok(Bytes::from_static(b": ping\n\n"))
        }
    });
    let end = stream::iter([Ok(fixtures::bytes("chat.sse"))]);
    let reply = MockResponse::event_bytes([]).body(comments.chain(end).boxed());
    let test = TestClient::with_settings([reply], |builder| {
        builder.idle_timeout(Duration::from_secs(1)).clock(clock)
    });
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let complete = stream.collect().await.unwrap();
    assert_eq!(complete.text().unwrap(), "Manchego, aged for a year.");
}

#[tokio::test]
async fn with_timeout_limits_a_complete_stream() {
    let test = TestClient::new([MockResponse::event_bytes([CHUNK.into()]).then_hangs()]);
    let call = test.client.chat("Hi").with_timeout(LIMIT);
    let mut stream = call.stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_expired(&error, "chat", TimeoutKind::Call, &test.clock);
}

/// Keep-alives do not extend the limit of the first event, and later events have none (A4).
#[tokio::test]
async fn the_first_event_of_a_stream_has_a_limit() {
    let reply = |clock: &ManualClock, events: Vec<Bytes>| {
        let clock = clock.clone();
        let body = stream::iter(events).then(move |chunk| {
            let clock = clock.clone();
            async move {
                tokio::task::yield_now().await;
                clock.advance(Duration::from_millis(400));
                Ok(chunk)
            }
        });
        MockResponse::event_bytes([]).body(body.boxed())
    };
    let ping = Bytes::from_static(b": ping\n\n");
    let late = || [vec![ping.clone(); 5], vec![fixtures::bytes("chat.sse")]].concat();
    let early = || {
        [
            vec![CHUNK.into()],
            vec![ping.clone(); 20],
            vec![fixtures::bytes("chat.sse")],
        ]
    };
    for per_call in [false, true] {
        let clock = ManualClock::new();
        let script = [reply(&clock, late()), reply(&clock, early().concat())];
        let test = TestClient::with_settings(script, |builder| {
            let limit = if per_call { LIMIT * 100 } else { LIMIT };
            builder.first_event_timeout(limit).clock(clock)
        });
        let chat = || match per_call {
            true => test.client.chat("Hi").with_first_event_timeout(LIMIT),
            false => test.client.chat("Hi"),
        };
        let mut stream = chat().stream().await.unwrap();
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(
            error.timeout_kind(),
            Some(TimeoutKind::FirstEvent),
            "{error}"
        );
        assert!(
            error.is_outcome_unknown() && error.status().is_some(),
            "{error}"
        );
        assert!(error.to_string().contains("first_event_timeout"), "{error}");
        assert!(chat().stream().await.unwrap().collect().await.is_ok());
    }
}

/// Such a stream has not started.
#[tokio::test]
async fn the_limit_of_the_first_event_includes_the_start_of_the_response() {
    let test = TestClient::new([MockResponse::hangs()]);
    let call = test.client.chat("Hi").with_first_event_timeout(LIMIT);
    let error = call.stream().await.unwrap_err();
    assert_expired(&error, "chat", TimeoutKind::FirstByte, &test.clock);
}

#[tokio::test]
async fn with_idle_timeout_limits_the_pauses_of_one_call() {
    let stopped = || MockResponse::event_bytes([CHUNK.into()]).then_hangs();
    let test = TestClient::new([stopped()]);
    let call = test.client.chat("Hi").with_idle_timeout(LIMIT);
    let mut stream = call.stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_expired(&error, "chat", TimeoutKind::Idle, &test.clock);
}

/// The call waited for half of its time in the queue of the client (A12). tokio's paused time advances when all tasks
/// are idle.
#[tokio::test(start_paused = true)]
async fn a_timeout_names_the_time_in_the_queue() {
    let open = MockResponse::event_bytes([CHUNK.into()]).then_hangs();
    let script = [open, MockResponse::hangs(), MockResponse::hangs()];
    let client = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = client.transport(MockTransport::new(ENDPOINT, script));
    let client = client
        .max_concurrent_requests(1)
        .timeout(Duration::from_secs(2));
    let client = client.build().unwrap();
    let held = client.chat("Hi").stream().await.unwrap();
    let release = async {
        tokio::time::advance(Duration::from_secs(1)).await;
        drop(held);
    };
    let (error, ()) = tokio::join!(client.ping().send(), release);
    let text = error.unwrap_err().to_string();
    let named = "waiting for the response, after 1s in the queue for a request slot";
    assert!(
        text.contains(named) && text.contains("max_concurrent_requests"),
        "{text}"
    );
    let text = client.ping().await.unwrap_err().to_string();
    assert!(text.contains("waiting for the response; raise"), "{text}");
}

#[tokio::test]
async fn a_call_waits_for_a_permit_up_to_its_timeout() {
    let script = [MockResponse::event_bytes([CHUNK.into()]).then_hangs()];
    let test = TestClient::with_settings(script, |builder| {
        builder.max_concurrent_requests(1).timeout(LIMIT)
    });
    let held = test.client.chat("Hi").stream().await.unwrap();
    let error = test.client.ping().await.unwrap_err();
    assert_expired(&error, "ping", TimeoutKind::Queue, &test.clock);
    assert_eq!((error.attempts(), test.requests().len()), (0, 1));
    drop(held);
}

#[tokio::test]
async fn a_stream_releases_its_permit_when_it_ends_or_is_dropped() {
    let pong = || MockResponse::bytes("application/json", fixtures::bytes("ping.json"));
    let open = MockResponse::event_bytes([CHUNK.into()]).then_hangs();
    let done = MockResponse::event_bytes(["data: [DONE]\n\n".into()]).then_hangs();
    let test = TestClient::with_settings([open, pong(), done, pong()], |builder| {
        builder.max_concurrent_requests(1)
    });
    drop(test.client.chat("Hi").stream().await.unwrap());
    test.client.ping().await.unwrap();
    let mut ended = test.client.chat("Hi").stream().await.unwrap();
    assert!(ended.next().await.is_none());
    test.client.ping().await.unwrap();
    assert_eq!(test.clock.sleeps(), [Duration::ZERO; 0]);
}
