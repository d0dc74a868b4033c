//! The blocking clients: the same calls from synchronous and asynchronous programs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use imagine_mock::MockServer;
use imagine_sdk::blocking::{self, Client};
use imagine_sdk::media::{Progress, WaitError};
use imagine_sdk::tools::{RunToolsError, ToolEvent};
use imagine_sdk::transport::{
    RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind,
};
use imagine_sdk::{Error, Toolbox};
use imagine_tests::{
    AfterResponse, Api, BlockingClients, ENDPOINT, HttpService, KEY, MockResponse, MockTransport,
    PauselessClock, RawServer, SentRequest, TempDir, cases, checked_operations, fixtures, json,
    stream_cases,
};
use regex_lite::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Starts a mock outside any runtime.
fn mock() -> MockServer {
    let starting = MockServer::builder().api_key(KEY).start();
    starting.now_or_never().unwrap().unwrap()
}

fn clients(mock: &MockServer) -> BlockingClients {
    BlockingClients::for_mock(mock, KEY)
}

/// Calls every operation and every stream of both APIs.
fn call_everything(mock: &MockServer) {
    let clients = clients(mock);
    for case in cases() {
        let refers = ["check", "imagine_check", "delete_voice"].contains(&case.operation);
        if !refers {
            let sent = case.call_blocking(&clients).send().now_or_never();
            sent.unwrap()
                .unwrap_or_else(|error| panic!("{}: {error}", case.method));
        }
    }
    let media = &clients.media;
    let job = media.text2img("x").width(8).height(8).send().unwrap();
    media.check(&job).send().unwrap();
    media.imagine_check(&job).send().unwrap();
    let voice = media.voice_clone().send().unwrap();
    media.delete_voice(voice.uuid).send().unwrap();
    for case in stream_cases() {
        let response = case.call_blocking(&clients).collect().now_or_never();
        response
            .unwrap()
            .unwrap_or_else(|error| panic!("{}: {error}", case.method));
    }
    let all = Api::ALL.iter().flat_map(|api| api.operations());
    assert_eq!(
        checked_operations(mock),
        all.map(|operation| operation.id).collect()
    );
}

#[test]
fn blocking_operations_run_on_a_thread_without_a_runtime() {
    call_everything(&mock());
}

