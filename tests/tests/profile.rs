//! The profile of the mock that behaves as users report of live hosts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_mock::{MockServer, Profile};
use imagine_sdk::Toolbox;
use imagine_sdk::structured::{OutputMode, ParseError, ParseEvent};
use imagine_sdk::tools::ToolEvent;
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{Client, ClientBuilder, Clock, ErrorKind, RateLimits};
use imagine_tests::{CONNECTION_WAIT, KEY};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// A mock with the profile, and its time in seconds.
async fn start() -> (MockServer, Client, Arc<AtomicU64>) {
    let seconds = Arc::new(AtomicU64::new(0));
    let time = Arc::clone(&seconds);
    let server = MockServer::builder()
        .profile(Profile::Cirrascale)
        .api_key(KEY)
        .elapsed_time(move || Duration::from_secs(time.load(Ordering::SeqCst)))
        .start()
        .await
        .unwrap();
    let client = client(&server, KEY);
    (server, client, seconds)
}

fn client(server: &MockServer, key: &str) -> Client {
    let builder = Client::builder().endpoint(server.inference_endpoint());
    let builder = builder.api_key(key).max_retries(0).no_proxy();
    builder.build().unwrap()
}

/// Returns the number of requests that succeed in a row, up to 300.
async fn accepted(server: &MockServer) -> usize {
    // A client cools down after a 429, so each count needs its own.
    let client = client(server, KEY);
    for accepted in 0..300 {
        if let Err(error) = client.ping().await {
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{error:#}");
            let headers = error.headers().unwrap();
            assert!(!headers.contains_key("retry-after"), "{headers:?}");
            return accepted;
        }
    }
    300
}

#[tokio::test]
async fn limits_the_requests_of_a_minute_an_hour_and_a_day() {
    let (server, _, seconds) = start().await;
    let mut hours = Vec::new();
    for hour in 0..14 {
        let mut minutes = Vec::new();
        for minute in 0..5 {
            seconds.store(hour * 3_600 + minute * 100, Ordering::SeqCst);
            minutes.push(accepted(&server).await);
        }
        hours.push(minutes);
    }
    assert_eq!(hours[0], [5, 5, 5, 5, 0]);
    let sums: Vec<usize> = hours.iter().map(|minutes| minutes.iter().sum()).collect();
    assert_eq!(sums, [vec![20; 12], vec![10, 0]].concat());
}

#[tokio::test]
async fn rejects_everything_in_the_36_s_after_a_429() {
    let (server, _, seconds) = start().await;
    assert_eq!(accepted(&server).await, 5);
    seconds.store(59, Ordering::SeqCst);
    // Starts another cool-down at 59 s.
    assert_eq!(accepted(&server).await, 0);
    seconds.store(94, Ordering::SeqCst);
    assert_eq!(accepted(&server).await, 0);
    seconds.store(95, Ordering::SeqCst);
    assert_eq!(accepted(&server).await, 5);
}

#[tokio::test]
async fn limits_the_tokens_of_an_hour() {
    let (server, client, seconds) = start().await;
    let long = "word ".repeat(25_000);
    client.chat(long).max_tokens(1).await.unwrap();
    assert_eq!(accepted(&server).await, 0);
    seconds.store(3_600, Ordering::SeqCst);
    assert_eq!(accepted(&server).await, 5);
}

/// A clock that the mock shares. Pauses move it to their end when no request is in flight, and timeouts never pass.
#[derive(Clone, Debug)]
struct JumpingClock {
    start: Instant,
    elapsed: Arc<Mutex<Duration>>,
    in_flight: Arc<AtomicUsize>,
}

/// A transport whose requests hold the clock.
#[derive(Debug)]
struct Holding<T>(T, Arc<AtomicUsize>);

impl<T: Transport> Transport for Holding<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let (sending, in_flight) = (self.0.send(request), Arc::clone(&self.1));
        in_flight.fetch_add(1, Ordering::SeqCst);
        let end = move |_: &_| {
            in_flight.fetch_sub(1, Ordering::SeqCst);
        };
        sending.inspect(end).boxed()
    }
}

/// The timeouts of the client. The calls take hours on the clock.
const TIMEOUT: Duration = Duration::from_secs(1000 * 3_600);

