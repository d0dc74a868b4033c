//! How long a call waits, and for what. No time passes in these tests.

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
use imagine_sdk::{Error, Phase, media};
use imagine_tests::{Bench, KEY, ManualClock, Reply, assert_line, recorded};
use tokio::net::TcpListener;

const LIMIT: Duration = Duration::from_secs(7);

const CHUNK: &str = "data: {\"id\":\"c1\",\"choices\":[]}\n\n";

/// A call that ran out of time after exactly this long, and says so.
#[track_caller]
fn assert_expired(error: &Error, operation: &str, phase: Phase, clock: &ManualClock) {
    assert_line(error, operation);
    assert_eq!(error.timeout_phase(), Some(phase), "{error}");
    assert!(
        error.is_timeout() && error.to_string().contains("7s"),
        "{error}"
    );
    assert_eq!(clock.slept(), [LIMIT], "{error}");
}

/// Of a server that takes connections and never says anything of TLS. tokio's time passes at once when there is
/// nothing else to do.
#[tokio::test(start_paused = true)]
async fn a_connection_that_takes_too_long_is_named_and_cost_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}/v2", listener.local_addr().unwrap());
    let builder = media::Client::builder().endpoint(endpoint).api_key(KEY);
    let builder = builder.connect_timeout(LIMIT).max_retries(0);
    let client = builder.no_proxy().build().unwrap();
    let started = tokio::time::Instant::now();
    let error = client.text2img("A cat").await.unwrap_err();
    assert_line(&error, "text2img");
    assert_eq!(error.timeout_phase(), Some(Phase::Connect), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    assert!(error.to_string().contains("connect_timeout"), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(started.elapsed().as_secs(), LIMIT.as_secs());
}

/// Wire case 18 d.
#[tokio::test]
async fn case_18_an_answer_that_does_not_begin_times_out() {
    let bench = Bench::with([Reply::hangs()], |builder| builder.timeout(LIMIT));
    let error = bench.client.ping().await.unwrap_err();
    assert_expired(&error, "ping", Phase::FirstByte, &bench.clock);
    let bench = Bench::with([Reply::hangs()], |builder| builder.timeout(LIMIT));
    let error = bench.client.chat("Hi").stream().await.unwrap_err();
    assert_expired(&error, "chat", Phase::FirstByte, &bench.clock);
}

/// Wire case 18 c.
#[tokio::test]
async fn case_18_an_answer_that_stops_times_out() {
    let stopped = || Reply::bytes("application/json", "{\"mess").then_hangs();
    let bench = Bench::with([stopped()], |builder| builder.idle_timeout(LIMIT));
    let error = bench.client.ping().with_max_retries(0).await.unwrap_err();
    assert_expired(&error, "ping", Phase::Idle, &bench.clock);
    let bench = Bench::with([stopped()], |builder| builder.timeout(LIMIT));
    let error = bench.client.ping().await.unwrap_err();
    assert_expired(&error, "ping", Phase::Total, &bench.clock);
}

/// What a refusal says is not waited for longer than what an answer says.
#[tokio::test]
async fn a_refusal_that_stops_is_a_refusal() {
    let script = [Reply::status(503).chunks(["busy".into()]).then_hangs()];
    let bench = Bench::with(script, |builder| builder.idle_timeout(LIMIT));
    let error = bench.client.ping().with_max_retries(0).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert!(error.to_string().contains("busy"), "{error}");
    assert_eq!(bench.clock.slept(), [LIMIT], "{error}");
}

/// Wire case 18 c.
#[tokio::test]
async fn case_18_a_stream_that_stops_times_out() {
    let script = [Reply::events([CHUNK.into()]).then_hangs()];
    let bench = Bench::with(script, |builder| builder.idle_timeout(LIMIT));
    let mut stream = bench.client.chat("Hi").stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_expired(&error, "chat", Phase::Idle, &bench.clock);
    assert!(stream.next().await.is_none());
}

/// Wire case 18 e: signs of life and events every 400 ms, for longer than a whole answer may take.
#[tokio::test]
async fn case_18_a_stream_may_take_longer_than_a_whole_answer() {
    let clock = ManualClock::new();
    let wound = clock.clone();
    let events = recorded::bytes("chat.sse");
    let body = stream::iter(vec![Bytes::from_static(b": ping\n\n"); 20])
        .chain(stream::iter([events]))
        .map(move |chunk| {
            wound.wind(Duration::from_millis(400));
            Ok(chunk)
        });
    let reply = Reply::events([]).body(body.boxed());
    let bench = Bench::with([reply], |builder| {
        builder.timeout(Duration::from_secs(1)).clock(clock)
    });
    let stream = bench.client.chat("Hi").stream().await.unwrap();
    let whole = stream.collect_response().await.unwrap();
    assert_eq!(whole.first_content().unwrap(), "Manchego, aged for a year.");
}

/// Wire case 5: comments that come every 400 ms, for longer than nothing may come.
#[tokio::test]
async fn case_05_comments_are_not_nothing() {
    let clock = ManualClock::new();
    let wound = clock.clone();
    let comments = stream::iter(0..20).then(move |_| {
        let wound = wound.clone();
        async move {
            tokio::task::yield_now().await;
            wound.wind(Duration::from_millis(400));
            Ok(Bytes::from_static(b": ping\n\n"))
        }
    });
    let end = stream::iter([Ok(recorded::bytes("chat.sse"))]);
    let reply = Reply::events([]).body(comments.chain(end).boxed());
    let bench = Bench::with([reply], |builder| {
        builder.idle_timeout(Duration::from_secs(1)).clock(clock)
    });
    let stream = bench.client.chat("Hi").stream().await.unwrap();
    let whole = stream.collect_response().await.unwrap();
    assert_eq!(whole.first_content().unwrap(), "Manchego, aged for a year.");
}

#[tokio::test]
async fn a_limit_of_the_call_limits_a_whole_stream() {
    let bench = Bench::new([Reply::events([CHUNK.into()]).then_hangs()]);
    let call = bench.client.chat("Hi").with_timeout(LIMIT);
    let mut stream = call.stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_expired(&error, "chat", Phase::Total, &bench.clock);
}

#[tokio::test]
async fn a_call_waits_for_its_turn_only_so_long() {
    let script = [Reply::events([CHUNK.into()]).then_hangs()];
    let bench = Bench::with(script, |builder| {
        builder.max_concurrent_requests(1).timeout(LIMIT)
    });
    let held = bench.client.chat("Hi").stream().await.unwrap();
    let error = bench.client.ping().await.unwrap_err();
    assert_expired(&error, "ping", Phase::Slot, &bench.clock);
    assert_eq!((error.attempts(), bench.seen().len()), (0, 1));
    drop(held);
}

#[tokio::test]
async fn a_stream_gives_its_place_back_when_it_ends_or_is_dropped() {
    let pong = || Reply::bytes("application/json", recorded::bytes("ping.json"));
    let open = Reply::events([CHUNK.into()]).then_hangs();
    let done = Reply::events(["data: [DONE]\n\n".into()]).then_hangs();
    let bench = Bench::with([open, pong(), done, pong()], |builder| {
        builder.max_concurrent_requests(1)
    });
    drop(bench.client.chat("Hi").stream().await.unwrap());
    bench.client.ping().await.unwrap();
    let mut ended = bench.client.chat("Hi").stream().await.unwrap();
    assert!(ended.next().await.is_none());
    bench.client.ping().await.unwrap();
    assert_eq!(bench.clock.slept(), [Duration::ZERO; 0]);
}
