//! Rate limits on the client's side, and the cool-down after a 429, without real time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use imagine_sdk::inference::StreamOptions;
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{
    Client, ClientBuilder, Clock, ErrorKind, FilePart, MediaClient, RateLimitExceeded, RateLimits,
    RateUnit, SystemClock, TokenEstimate, blocking,
};
use imagine_tests::{
    ENDPOINT, KEY, MockResponse, MockTransport, SentRequest, TestClient, assert_error_line,
    fixtures, wav,
};
use tokio::time::Instant;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// The tokens of each response of [`Service`].
const TOKENS: u64 = 40;

fn pong() -> MockResponse {
    MockResponse::bytes("application/json", fixtures::bytes("ping.json"))
}

/// The limits that are reported of the live service.
fn live_limits() -> RateLimits {
    RateLimits::new()
        .requests_per_minute(5)
        .requests_per_hour(20)
        .requests_per_day(250)
        .tokens_per_hour(25_000)
}

/// A service that enforces these limits, in tokio's paused time.
#[derive(Clone, Debug, Default)]
struct Service {
    accepted: Arc<Mutex<Vec<Instant>>>,
    rejected: Arc<Mutex<Vec<Instant>>>,
}

impl Service {
    fn respond(&self) -> MockResponse {
        let mut accepted = self.accepted.lock().unwrap();
        let within = |span: Duration| accepted.iter().filter(|at| at.elapsed() < span).count();
        let is_full = within(MINUTE) >= 5
            || within(HOUR) >= 20
            || within(24 * HOUR) >= 250
            || within(HOUR) as u64 * TOKENS + TOKENS > 25_000;
        if is_full {
            self.rejected.lock().unwrap().push(Instant::now());
            return MockResponse::status(429);
        }
        accepted.push(Instant::now());
        MockResponse::reply("hello").usage(TOKENS - 10, 10)
    }

    fn client(
        &self,
        settings: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    ) -> Client {
        let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
        settings(builder.transport(self.clone())).build().unwrap()
    }
}

/// Responses take a second, so that concurrent requests arrive before the first response.
impl Transport for Service {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let response = self.respond();
        async move {
            SystemClock.sleep(Duration::from_secs(1)).await;
            MockTransport::new(ENDPOINT, [response]).send(request).await
        }
        .boxed()
    }
}

/// A transport whose responses arrive a second late, so that concurrent requests are sent before the first response.
#[derive(Debug)]
struct Late<T>(T);

impl<T: Transport> Transport for Late<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let response = self.0.send(request);
        async move {
            let response = response.await;
            SystemClock.sleep(Duration::from_secs(1)).await;
            response
        }
        .boxed()
    }
}

/// A client with the system clock, whose time tokio advances when all tasks are idle.
fn paused_client(
    rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static,
    settings: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
) -> Client {
    let transport = MockTransport::from_fn(ENDPOINT, rule);
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    settings(builder.transport(transport)).build().unwrap()
}