impl JumpingClock {
    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap()
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Instant {
        self.start + self.elapsed()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        let (clock, end) = (self.clone(), self.elapsed() + span);
        async move {
            if span > TIMEOUT / 2 || span == CONNECTION_WAIT {
                std::future::pending::<()>().await;
            }
            while clock.in_flight.load(Ordering::SeqCst) > 0 {
                tokio::task::yield_now().await;
            }
            let mut elapsed = clock.elapsed.lock().unwrap();
            *elapsed = end.max(*elapsed);
        }
        .boxed()
    }
}

/// Sends 30 calls at once. Returns the statuses that the mock returned.
async fn thirty_calls(
    configure: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
) -> Vec<Option<u16>> {
    let clock = JumpingClock {
        start: Instant::now(),
        elapsed: Arc::default(),
        in_flight: Arc::default(),
    };
    let in_flight = Arc::clone(&clock.in_flight);
    let time = clock.clone();
    let builder = MockServer::builder().profile(Profile::Cirrascale);
    let builder = builder.elapsed_time(move || time.elapsed());
    let server = builder.start().await.unwrap();
    let builder = Client::builder().endpoint(server.inference_endpoint());
    let builder = builder.api_key(KEY).no_proxy().clock(clock);
    let builder = builder.timeout(TIMEOUT).idle_timeout(TIMEOUT);
    let builder = builder.layer(|inner| Holding(inner, in_flight));
    let client = configure(builder).build().unwrap();
    let calls = (0..30).map(|_| client.chat("Hello").max_tokens(5).send());
    for response in futures_util::future::join_all(calls).await {
        response.unwrap();
    }
    let requests = server.requests();
    requests.iter().map(|request| request.status).collect()
}

#[tokio::test]
async fn a_client_with_the_limits_gets_no_429() {
    let limits = RateLimits::new()
        .requests_per_minute(5)
        .requests_per_hour(20)
        .requests_per_day(250)
        .tokens_per_hour(25_000);
    let statuses = thirty_calls(|builder| builder.rate_limits(limits)).await;
    assert_eq!(statuses, [Some(200); 30]);
}

#[tokio::test]
async fn a_client_without_limits_succeeds_after_cool_downs() {
    let statuses = thirty_calls(|builder| builder).await;
    let of = |status| statuses.iter().filter(|own| **own == Some(status)).count();
    assert_eq!(of(200), 30, "{statuses:?}");
    assert!(
        of(429) > 0 && of(200) + of(429) == statuses.len(),
        "{statuses:?}"
    );
    println!("without limits, 30 calls got {} responses of 429", of(429));
}

#[tokio::test]
async fn a_foreign_key_gets_500() {
    let (server, ..) = start().await;
    let error = client(&server, "foreign-key").ping().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    assert!(error.is_authentication(), "{error:#}");
}

/// Returns the first choice and the usage of a chat.
async fn chat(server: &MockServer, fields: Value) -> (Value, Value) {
    let mut body = json!({"model": "Llama-3.1-8B", "stream": false});
    let fields = fields.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    let url = format!("{}/chat/completions", server.inference_endpoint());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(url).bearer_auth(KEY).body(body.to_string());
    let request = request.header("content-type", "application/json");
    let response = request.send().await.unwrap().error_for_status().unwrap();
    let response: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    (response["choices"][0].clone(), response["usage"].clone())
}

fn messages(content: &str) -> Value {
    json!([{"role": "user", "content": content}])
}

#[tokio::test]
async fn ignores_response_format_and_loses_json() {
    let (server, ..) = start().await;
    let schema = json!({"name": "a", "schema": {"type": "object", "properties": {}}});
    let format = json!({"type": "json_schema", "json_schema": schema});
    let fields = |content| json!({"messages": messages(content), "response_format": format});
    let (prose, _) = chat(&server, fields("A cheese")).await;
    let content = prose["message"]["content"].as_str().unwrap();
    assert!(content.starts_with("You asked"), "{content}");
    let (lost, _) = chat(&server, fields("A cheese as JSON")).await;
    assert_eq!(lost["message"]["content"], "");
    let function = &lost["message"]["tool_calls"][0]["function"];
    assert_eq!(*function, json!({"name": "", "arguments": ""}));
}

#[tokio::test]
async fn truncated_output_has_the_finish_reason_stop() {
    let (server, ..) = start().await;
    let fields = json!({"messages": messages("Hello there"), "max_tokens": 2});
    let (choice, usage) = chat(&server, fields).await;
    assert_eq!(choice["finish_reason"], "stop");
    assert_eq!(usage["completion_tokens"], 2);
}

