//! Tools: their declaration, and the rounds of calls.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{FutureExt, future};
use imagine_mock::MockServer;
use imagine_sdk::inference::{ChatCompletionResponse, InvalidArguments, ToolFunction};
use imagine_sdk::tools::{
    RunToolsError, ToolChoice, ToolEvent, ToolRunOutput, ToolSchemaKey, ToolStream,
};
use imagine_sdk::{Error, Image, Tool, Toolbox};
use imagine_tests::{Clients, MockResponse, SentRequest, TestClient, checked_operations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, JsonSchema)]
struct Place {
    /// Name of the city, without its country.
    city: String,
    unit: Option<Unit>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Celsius,
    Fahrenheit,
}

async fn weather(place: Place) -> Result<String, String> {
    let Place { city, unit } = place;
    let degrees = match unit {
        Some(Unit::Fahrenheit) => 88,
        Some(Unit::Celsius) | None => 31,
    };
    Ok(format!("{degrees} degrees in {city}"))
}

const QUESTION: &str = "How is the weather in Toledo?";

fn toolbox() -> Toolbox {
    Toolbox::new().function("get_weather", "The weather of a city, now", weather)
}

/// A response with these calls: ids, names and arguments.
fn calls(calls: &[(&str, &str, &str)]) -> Value {
    let calls: Vec<_> = calls
        .iter()
        .map(|(id, name, arguments)| {
            json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
        })
        .collect();
    response(
        json!({"role": "assistant", "content": null, "tool_calls": calls}),
        "tool_calls",
    )
}

fn message(text: &str) -> Value {
    response(json!({"role": "assistant", "content": text}), "stop")
}

fn response(message: Value, reason: &str) -> Value {
    json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    })
}

/// The response as a stream with one chunk and `[DONE]`.
fn events(response: &Value) -> MockResponse {
    let mut chunk = response.clone();
    let mut delta = chunk["choices"][0]
        .as_object_mut()
        .unwrap()
        .remove("message")
        .unwrap();
    for (index, call) in delta["tool_calls"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .enumerate()
    {
        call["index"] = json!(index);
    }
    chunk["choices"][0]["delta"] = delta;
    MockResponse::event_bytes([Bytes::from(format!("data: {chunk}\n\ndata: [DONE]\n\n"))])
}

/// A model with these responses, buffered or streamed as requested.
fn model(responses: impl IntoIterator<Item = Value, IntoIter: Send + 'static>) -> TestClient {
    let mut responses = responses.into_iter();
    TestClient::from_fn(move |request: &SentRequest| {
        let response = responses.next().expect("unexpected request to the model");
        if request.json()["stream"] == true {
            events(&response)
        } else {
            MockResponse::json(&response)
        }
    })
}

/// Reads a run to its end, and returns the kind of each event other than a chunk, and the result.
async fn read_run(
    mut stream: ToolStream,
) -> (Vec<&'static str>, Result<ToolRunOutput, RunToolsError>) {
    let mut kinds = Vec::new();
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        let delta = event.as_ref().ok().and_then(ToolEvent::text);
        text.push_str(&delta.unwrap_or_default());
        match event {
            Ok(ToolEvent::Chunk(_)) => {}
            Ok(ToolEvent::Call(_)) => kinds.push("call"),
            Ok(ToolEvent::Result(_)) => kinds.push("result"),
            Ok(ToolEvent::Done(run)) => {
                assert_eq!(run.text().unwrap_or_default(), text);
                assert!(stream.next().await.is_none(), "the stream stays finished");
                return (kinds, Ok(*run));
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error ends the stream");
                return (kinds, Err(error));
            }
        }
    }
    panic!("a run ends with a run or an error");
}

/// Returns the tool results at the end of the last request.
fn tool_results(test: &TestClient) -> Vec<(String, String)> {
    let sent = test.requests().pop().unwrap().json();
    let messages = sent["messages"].as_array().unwrap().iter();
    let results = messages.filter(|message| message["role"] == "tool");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    results
        .map(|message| (text(&message["tool_call_id"]), text(&message["content"])))
        .collect()
}