fn assert_near(measured: Duration, expected: Duration) {
    let range = expected..expected + Duration::from_secs(2);
    assert!(range.contains(&measured), "{measured:?} for {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn thirty_calls_at_once_complete_without_a_429() {
    let service = Service::default();
    let client = service.client(|builder| builder.rate_limits(live_limits()).timeout(3 * HOUR));
    let calls = (0..30).map(|_| client.chat("Hi").send());
    for response in join_all(calls).await {
        response.unwrap();
    }
    assert_eq!(service.accepted.lock().unwrap().len(), 30);
    assert_eq!(service.rejected.lock().unwrap().len(), 0);
    let status = client.rate_limit_status();
    assert_eq!((status.windows.len(), status.waiting), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn without_limits_no_call_fails_before_its_deadline() {
    let service = Service::default();
    let client = service.client(|builder| builder.timeout(6 * HOUR));
    let calls = (0..30).map(|_| client.chat("Hi").send());
    for response in join_all(calls).await {
        response.unwrap();
    }
    assert_eq!(service.accepted.lock().unwrap().len(), 30);
    let rejected = service.rejected.lock().unwrap().len();
    assert!((25..150).contains(&rejected), "{rejected} rejected");
}

#[tokio::test(start_paused = true)]
async fn a_429_starts_a_cool_down_of_the_whole_client() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let sent = Arc::clone(&times);
    let rule = move |_: &SentRequest| {
        let mut sent = sent.lock().unwrap();
        sent.push(Instant::now());
        match sent.len() {
            1 => MockResponse::status(429),
            _ => pong(),
        }
    };
    let client = paused_client(rule, |builder| builder);
    let start = Instant::now();
    let first = client.ping();
    let second = async {
        tokio::task::yield_now().await;
        client.clone().ping().await
    };
    let (first, second) = futures_util::future::join(first.send(), second).await;
    first.unwrap();
    second.unwrap();
    let times = times.lock().unwrap();
    assert_eq!(times.len(), 3);
    for time in &times[1..] {
        let waited = *time - start;
        assert!(waited >= Duration::from_secs(36), "{waited:?}");
    }
}

#[tokio::test]
async fn a_call_that_cannot_outwait_the_cool_down_fails_at_once() {
    let rejected = || MockResponse::status(429).retry_after(50);
    let test = TestClient::new([rejected()]);
    let ping = || test.client.ping().with_timeout(Duration::from_secs(10));
    let error = ping().await.unwrap_err();
    assert!(error.is_rate_limited() && !error.is_limited_by_client());
    let error = ping().await.unwrap_err();
    assert_error_line(&error, "ping");
    assert!(error.is_rate_limited() && error.is_limited_by_client());
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 0)
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(50)));
    assert!(
        error.to_string().contains("cool-down after a 429"),
        "{error}"
    );
    assert_eq!(test.requests().len(), 1);
    assert!(test.client.rate_limit_status().cool_down_until.is_some());
}

#[tokio::test]
async fn a_late_call_fails_at_once_with_the_window_and_its_time() {
    let limits = RateLimits::new()
        .requests_per_minute(9)
        .requests_per_hour(1);
    let test = TestClient::with_settings([pong(), pong()], |builder| builder.rate_limits(limits));
    test.client.ping().await.unwrap();
    let error = test.client.ping().await.unwrap_err();
    assert_error_line(&error, "ping");
    let limit: &RateLimitExceeded = error.get_ref().unwrap();
    assert_eq!(limit.window, "1 request per 1h");
    assert_near(limit.frees_in.unwrap(), HOUR);
    assert!(limit.frees_at.is_some() && error.retry_after() == limit.frees_in);
    assert!(!error.is_outcome_unknown());
    assert_eq!(test.clock.sleeps(), [Duration::ZERO; 0], "it does not wait");
    test.clock.advance(HOUR);
    test.clock.advance(MINUTE);
    let builder = test.client.ping();
    assert!(
        builder.send().now_or_never().is_some(),
        "the window is empty"
    );
}