#[tokio::test]
async fn tool_calls_are_text_in_four_forms() {
    let (server, ..) = start().await;
    let tool = json!({"type": "function", "function": {"name": "get_time"}});
    let fields = json!({"messages": messages("What time is it?"), "tools": [tool]});
    let mut forms = Vec::new();
    for _ in 0..4 {
        let (choice, _) = chat(&server, fields.clone()).await;
        let content = choice["message"]["content"].as_str().unwrap();
        let call = content.strip_prefix("<|python_tag|>");
        let tagged = call.and_then(|call| call.strip_suffix("<|eom_id|>"));
        let call: Value = serde_json::from_str(tagged.unwrap_or(content)).unwrap();
        forms.push((tagged.is_some(), call));
    }
    forms.sort_by_key(|(is_tagged, call)| (*is_tagged, call.get("type").is_some()));
    let arguments = json!({"name": "get_time", "arguments": {}});
    let parameters = json!({"type": "function", "name": "get_time", "parameters": {}});
    let calls = [&arguments, &parameters].repeat(2);
    let is_tagged = [false, false, true, true];
    assert!(
        forms
            .iter()
            .map(|(is_tagged, call)| (*is_tagged, call))
            .eq(is_tagged.into_iter().zip(calls)),
        "{forms:?}"
    );
}

/// The text of a call is truncated like every other.
#[tokio::test]
async fn a_truncated_tool_call_is_truncated_text() {
    let (_server, client) = start_without_limits().await;
    for _ in 0..4 {
        let parse = || client.chat(QUESTION).max_tokens(3);
        let error = parse().parse::<Board>().await.unwrap_err();
        assert!(matches!(error, ParseError::Truncated { .. }), "{error}");
        let events = parse().parse_stream::<Board>();
        let events: Vec<_> = futures_util::StreamExt::collect(events).await;
        let Some(Err(ParseError::Truncated { .. })) = events.last() else {
            panic!("{events:?}")
        };
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Board {
    cheeses: Vec<Cheese>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Cheese {
    name: String,
}

/// Returns a mock without effective limits: its requests count as an hour apart.
async fn start_without_limits() -> (MockServer, Client) {
    let requests = AtomicU64::new(0);
    let hours = move || requests.fetch_add(1, Ordering::SeqCst);
    let builder = MockServer::builder().profile(Profile::Cirrascale);
    let builder = builder.elapsed_time(move || Duration::from_secs(3_600 * hours()));
    let server = builder.start().await.unwrap();
    let client = client(&server, KEY);
    (server, client)
}

const QUESTION: &str = "A board with a cheese named Payoyo";

#[tokio::test]
async fn structured_output_succeeds_in_every_mode_that_the_host_supports() {
    let (_server, client) = start_without_limits().await;
    for mode in [
        OutputMode::Auto,
        OutputMode::ToolCall,
        OutputMode::Completion,
    ] {
        // The mock writes tool calls in four forms in turn.
        for _ in 0..4 {
            let board = client.chat(QUESTION).parse::<Board>().output_mode(mode);
            let board = board.await.unwrap().value;
            assert!(!board.cheeses[0].name.is_empty(), "{mode:?} {board:?}");
            let events = client.chat(QUESTION).parse_stream::<Board>();
            let mut events = events.output_mode(mode);
            let mut last = None;
            while let Some(event) = events.next().await {
                last = Some(event.unwrap());
            }
            let Some(ParseEvent::Done(parsed)) = last else {
                panic!("{mode:?} {last:?}")
            };
            assert_eq!(parsed.value.cheeses[0].name, board.cheeses[0].name);
        }
    }
}

#[tokio::test]
async fn tools_run_although_their_calls_are_text() {
    let (_server, client) = start_without_limits().await;
    let toolbox = Toolbox::new().function("get_milk", "The milk of a cheese", |cheese: Cheese| {
        Ok::<_, String>(format!("goat, for {}", cheese.name.len()))
    });
    let question = "Which milk is in the cheese Payoyo?";
    for _ in 0..4 {
        let run = client.chat(question).run_tools(&toolbox).await.unwrap();
        assert!(run.text().unwrap().contains("goat"), "{run:?}");
        let mut events = client.chat(question).run_tools(&toolbox).stream();
        let mut results = 0;
        while let Some(event) = events.next().await {
            results += usize::from(matches!(event.unwrap(), ToolEvent::Result(_)));
        }
        assert_eq!(results, 1);
    }
}