#[tokio::test]
async fn a_typed_tool_runs_buffered_and_streamed() {
    let mock = MockServer::start().await.unwrap();
    let Clients { client, media } = Clients::for_mock(&mock, "key");
    let asked = || client.chat(QUESTION).run_tools(toolbox());
    let run = asked().await.unwrap();
    assert_eq!(run.rounds, 2);
    assert_eq!(run.messages.len(), 4);
    assert_eq!(run.messages.last().unwrap().text(), run.text());
    assert!(
        run.text().unwrap().contains("31 degrees in Toledo"),
        "{run:?}"
    );
    assert!(run.usage.total_tokens > run.response.usage.total_tokens);
    let (events, streamed) = read_run(asked().stream()).await;
    assert_eq!(events, ["call", "result"]);
    assert_eq!(streamed.unwrap().text(), run.text());

    let run = media.prompt(QUESTION).run_tools(toolbox()).await.unwrap();
    assert!(
        run.text().unwrap().contains("31 degrees in Toledo"),
        "{run:?}"
    );
    let (events, run) = read_run(media.prompt(QUESTION).run_tools(toolbox()).stream()).await;
    assert_eq!(events, ["call", "result"]);
    assert!(
        run.unwrap()
            .text()
            .unwrap()
            .contains("31 degrees in Toledo")
    );
    assert_eq!(
        checked_operations(&mock).into_iter().collect::<Vec<_>>(),
        ["chat", "prompt"]
    );
}