#[tokio::test]
async fn a_dropped_call_frees_its_place_in_the_queue() {
    let script = [pong(), pong()];
    let limits = RateLimits::new().requests_per_minute(1);
    let test = TestClient::with_settings(script, |builder| {
        builder
            .rate_limits(limits)
            .timeout(Duration::from_secs(100))
    });
    test.client.ping().await.unwrap();
    let mut dropped = Box::pin(test.client.ping().send());
    assert!((&mut dropped).now_or_never().is_none());
    // Behind the call in the queue, this one would be late.
    let error = test.client.ping().await.unwrap_err();
    assert!(error.is_limited_by_client(), "{error}");
    drop(dropped);
    assert_eq!(test.client.rate_limit_status().waiting, 0);
    test.client.ping().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn calls_get_their_turns_in_the_order_in_which_they_ask() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let order = Arc::clone(&seen);
    let rule = move |request: &SentRequest| {
        let number = request.header("x-number").unwrap().to_owned();
        order.lock().unwrap().push(number);
        pong()
    };
    let limits = RateLimits::new().requests_per_minute(2);
    let client = paused_client(rule, |builder| builder.rate_limits(limits).timeout(HOUR));
    let calls = (0..9).map(|number| {
        let ping = client.ping().with_header("x-number", number.to_string());
        ping.send()
    });
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    let expected: Vec<_> = (0..9).map(|number| number.to_string()).collect();
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_takes_a_slot() {
    let mut count = 0;
    let rule = move |_: &SentRequest| {
        count += 1;
        match count {
            1 => MockResponse::status(503),
            _ => pong(),
        }
    };
    let limits = RateLimits::new().requests_per_minute(1);
    let client = paused_client(rule, |builder| builder.rate_limits(limits).timeout(HOUR));
    let start = Instant::now();
    client.ping().await.unwrap();
    assert_near(start.elapsed(), MINUTE);
}

#[tokio::test]
async fn a_waiting_call_holds_no_permit() {
    let limits = RateLimits::new().requests_per_hour(1);
    let test = TestClient::with_settings([pong(), pong()], |builder| {
        let builder = builder.rate_limits(limits).timeout(2 * HOUR);
        builder.max_concurrent_requests(1)
    });
    test.client.ping().await.unwrap();
    let mut waiting = Box::pin(test.client.ping().send());
    assert!((&mut waiting).now_or_never().is_none());
    let unlimited = test
        .client
        .with_options(|options| options.rate_limits(RateLimits::new()));
    let outcome = unlimited.unwrap().ping().send().now_or_never();
    outcome.expect("the permit is free").unwrap();
}

#[tokio::test]
async fn clones_and_derived_clients_of_a_key_share_the_windows() {
    let limits = RateLimits::new().requests_per_hour(4);
    let test = TestClient::with_settings([pong(), pong(), pong(), pong(), pong()], |builder| {
        builder.rate_limits(limits)
    });
    let derived = test
        .client
        .with_options(|options| options.max_retries(1))
        .unwrap();
    test.client.ping().await.unwrap();
    test.client.clone().ping().await.unwrap();
    derived.ping().await.unwrap();
    // A slash at the end makes no difference.
    let endpoint = format!("{ENDPOINT}/");
    let same = test
        .client
        .with_options(|options| options.endpoint(endpoint));
    same.unwrap().ping().await.unwrap();
    assert_eq!(test.client.rate_limit_status().windows[0].left, 0);
    let other = test
        .client
        .with_options(|options| options.api_key("another-key"));
    other.unwrap().ping().await.unwrap();
    assert!(derived.ping().await.unwrap_err().is_limited_by_client());
}

#[tokio::test]
async fn a_request_that_was_not_sent_takes_no_slot() {
    use imagine_sdk::transport::TransportErrorKind;
    let limits = RateLimits::new().requests_per_hour(1);
    let script = [MockResponse::fails(TransportErrorKind::Connect), pong()];
    let test =
        TestClient::with_settings(script, |builder| builder.rate_limits(limits).max_retries(0));
    assert!(test.client.ping().await.unwrap_err().is_connect());
    assert_eq!(test.client.rate_limit_status().windows[0].used, Some(0));
    test.client.ping().await.unwrap();
}

#[tokio::test]
async fn tokens_are_estimated_and_then_corrected_by_the_usage() {
    let limits = RateLimits::new().tokens_per_hour(1000);
    let used = |test: &TestClient| test.client.rate_limit_status().windows[0].used.unwrap();
    let reply = || MockResponse::reply("ok").usage(20, 10);
    let test = TestClient::with_settings([reply(), reply()], |builder| {
        builder.rate_limits(limits.clone())
    });
    let chat = || test.client.chat("Hi").max_tokens(800);
    let mut waiting = Box::pin(chat().send());
    waiting.as_mut().await.unwrap();
    assert_eq!(used(&test), 30);
    chat().await.unwrap();
    assert_eq!(
        used(&test),
        60,
        "the estimate of 800 would not have fitted twice"
    );

    let error = test.client.chat("Hi").max_tokens(1001).await.unwrap_err();
    assert!(error.is_limited_by_client() && error.retry_after().is_none());
    assert!(error.to_string().contains("max_tokens"), "{error}");
}

#[tokio::test]
async fn the_usage_at_the_end_of_a_stream_corrects_the_estimate() {
    let limits = RateLimits::new().tokens_per_hour(5000);
    let script = [MockResponse::stream(["a", "b"]).usage(7, 2)];
    let test = TestClient::with_settings(script, |builder| builder.rate_limits(limits));
    let used = || test.client.rate_limit_status().windows[0].used.unwrap();
    let events = test
        .client
        .chat("Hi")
        .max_tokens(4000)
        .stream_options(StreamOptions::new().include_usage(true))
        .stream()
        .await
        .unwrap();
    assert!(used() > 4000, "{}", used());
    events.collect().await.unwrap();
    assert_eq!(used(), 9);
}

#[tokio::test]
async fn an_upload_needs_an_estimate_where_tokens_are_limited() {
    let limits = RateLimits::new().tokens_per_hour(5000);
    let transcript = MockResponse::bytes("application/json", fixtures::bytes("transcribe.json"));
    let test = TestClient::with_settings([transcript], |builder| builder.rate_limits(limits));
    let file = || FilePart::bytes("a.wav", wav());
    let error = test.client.transcribe(file()).await.unwrap_err();
    assert_error_line(&error, "transcribe");
    assert_eq!(error.invalid_field(), Some("tokens"));
    let estimate = TokenEstimate::new().upload(100);
    let client = test
        .client
        .with_options(|options| options.token_estimate(estimate));
    client.unwrap().transcribe(file()).await.unwrap();
}

#[tokio::test]
async fn headers_set_the_pace_where_the_caller_asks_for_it() {
    let used_up = || {
        let response = pong().header("x-ratelimit-limit-requests", "60");
        let response = response.header("x-ratelimit-remaining-requests", "0");
        response.header("x-ratelimit-reset-requests", "20s")
    };
    let settings = |builder: ClientBuilder<Client>| builder.rate_limits(RateLimits::from_headers());
    let test = TestClient::with_settings([used_up(), used_up()], settings);
    test.client.ping().await.unwrap();
    let status = test.client.rate_limit_status();
    let [reported] = &status.reported[..] else {
        panic!("{status:?}")
    };
    assert_eq!(
        (reported.unit, reported.limit),
        (RateUnit::Requests, Some(60))
    );
    assert_eq!((reported.used, reported.left), (Some(60), 0));
    let error = test
        .client
        .ping()
        .with_timeout(Duration::from_secs(19))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the server reports"), "{error}");
    test.client.ping().await.unwrap();
    assert_eq!(test.clock.sleeps(), [Duration::from_secs(20)]);
}

/// The calls that wait for a reset are as many as the limit allows, and the others wait for the next one.
#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_reset_are_not_sent_all_at_once() {
    let (start, mut sent) = (Instant::now(), Vec::new());
    let rejected = Arc::new(Mutex::new(0));
    let count = Arc::clone(&rejected);
    let rule = move |_: &SentRequest| {
        let period = |at: Instant| (at - start).as_secs() / 60;
        let now = Instant::now();
        sent.retain(|at| period(*at) == period(now));
        sent.push(now);
        *count.lock().unwrap() += usize::from(sent.len() > 5);
        let remaining = 5_usize.saturating_sub(sent.len()).to_string();
        let reset = (60 - (now - start).as_secs() % 60).to_string();
        let response = pong().header("x-ratelimit-limit-minute", "5");
        let response = response.header("x-ratelimit-remaining-minute", remaining);
        response.header("x-ratelimit-reset-minute", reset)
    };
    let settings = |builder: ClientBuilder<Client>| {
        let builder = builder.rate_limits(RateLimits::from_headers());
        builder.timeout(HOUR).layer(Late)
    };
    let client = paused_client(rule, settings);
    client.ping().await.unwrap();
    let outcomes = join_all((0..30).map(|_| client.ping().send())).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(*rejected.lock().unwrap(), 0);
    assert!(start.elapsed() < 7 * MINUTE, "{:?}", start.elapsed());
}