#[tokio::test(flavor = "current_thread")]
async fn blocking_operations_run_inside_a_current_thread_runtime() {
    call_everything(&mock());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_operations_run_inside_a_multi_thread_runtime() {
    let mock = mock();
    tokio::spawn(async move { call_everything(&mock) })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_blocking_call_sends_and_decodes_as_an_asynchronous_call() {
    for case in cases() {
        let response = serde_json::to_vec(&case.response()).unwrap();
        let service = HttpService::ok("application/json", response.clone().into());
        let asynchronous = case.call(&service.clients()).send_with_response();
        let asynchronous = asynchronous.await.unwrap();
        let clients = BlockingClients::direct(&service.endpoint(), KEY);
        let call = || case.call_blocking(&clients);
        let blocking = call().send_with_response().await.unwrap();
        assert_eq!(blocking.value, asynchronous.value, "{}", case.method);
        assert_eq!(blocking.status, asynchronous.status);
        assert_eq!(blocking.attempts, asynchronous.attempts);
        let raw = call().send_raw().await.unwrap();
        assert_eq!(**raw.value(), *response);
        let requests = service.requests();
        assert_same(&requests[0], &requests[1], case.method);
    }
}

/// Asserts that two requests are equal, except for the random boundaries of forms.
fn assert_same(one: &SentRequest, other: &SentRequest, method: &str) {
    let head = |request: &SentRequest| {
        (
            request.method.clone(),
            request.path.clone(),
            request.query.clone(),
        )
    };
    assert_eq!(head(one), head(other), "{method}");
    if one.header("content-type") == Some("application/json") {
        assert_eq!(one.json(), other.json(), "{method}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_blocking_stream_yields_the_same_events() {
    for case in stream_cases() {
        let service = HttpService::ok("text/event-stream", fixtures::bytes(case.fixture));
        let clients = BlockingClients::direct(&service.endpoint(), KEY);
        let events = case.call_blocking(&clients).stream().await.unwrap();
        let events: Vec<_> = events.try_collect().await.unwrap();
        assert_eq!(
            events.len(),
            fixtures::events(case.fixture).len(),
            "{}",
            case.method
        );
        let sum = case.call_blocking(&clients).collect().await.unwrap();
        assert_eq!(
            json::canonical(&sum),
            json::canonical(&case.accumulated),
            "{}",
            case.method
        );
    }
}

/// The stream has more events than a task may poll before it must yield.
#[tokio::test(flavor = "current_thread")]
async fn a_long_stream_does_not_wait_for_a_blocked_task() {
    let event = "data: {\"choices\": []}\n\n";
    let body = event.repeat(2000) + "data: [DONE]\n\n";
    let service = HttpService::ok("text/event-stream", body.into());
    let client = BlockingClients::direct(&service.endpoint(), KEY).client;
    let stream = client.chat("x").stream().unwrap();
    let source = stream.get_ref();
    assert_eq!((source.status().as_u16(), source.attempts()), (200, 1));
    assert_eq!(stream.map(Result::unwrap).count(), 2000);
}

#[tokio::test]
async fn a_dropped_iterator_closes_its_connection() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let event = "data: {\"choices\": []}\n\n";
    let server = RawServer::start(format!("{head}{event}"), AfterResponse::KeepOpen).await;
    let endpoint = server.endpoint();
    let read = move || {
        let client = BlockingClients::direct(&endpoint, KEY).client;
        let mut stream = client.chat("x").stream().unwrap();
        stream.next().unwrap().unwrap();
        drop(stream);
        client
    };
    // The server runs in this runtime, so the reader must use another thread.
    let client = tokio::task::spawn_blocking(read).await.unwrap();
    server.closed().await;
    drop(client);
}

#[test]
fn threads_share_one_client() {
    let mock = mock();
    let client = clients(&mock).client;
    thread::scope(|scope| {
        for number in 0..16 {
            let client = client.clone();
            scope.spawn(move || {
                let reply = client.chat(format!("number {number}")).send().unwrap();
                let text = reply.text().unwrap().into_owned();
                assert!(text.contains(&format!("number {number}")), "{text}");
            });
        }
    });
    assert_eq!(mock.requests().len(), 16);
}

#[test]
fn a_blocking_client_waits_for_a_job_and_downloads_its_file() {
    let mock = mock();
    let media = client_without_pauses(&mock);
    let job = media.text2img("x").width(8).height(8).send().unwrap();
    let polls: Vec<_> = media.wait(&job).progress().map(Result::unwrap).collect();
    assert!(
        polls.len() > 1 && matches!(polls.last(), Some(Progress::Finished(_))),
        "{polls:?}"
    );
    let done = media.wait(&job).send().unwrap();
    let bytes = media.download(&done).bytes().unwrap();
    let stream = media.download(&done).stream().unwrap();
    assert_eq!(stream.get_ref().content_type(), Some("image/png"));
    let chunks: Vec<_> = stream.map(Result::unwrap).collect();
    assert_eq!(chunks.concat(), bytes);
    let dir = TempDir::new();
    let saved = media.download(&done).save_to(dir.path("x.png")).unwrap();
    assert_eq!(fs::read(&saved.path).unwrap(), bytes);
    let listed: Vec<_> = media.my_images().all().map(Result::unwrap).collect();
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn wait_all_returns_one_result_per_job() {
    let mock = mock();
    let media = client_without_pauses(&mock);
    let job = |prompt| media.text2img(prompt).width(8).height(8).send().unwrap();
    let done = media.wait_all([job("x"), job("fail"), job("y")]).send();
    assert!(
        matches!(done[..], [Ok(_), Err(WaitError::JobFailed { .. }), Ok(_)]),
        "{done:?}"
    );
}

/// Creates a client that does not pause between polls.
fn client_without_pauses(mock: &MockServer) -> blocking::MediaClient {
    let builder = blocking::MediaClient::builder()
        .clock(PauselessClock)
        .no_proxy();
    builder
        .endpoint(mock.media_endpoint())
        .api_key(KEY)
        .build()
        .unwrap()
}

#[tokio::test(flavor = "current_thread")]
async fn clients_can_be_built_and_dropped_inside_a_task() {
    let mock = mock();
    let clients = clients(&mock);
    let stream = clients.client.chat("x").stream().unwrap();
    drop(clients);
    // The iterator keeps the client's thread alive.
    assert!(stream.map(Result::unwrap).count() > 1);
    drop(
        Client::builder()
            .endpoint(ENDPOINT)
            .api_key(KEY)
            .build()
            .unwrap(),
    );
}

#[test]
fn a_blocking_call_retries_and_fails_as_an_asynchronous_call() {
    let script = [
        MockResponse::status(503),
        MockResponse::json(&json!({"choices": []})),
    ];
    let client = in_memory(MockTransport::new(ENDPOINT, script));
    assert_eq!(client.chat("x").send_with_response().unwrap().attempts(), 2);
    let invalid = client.chat("x").temperature(3.0).send().unwrap_err();
    assert_eq!(
        (invalid.invalid_field(), invalid.operation()),
        (Some("temperature"), Some("chat"))
    );
}

fn in_memory(transport: impl Transport) -> Client {
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    builder
        .transport(transport)
        .clock(PauselessClock)
        .build()
        .unwrap()
}

/// A transport that calls its own client on the thread that drives that client's connections.
#[derive(Clone, Debug, Default)]
struct ReentrantTransport(Arc<OnceLock<Client>>);

impl Transport for ReentrantTransport {
    fn send(
        &self,
        _: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let client = self.0.get().unwrap().clone();
        let nested = tokio::spawn(async move { client.ping().send().unwrap_err() });
        let failed = nested
            .map(|error| TransportError::new(TransportErrorKind::RequestBody, error.unwrap()));
        failed.map(Err).boxed()
    }
}

#[test]
fn a_call_on_the_clients_own_thread_is_an_error() {
    let transport = ReentrantTransport::default();
    let client = in_memory(transport.clone());
    transport.0.set(client.clone()).unwrap();
    let error = client.chat("x").send().unwrap_err();
    let nested = StdError::source(&error).unwrap();
    let nested = nested.downcast_ref::<Error>().unwrap();
    assert!(nested.is_configuration(), "{nested}");
    assert_eq!(nested.operation(), Some("ping"));
    assert!(
        nested.to_string().contains("from another thread"),
        "{nested}"
    );
}

/// The arguments of a tool, also used as a structured output.
#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
struct City {
    city: String,
}

/// A model that calls a tool and then returns the tool's result.
fn model() -> Client {
    let toledo = r#"{"city": "Toledo"}"#;
    let call = json!({"id": "a", "type": "function", "function": {"name": "weather", "arguments": toledo}});
    let message = |message: serde_json::Value| json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]});
    let calls = message(json!({"role": "assistant", "tool_calls": [call]}));
    let reply = message(json!({"role": "assistant", "content": toledo}));
    in_memory(MockTransport::new(
        ENDPOINT,
        [&calls, &reply].map(MockResponse::json),
    ))
}

fn toolbox() -> Toolbox {
    let weather = async |City { city }: City| Ok::<_, String>(format!("31 degrees in {city}"));
    Toolbox::new().function("weather", "The weather of a city", weather)
}

fn run_tools_and_parse() {
    let run = model().chat("x").run_tools(toolbox()).send().unwrap();
    assert_eq!(run.rounds, 2);
    let messages = serde_json::to_value(&run.messages).unwrap();
    assert_eq!(messages[2]["content"], "31 degrees in Toledo");
    let client = model();
    client.chat("x").send().unwrap();
    let city = client.chat("Where?").parse::<City>().send().unwrap();
    assert_eq!(
        city.value,
        City {
            city: "Toledo".into()
        }
    );
    let unfinished = model().chat("x").run_tools(toolbox()).max_rounds(1).send();
    let error = unfinished.unwrap_err();
    assert!(
        matches!(error, RunToolsError::MaxRoundsExceeded { .. }),
        "{error}"
    );
}

#[test]
fn tools_and_structured_output_work_without_a_runtime() {
    run_tools_and_parse();
}

#[tokio::test]
async fn tools_and_structured_output_work_inside_a_runtime() {
    run_tools_and_parse();
}

#[test]
fn a_blocking_tool_run_is_an_iterator() {
    let mock = mock();
    let clients = clients(&mock);
    let chat = clients.client.chat("How is the weather in Toledo?");
    let events: Vec<_> = chat
        .run_tools(toolbox())
        .stream()
        .map(Result::unwrap)
        .collect();
    let is_call = |event: &ToolEvent| matches!(event, ToolEvent::Call(_));
    assert_eq!(events.iter().filter(|event| is_call(event)).count(), 1);
    assert!(matches!(events.last(), Some(ToolEvent::Done(run)) if run.rounds == 2));
}

/// Methods as `(type, method)`.
type Methods = BTreeSet<(String, String)>;

/// Finds methods with a pattern in a directory of the SDK, grouped by their type.
fn methods(dir: &str, pattern: &str) -> Methods {
    let header = Regex::new(r"^(?:<.*?>)? (\w+)(?:<[^{]*>)? \{").unwrap();
    let method = Regex::new(pattern).unwrap();
    let mut found = BTreeSet::new();
    for text in sources(dir) {
        for block in text.split("\nimpl").skip(1) {
            let block = block.split("\n}").next().unwrap();
            let Some(of) = header.captures(block) else {
                continue;
            };
            for name in method.captures_iter(block) {
                found.insert((of[1].to_owned(), name[1].to_owned()));
            }
        }
    }
    found
}

/// Reads the sources below a directory of the SDK.
fn sources(dir: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../imagine-sdk/src");
    let mut dirs = vec![root.join(dir)];
    let mut strings = Vec::new();
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                strings.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    strings
}

#[test]
fn embeddings_are_read_as_32_bits() {
    let mock = mock();
    let client = clients(&mock).client;
    let expected = client
        .embeddings(["a", "b"])
        .send()
        .unwrap()
        .embeddings_f32();
    let vectors = client
        .embeddings(["a", "b"])
        .send_f32()
        .unwrap()
        .into_vectors();
    assert_eq!(vectors, expected);
    assert_ne!(vectors[0], vectors[1]);
}

#[test]
fn every_asynchronous_method_has_a_blocking_counterpart() {
    let mut awaited: Methods = ["chat", "inference", "media", "stream"]
        .iter()
        .flat_map(|dir| {
            let asynchronous = methods(dir, r"pub async fn (\w+)");
            let calls =
                r"(?s)pub fn (\w+)\([^{]*?-> (?:impl Stream|ProgressStream|Wait|Download)\b";
            asynchronous.into_iter().chain(methods(dir, calls))
        })
        .collect();
    assert!(awaited.len() >= 12, "{awaited:#?}");
    // Synchronous programs write `image.into_bytes()` with the standard library.
    awaited.remove(&("ImageData".to_owned(), "save_to".to_owned()));
    // A toolbox has no client. Synchronous programs call its functions directly.
    awaited.remove(&("Toolbox".to_owned(), "call".to_owned()));
    let iterators = Regex::new(r"pub type (\w+)(?:<T>)? = Iter<").unwrap();
    for text in sources("blocking") {
        for name in iterators.captures_iter(&text) {
            awaited.remove(&(name[1].to_owned(), "next".to_owned()));
        }
    }
    let waited = methods("blocking", r"(?s)pub fn (\w+)");
    let missing: Vec<_> = awaited.difference(&waited).collect();
    assert!(missing.is_empty(), "no blocking counterpart: {missing:#?}");
}