#[tokio::test]
async fn the_conversation_contains_calls_and_results() {
    let requested = [
        ("a", "get_weather", r#"{"city":"Toledo"}"#),
        (
            "b",
            "get_weather",
            r#"{"city":"Cuenca","unit":"fahrenheit"}"#,
        ),
    ];
    let test = model([calls(&requested), message("Warm")]);
    let run = test
        .client
        .chat(QUESTION)
        .temperature(0.5)
        .run_tools(toolbox())
        .await
        .unwrap();
    let sent = test.requests().pop().unwrap();
    assert_eq!(sent.operation(), "chat");
    let sent = sent.json();
    assert_eq!(sent["temperature"], 0.5);
    assert_eq!(sent["tools"][0]["function"]["name"], "get_weather");
    let messages = sent["messages"].as_array().unwrap();
    assert_eq!(messages[0], json!({"role": "user", "content": QUESTION}));
    assert_eq!(
        messages[1],
        calls(&requested)["choices"][0]["message"]
            .clone()
            .without_nulls()
    );
    let results = [("a", "31 degrees in Toledo"), ("b", "88 degrees in Cuenca")];
    assert_eq!(
        tool_results(&test),
        results.map(|(id, text)| (id.to_owned(), text.to_owned()))
    );
    assert_eq!(messages.len() + 1, run.messages.len());
    assert_eq!(run.usage.total_tokens, Some(24));
    assert_eq!(run.usage.prompt_tokens, Some(20));
}

trait WithoutNulls {
    fn without_nulls(self) -> Self;
}

impl WithoutNulls for Value {
    fn without_nulls(mut self) -> Self {
        self.as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        self
    }
}

#[tokio::test]
async fn tool_errors_are_sent_to_the_model() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Nothing {}
    let toolbox = toolbox()
        .function("fail", "Fails", |_: Nothing| Err::<(), _>("out of order"))
        .function("fail_later", "Fails", async |_: Nothing| {
            Err::<(), _>(std::io::Error::other("no disk"))
        })
        .function("list", "Lists", |_: Nothing| {
            Ok::<_, String>(json!({"items": [1]}))
        });
    let requested = [
        ("a", "get_weather", r#"{"town":"Toledo"}"#),
        ("b", "get_weather", r#"{"city":"#),
        ("c", "get_news", "{}"),
        ("d", "fail", ""),
        ("e", "fail_later", "{}"),
        ("f", "list", "{}"),
    ];
    for streamed in [false, true] {
        let test = model([calls(&requested), message("Sorry")]);
        let run = test.client.chat(QUESTION).run_tools(&toolbox);
        if streamed {
            read_run(run.stream()).await.1.unwrap();
        } else {
            run.await.unwrap();
        }
        let results = tool_results(&test);
        let ids: Vec<_> = results.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d", "e", "f"]);
        let error = |at: usize| {
            let results: Value = serde_json::from_str(&results[at].1).unwrap();
            results["error"].as_str().unwrap().to_owned()
        };
        assert!(error(0).contains("missing field `city`"), "{}", error(0));
        assert!(
            error(1).contains("invalid tool-call arguments"),
            "{}",
            error(1)
        );
        assert_eq!(error(2), "there is no tool named `get_news`");
        assert_eq!(error(3), "out of order");
        assert_eq!(error(4), "no disk");
        assert_eq!(results[5].1, r#"{"items":[1]}"#);
    }
}

#[tokio::test]
async fn calls_without_an_id_get_one() {
    let mut anonymous = calls(&[("", "get_weather", r#"{"city":"Toledo"}"#); 2]);
    anonymous["choices"][0]["message"]["tool_calls"][1]["id"] = Value::Null;
    let test = model([anonymous, message("Warm")]);
    test.client
        .chat(QUESTION)
        .run_tools(toolbox())
        .await
        .unwrap();
    let sent = test.requests().pop().unwrap().json();
    let requested = sent["messages"][1]["tool_calls"].as_array().unwrap();
    let ids: Vec<_> = requested
        .iter()
        .map(|call| call["id"].as_str().unwrap())
        .collect();
    let results = tool_results(&test);
    assert_eq!(
        ids,
        results
            .iter()
            .map(|(id, _)| id.as_str())
            .collect::<Vec<_>>()
    );
    assert_ne!(ids[0], ids[1]);
}

/// A result refers to the id of its call, so two calls with the same id would share a result.
#[tokio::test]
async fn calls_with_the_same_id_get_distinct_ids() {
    let call = |city| ("a", "get_weather", city);
    let twice = calls(&[
        call(r#"{"city":"Toledo"}"#),
        call(r#"{"city":"Burgos"}"#),
        ("call_1_1", "get_weather", r#"{"city":"Soria"}"#),
    ]);
    let test = model([twice, message("Hot.")]);
    test.client
        .chat(QUESTION)
        .run_tools(toolbox())
        .await
        .unwrap();
    let results = tool_results(&test);
    let cities: Vec<&str> = results
        .iter()
        .map(|(_, results)| results.as_str())
        .collect();
    assert_eq!(
        cities,
        [
            "31 degrees in Toledo",
            "31 degrees in Burgos",
            "31 degrees in Soria"
        ]
    );
    let ids: BTreeSet<&str> = results.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids.len(), 3, "{results:?}");
    assert!(ids.contains("a") && ids.contains("call_1_1"), "{results:?}");
    let body = test.requests().pop().unwrap().json();
    let called: BTreeSet<&str> = body["messages"][1]["tool_calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["id"].as_str().unwrap())
        .collect();
    assert_eq!(called, ids);
}

#[tokio::test]
async fn a_run_stops_at_max_rounds() {
    let call = || calls(&[("a", "get_weather", r#"{"city":"Toledo"}"#)]);
    for streamed in [false, true] {
        let test = model(std::iter::repeat_with(call));
        let run = test
            .client
            .chat(QUESTION)
            .run_tools(toolbox())
            .max_rounds(3);
        let error = if streamed {
            let (events, end) = read_run(run.stream()).await;
            assert_eq!(events, ["call", "result", "call", "result"]);
            end.unwrap_err()
        } else {
            run.await.unwrap_err()
        };
        assert_eq!(test.requests().len(), 3);
        // The question, and two rounds with a call and its result. The last calls did not run.
        assert_eq!(error.messages().len(), 5);
        assert_eq!(error.usage().total_tokens, Some(36));
        let RunToolsError::MaxRoundsExceeded { run } = &error else {
            panic!("{error:?}");
        };
        assert_eq!((run.rounds, run.response.tool_calls().len()), (3, 1));
        let error = Error::from(error);
        assert!(error.is_invalid_output() && !error.is_outcome_unknown());
        assert!(error.to_string().contains("max_rounds"), "{error}");
        assert!(!format!("{error:?}").contains("Toledo"), "{error:?}");
    }
    let test = model(std::iter::repeat_with(call));
    test.client
        .chat(QUESTION)
        .run_tools(toolbox())
        .await
        .unwrap_err();
    assert_eq!(test.requests().len(), 8, "the documented limit");
}

#[tokio::test]
async fn a_required_tool_choice_reaches_max_rounds() {
    let mock = MockServer::start().await.unwrap();
    let client = Clients::for_mock(&mock, "key").client;
    let chat = client
        .chat(QUESTION)
        .with_extra_field("tool_choice", ToolChoice::Required);
    let error = chat.run_tools(toolbox()).max_rounds(2).await.unwrap_err();
    assert!(
        matches!(error, RunToolsError::MaxRoundsExceeded { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_failed_call_ends_the_run_and_returns_the_conversation() {
    let first = calls(&[("a", "get_weather", r#"{"city":"Toledo"}"#)]);
    let test = TestClient::new([MockResponse::json(&first), MockResponse::status(400)]);
    let error = test
        .client
        .chat(QUESTION)
        .run_tools(toolbox())
        .await
        .unwrap_err();
    assert_eq!(error.messages().len(), 3);
    assert_eq!(error.usage().total_tokens, Some(12));
    assert_eq!(Error::from(error).status().unwrap(), 400);
}

#[tokio::test]
async fn a_truncated_stream_keeps_received_chunks() {
    let chunk =
        json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": "War"}}]});
    let test = TestClient::new([MockResponse::event_bytes([Bytes::from(format!(
        "data: {chunk}\n\n"
    ))])]);
    let (_, end) = read_run(test.client.chat(QUESTION).run_tools(toolbox()).stream()).await;
    let error = Error::from(end.unwrap_err());
    assert!(error.is_truncated());
    let partial = error.partial_response::<ChatCompletionResponse>().unwrap();
    assert_eq!(partial.text().unwrap(), "War");
}

/// Each is rejected before sending, with an error that names the field.
#[tokio::test]
async fn invalid_tools_are_rejected() {
    let test = TestClient::new([]);
    let client = &test.client;
    let same = || Tool::function::<Place>("get_weather", "Something else");
    let twice = client
        .chat(QUESTION)
        .run_tools(toolbox().tool(same(), weather));
    let errors = [
        (
            Error::from(twice.await.unwrap_err()),
            "two tools named `get_weather`",
        ),
        (
            client
                .chat(QUESTION)
                .tools([same(), same()])
                .await
                .unwrap_err(),
            "two tools named `get_weather`",
        ),
        (
            test.media
                .prompt(QUESTION)
                .tools([same(), same()])
                .await
                .unwrap_err(),
            "two tools named `get_weather`",
        ),
        (
            client
                .chat(QUESTION)
                .tools([Tool::function::<Place>(" ", "?")])
                .await
                .unwrap_err(),
            "a tool without a name",
        ),
        (
            client
                .chat(QUESTION)
                .tools([Tool::function::<String>("f", "?")])
                .await
                .unwrap_err(),
            "a tool `f` whose schema is not the schema of an object",
        ),
        (
            client
                .chat(QUESTION)
                .tools([ToolFunction::new("f").parameters(json!("city"))])
                .stream()
                .await
                .unwrap_err(),
            "a tool `f` whose schema is not the schema of an object",
        ),
        (
            Error::from(
                client
                    .chat(QUESTION)
                    .tools([same()])
                    .run_tools(toolbox())
                    .await
                    .unwrap_err(),
            ),
            "in addition to a toolbox",
        ),
    ];
    for (error, problem) in &errors {
        assert!(error.is_invalid_argument(), "{error}");
        assert_eq!(error.invalid_field(), Some("tools"), "{error}");
        assert!(error.to_string().contains(problem), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    assert!(test.requests().is_empty());
}

#[tokio::test]
async fn the_schema_of_a_type_is_inlined() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Trip {
        #[expect(dead_code, reason = "only its schema is used")]
        places: Vec<Place>,
    }
    let tool = Tool::function::<Trip>("plan", "Plans a trip");
    let schema = Value::from(tool.function.parameters.unwrap());
    assert!(!schema.to_string().contains("$ref"), "{schema}");
    let place = &schema["properties"]["places"]["items"];
    assert_eq!(place["required"], json!(["city"]));
    assert_eq!(
        place["properties"]["city"],
        json!({"type": "string", "description": "Name of the city, without its country."})
    );
}

#[tokio::test]
async fn tool_schema_key_selects_the_schema_field() {
    let schema = Value::from(
        Tool::function::<Place>("f", "")
            .function
            .parameters
            .unwrap(),
    );
    let cases = [
        (ToolSchemaKey::Parameters, [true, false]),
        (ToolSchemaKey::Arguments, [false, true]),
        (ToolSchemaKey::Both, [true, true]),
    ];
    for (key, expected) in cases {
        let test = TestClient::with_settings([MockResponse::json(&message("Hi"))], |builder| {
            builder.tool_schema_key(key)
        });
        let tools = [Tool::function::<Place>("f", "")];
        test.client.chat(QUESTION).tools(tools).await.unwrap();
        let sent = test.single_request();
        assert_eq!(sent.operation(), "chat");
        let function = &sent.json()["tools"][0]["function"];
        let found = ["parameters", "arguments"].map(|key| function.get(key) == Some(&schema));
        assert_eq!(found, expected, "{function}");
    }
}

#[tokio::test]
async fn a_prompt_may_call_tools_unless_disabled() {
    let test = model([message("Hi"), message("Hi")]);
    test.media
        .prompt(QUESTION)
        .run_tools(toolbox())
        .await
        .unwrap();
    let chosen = test
        .media
        .prompt(QUESTION)
        .tool_choice(ToolChoice::function("get_weather"));
    chosen.run_tools(toolbox()).await.unwrap();
    let sent = test
        .requests()
        .into_iter()
        .map(|request| request.json()["tool_choice"].clone());
    let named = json!({"type": "function", "function": {"name": "get_weather"}});
    assert_eq!(sent.collect::<Vec<_>>(), [json!("auto"), named]);
}

/// A tool that counts its concurrent calls and yields to other calls.
#[tokio::test]
async fn calls_of_one_response_run_concurrently_up_to_a_limit() {
    let requested = [
        ("a", "count", "{}"),
        ("b", "count", "{}"),
        ("c", "count", "{}"),
    ];
    for (limit, most) in [(8, 3), (2, 2), (1, 1), (0, 1)] {
        let [now, peak] = [0, 0].map(|start| Arc::new(AtomicUsize::new(start)));
        let peak_count = Arc::clone(&peak);
        let count = move |_: Value| {
            let (now, peak) = (Arc::clone(&now), Arc::clone(&peak));
            async move {
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, String>("done")
            }
        };
        let test = model([calls(&requested), message("Done")]);
        let toolbox = Toolbox::new().tool(ToolFunction::new("count"), count);
        let run = test.client.chat(QUESTION).run_tools(toolbox);
        run.max_concurrent_calls(limit).await.unwrap();
        assert_eq!(peak_count.load(Ordering::SeqCst), most, "at most {limit}");
    }
}

/// Counts drops.
struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn dropping_a_run_cancels_its_calls() {
    for streamed in [false, true] {
        let [count, dropped] = [0, 0].map(|start| Arc::new(AtomicUsize::new(start)));
        let (started, ended) = (Arc::clone(&count), Arc::clone(&dropped));
        let hang = move |_: Value| {
            count.fetch_add(1, Ordering::SeqCst);
            let guard = Guard(Arc::clone(&dropped));
            async move {
                future::pending::<()>().await;
                drop(guard);
                Ok::<_, String>("never")
            }
        };
        let test = model([calls(&[("a", "hang", "{}"), ("b", "hang", "{}")])]);
        let toolbox = Toolbox::new().tool(ToolFunction::new("hang"), hang);
        let run = test.client.chat(QUESTION).run_tools(toolbox);
        if streamed {
            let mut events = run.stream();
            for _ in 0..3 {
                events.next().await.unwrap().unwrap();
            }
            assert!(events.next().now_or_never().is_none());
            drop(events);
        } else {
            let mut run = Box::pin(run.send());
            assert!((&mut run).now_or_never().is_none());
            drop(run);
        }
        assert_eq!(started.load(Ordering::SeqCst), 2);
        assert_eq!(ended.load(Ordering::SeqCst), 2);
        assert_eq!(test.requests().len(), 1);
    }
}

#[test]
fn runs_are_send() {
    fn owned<T: Send + 'static>(_: &T) {}
    let test = TestClient::new([]);
    let run = || test.client.chat(QUESTION).run_tools(toolbox());
    owned(&run().send());
    owned(&run().stream());
    owned(&run().into_future());
}

#[test]
fn invalid_arguments_are_an_error_with_their_text() {
    fn read() -> Result<Place, Error> {
        let call = serde_json::from_value::<imagine_sdk::inference::ChatMessageToolCall>(
            json!({"function": {"name": "f", "arguments": "{\"city\":"}}),
        );
        Ok(call.unwrap().parse_arguments()?)
    }
    let error = read().unwrap_err();
    assert!(error.is_invalid_output());
    let invalid = error.get_ref::<InvalidArguments>().unwrap();
    assert_eq!(invalid.raw(), r#"{"city":"#);
    assert!(!format!("{invalid:?} {error:?}").contains("city"));
}

#[tokio::test]
async fn images_in_messages_are_sent_unchanged() {
    use imagine_sdk::ChatMessage;
    use imagine_sdk::inference::ContentPart;
    let gif = Image::bytes(b"GIF89a..").unwrap();
    let test = TestClient::new([MockResponse::json(&message("A cat"))]);
    let message = ChatMessage::user(["What is this?".into(), gif.into()]);
    test.client.chat([message]).await.unwrap();
    let parts = json!([
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/gif;base64,R0lGODlhLi4="}},
    ]);
    assert_eq!(test.single_request().operation(), "chat");
    assert_eq!(
        test.single_request().json()["messages"][0]["content"],
        parts
    );

    let file = ChatMessage::user([ContentPart::image_url("cat.png")]);
    let errors = [
        test.client.chat(&[file.clone()][..]).await.unwrap_err(),
        test.media.prompt([file]).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.invalid_field(), Some("messages"));
        assert!(error.to_string().contains("Image::path"), "{error}");
    }
    assert_eq!(test.requests().len(), 1);
    assert!(Image::bytes(b"hello").unwrap_err().is_file_read());
}

/// Some services move JSON of the model to a call without a name. It is never the end of a run: the model is told.
#[tokio::test]
async fn a_call_that_the_service_lost_is_reported_to_the_model() {
    let lost = || calls(&[("", "", "")]);
    let script = || [lost(), message("31 degrees.")];
    let responses = script().iter().map(MockResponse::json).collect::<Vec<_>>();
    let streams = script().iter().map(events).collect::<Vec<_>>();
    let test = TestClient::new(responses.into_iter().chain(streams));
    let run = || test.client.chat(QUESTION).run_tools(toolbox());
    let buffered = run().await.unwrap();
    let mut stream = run().stream();
    let mut streamed = None;
    while let Some(event) = stream.next().await {
        if let ToolEvent::Done(run) = event.unwrap() {
            streamed = Some(run);
        }
    }
    for run in [buffered, *streamed.unwrap()] {
        assert_eq!((run.rounds, &*run.text().unwrap()), (2, "31 degrees."));
        let result = run.messages.iter().nth(2).unwrap().text().unwrap();
        assert!(result.contains("the call is empty"), "{result}");
    }

    let test = TestClient::from_fn(move |_| MockResponse::json(&lost()));
    let error = test
        .client
        .chat(QUESTION)
        .run_tools(toolbox())
        .await
        .unwrap_err();
    assert!(Error::from(error).is_invalid_output());
}