/// A 429 of a server with such headers has no `retry-after`.
#[tokio::test]
async fn a_429_with_a_used_up_limit_starts_a_cool_down_until_its_reset() {
    let rejected = |reset: &str| {
        let response = MockResponse::status(429).header("x-ratelimit-remaining-minute", "0");
        let response = response.header("x-ratelimit-reset-minute", reset);
        // Another limit, which is not used up.
        let response = response.header("x-ratelimit-remaining-day", "7");
        response.header("x-ratelimit-reset-day", "5000")
    };
    let waited = async |reset: &str, limits: RateLimits| {
        let settings = |builder: ClientBuilder<Client>| builder.rate_limits(limits);
        let test = TestClient::with_settings([rejected(reset), pong()], settings);
        test.client.ping().await.unwrap();
        test.clock.sleeps()[0]
    };
    let seconds = waited("5", RateLimits::from_headers()).await.as_secs();
    assert!((5..=6).contains(&seconds), "{seconds}");
    let default = Duration::from_secs(36);
    assert!(waited("5", RateLimits::new()).await >= default);
    // A time in the past.
    assert!(waited("1000000000", RateLimits::from_headers()).await >= default);
}

/// The response has no `retry-after`, so the time is that of the client.
#[tokio::test]
async fn a_429_that_ends_a_call_has_the_rest_of_the_cool_down() {
    let test = TestClient::new([MockResponse::status(429)]);
    let ping = test.client.ping().with_timeout(Duration::from_secs(10));
    let error = ping.await.unwrap_err();
    assert_error_line(&error, "ping");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(36)));
    assert!(
        error
            .to_string()
            .contains("cool-down of the client ends in 36s"),
        "{error}"
    );
}

#[tokio::test]
async fn headers_are_ignored_otherwise() {
    let used_up = || pong().header("ratelimit", r#""a";r=0;t=3000"#);
    let test = TestClient::new([used_up(), used_up()]);
    test.client.ping().await.unwrap();
    test.client.ping().await.unwrap();
    assert!(test.client.rate_limit_status().reported.is_empty());
}

#[tokio::test]
async fn the_status_has_each_window_with_its_use_and_its_time() {
    let limits = RateLimits::new().requests_per_minute(5).tokens_per_day(500);
    let script = [MockResponse::reply("ok").usage(20, 10)];
    let test = TestClient::with_settings(script, |builder| builder.rate_limits(limits));
    let before = test.client.rate_limit_status();
    assert_eq!(before.windows[0].until, None);
    test.client.chat("Hi").max_tokens(10).await.unwrap();
    let status = test.client.rate_limit_status();
    let numbers = status
        .windows
        .iter()
        .map(|window| (window.unit, window.used, window.left));
    let expected = [
        (RateUnit::Requests, Some(1), 4),
        (RateUnit::Tokens, Some(30), 470),
    ];
    assert_eq!(numbers.collect::<Vec<_>>(), expected);
    assert!(status.windows.iter().all(|window| window.until.is_some()));
    assert_eq!(status.cool_down_until, None);
}

#[test]
fn invalid_limits_are_rejected() {
    let build = |limits: RateLimits| {
        let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
        builder.rate_limits(limits).build().unwrap_err()
    };
    let new = RateLimits::new;
    for (limits, named) in [
        (new().requests_per_minute(0), "0 requests per 1m"),
        (new().tokens_per_hour(0), "0 tokens per 1h"),
        (new().requests_per(Duration::ZERO, 1), "has no span"),
        (
            new().requests_per_minute(5).requests_per(MINUTE, 6),
            "two windows of requests per 1m",
        ),
    ] {
        let error = build(limits);
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains(named), "{error}");
    }
    let estimate = TokenEstimate::new().bytes_per_token(0);
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let error = builder.token_estimate(estimate).build().unwrap_err();
    assert!(error.is_configuration(), "{error}");
}

#[test]
fn blocking_and_media_clients_have_the_same_limits() {
    let transport = || MockTransport::new(ENDPOINT, [pong()]);
    let limits = RateLimits::new().requests_per_hour(1);
    let builder = blocking::Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let builder = builder.transport(transport()).rate_limits(limits.clone());
    let client = builder.build().unwrap();
    client.ping().send().unwrap();
    let error = client.ping().send().unwrap_err();
    assert!(error.is_limited_by_client(), "{error}");
    assert_eq!(client.rate_limit_status().windows[0].left, 0);

    let test = TestClient::with_media_settings([], |builder| builder.rate_limits(limits));
    let media: &MediaClient = &test.media;
    assert_eq!(media.rate_limit_status().windows[0].left, 1);
}
