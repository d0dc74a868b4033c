//! Structured output while it arrives: partial values, and the elements of lists.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use futures_util::{StreamExt, TryStreamExt};
use imagine_sdk::structured::{OutputMode, ParseError, ParseEvent, Schema};
use imagine_tests::{MockResponse, TestClient, all_chunkings};
use proptest::collection::vec;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
struct Cheeses {
    country: String,
    cheeses: Vec<Cheese>,
}

#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
struct Cheese {
    name: String,
}

const OUTPUT: &str = r#"{"country":"Spain","cheeses":[{"name":"Manchego"},{"name":"Payoyo \"á\""},{"name":"Mahón"}]}"#;
const NAMES: [&str; 3] = ["Manchego", "Payoyo \"á\"", "Mahón"];

/// The deltas of one choice of a stream, one for each part.
fn deltas(parts: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let chunk = |choice: Value| json!({"id": "1", "model": "m", "choices": [choice]});
    let parts = parts
        .into_iter()
        .map(|delta| chunk(json!({"index": 0, "delta": delta})));
    let end = json!({"index": 0, "delta": {}, "finish_reason": "stop"});
    parts.chain([chunk(end)]).collect()
}

fn content(text: &str) -> Vec<Value> {
    deltas(text.chars().map(|character| json!({"content": character})))
}

fn call(text: &str) -> Vec<Value> {
    let start = json!({"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "Cheeses", "arguments": ""}}]});
    let parts = text
        .chars()
        .map(|part| json!({"tool_calls": [{"index": 0, "function": {"arguments": part}}]}));
    deltas([start].into_iter().chain(parts))
}

/// The stream of a service that moves the JSON to tool calls, which are empty.
fn lost() -> MockResponse {
    let call = json!({"index": 0, "function": {"name": "", "arguments": ""}});
    MockResponse::events(deltas([json!({"content": "", "tool_calls": [call]})]))
}

fn names(items: &[Cheese]) -> Vec<&str> {
    items.iter().map(|cheese| &*cheese.name).collect()
}

/// Returns the output in each form in which it may arrive.
fn forms() -> Vec<Vec<Value>> {
    vec![
        call(OUTPUT),
        content(OUTPUT),
        content(&format!(
            "<think>Maybe {{\"country\":\"X\"}}?</think>\nHere:\n```json\n{OUTPUT}\n```"
        )),
        content(&format!(
            r#"<|python_tag|>{{"type":"function","name":"Cheeses","parameters":{OUTPUT}}}<|eom_id|>"#
        )),
        content(&format!(r#"[{{"name":"Cheeses","arguments":{OUTPUT}}}]"#)),
    ]
}

#[tokio::test]
async fn partial_values_grow_to_the_typed_output_in_every_form() {
    let whole: Value = serde_json::from_str(OUTPUT).unwrap();
    for events in forms() {
        let test = TestClient::new([MockResponse::events(events)]);
        let stream = test.client.chat("?").parse_stream::<Cheeses>();
        let events: Vec<_> = stream.try_collect().await.unwrap();
        let (last, partials) = events.split_last().unwrap();
        let partials: Vec<_> = partials.iter().filter_map(ParseEvent::partial).collect();
        assert_eq!(partials.last(), Some(&&whole));
        assert!(partials.contains(&&json!({"country": "Spa"})));
        assert!(
            partials.contains(&&json!({"country": "Spain", "cheeses": [{"name": "Manchego"}, {}]}))
        );
        // Nothing but the output is yielded, and never the same value twice in a row.
        assert!(partials.iter().all(|partial| partial.get("name").is_none()));
        assert!(partials.windows(2).all(|pair| pair[0] != pair[1]));
        let ParseEvent::Done(parsed) = last else {
            panic!("{last:?}");
        };
        assert_eq!(names(&parsed.value.cheeses), NAMES);
    }
}

#[tokio::test]
async fn each_element_is_yielded_once_in_every_form() {
    for events in forms() {
        let test = TestClient::new([MockResponse::events(events)]);
        let items = test
            .client
            .chat("?")
            .parse_stream::<Cheeses>()
            .items::<Cheese>();
        let items: Vec<Cheese> = items.try_collect().await.unwrap();
        assert_eq!(names(&items), NAMES);
    }
}

#[tokio::test]
async fn elements_are_the_same_in_every_chunking() {
    let mut body = String::new();
    for event in call(OUTPUT) {
        body += &format!("data: {event}\n\n");
    }
    body += "data: [DONE]\n\n";
    for chunks in all_chunkings(body.as_bytes()) {
        let test = TestClient::new([MockResponse::event_bytes(chunks)]);
        let items = test
            .client
            .chat("?")
            .parse_stream::<Cheeses>()
            .items::<Cheese>();
        let items: Vec<Cheese> = items.try_collect().await.unwrap();
        assert_eq!(names(&items), NAMES);
    }
}

/// The rest of the stream never arrives.
#[tokio::test]
async fn an_element_is_yielded_before_the_response_ends() {
    let mut body = String::new();
    let finished = OUTPUT.find("},").unwrap() + 1;
    for event in &content(&OUTPUT[..finished])[..finished] {
        body += &format!("data: {event}\n\n");
    }
    let endless = futures_util::stream::pending();
    let response = MockResponse::event_bytes([body.into()]).body(endless);
    let test = TestClient::new([response]);
    let mut items = test
        .client
        .chat("?")
        .parse_stream::<Cheeses>()
        .items::<Cheese>();
    assert_eq!(items.next().await.unwrap().unwrap().name, "Manchego");
}

#[tokio::test]
async fn a_truncated_stream_yields_the_finished_elements_and_an_error() {
    let cut = &OUTPUT[..OUTPUT.len() - 10];
    let mut events = content(cut);
    let last = events.last_mut().unwrap();
    last["choices"][0]["finish_reason"] = "length".into();
    let test = TestClient::new([MockResponse::events(events)]);
    let items = test
        .client
        .chat("?")
        .parse_stream::<Cheeses>()
        .items::<Cheese>();
    let items: Vec<Result<Cheese, ParseError>> = items.collect().await;
    assert_eq!(items.len(), 3);
    assert_eq!(items[1].as_ref().unwrap().name, NAMES[1]);
    assert!(matches!(&items[2], Err(ParseError::Truncated { text, .. }) if text == cut));
}

#[tokio::test]
async fn an_element_of_another_type_is_an_error_after_the_elements_before_it() {
    let output =
        r#"{"country":"Spain","cheeses":[{"name":"Manchego"},{"name":7},{"name":"Mahón"}]}"#;
    let test = TestClient::new([MockResponse::stream([output])]);
    let items = test
        .client
        .chat("?")
        .parse_stream::<Cheeses>()
        .items::<Cheese>();
    let items: Vec<Result<Cheese, ParseError>> = items.collect().await;
    let [Ok(first), Err(error)] = &items[..] else {
        panic!("{items:?}");
    };
    assert_eq!(first.name, "Manchego");
    assert!(
        error.to_string().contains("`cheeses[1]`: `name`"),
        "{error}"
    );
}

#[tokio::test]
async fn an_invalid_output_leads_to_another_round_if_nothing_was_yielded() {
    let test = TestClient::new([
        lost(),
        MockResponse::stream([OUTPUT]),
        MockResponse::stream([OUTPUT]),
    ]);
    let items = || {
        test.client
            .chat("?")
            .max_tokens(90)
            .parse_stream::<Cheeses>()
            .items::<Cheese>()
    };
    let found: Vec<Cheese> = items().try_collect().await.unwrap();
    assert_eq!(names(&found), NAMES);
    // The mode that worked is remembered.
    items().try_collect::<Vec<_>>().await.unwrap();
    let operations = test.requests();
    let operations: Vec<_> = operations
        .iter()
        .map(|request| request.operation())
        .collect();
    assert_eq!(operations, ["chat", "completion", "completion"]);
    assert!(
        test.requests()
            .iter()
            .all(|request| request.json()["stream"] == true)
    );
}

#[tokio::test]
async fn an_output_that_was_yielded_in_part_is_not_requested_again() {
    let test = TestClient::new([MockResponse::stream([r#"{"country":"#, "\"Spain\"}"])]);
    let stream = test.client.chat("?").parse_stream::<Cheeses>();
    let events: Vec<_> = stream.collect().await;
    let Some(Err(ParseError::Invalid { problem, .. })) = events.last() else {
        panic!("{events:?}");
    };
    assert!(problem.contains("cheeses"), "{problem}");
    assert_eq!(test.requests().len(), 1);
}

#[tokio::test]
async fn both_apis_and_every_mode_stream() {
    let reply = || {
        MockResponse::stream([
            "{\"country\":\"Spain\",",
            "\"cheeses\":[{\"name\":\"Mahón\"}]}",
        ])
    };
    let test = TestClient::from_fn(move |_| reply());
    for mode in [
        OutputMode::ToolCall,
        OutputMode::JsonSchema,
        OutputMode::Completion,
    ] {
        let stream = test
            .client
            .chat("?")
            .parse_stream::<Cheeses>()
            .output_mode(mode);
        let items: Vec<Cheese> = stream.items().try_collect().await.unwrap();
        assert_eq!(names(&items), ["Mahón"]);
    }
    let items = test
        .media
        .prompt("?")
        .parse_stream::<Cheeses>()
        .items::<Cheese>();
    assert_eq!(
        names(&items.try_collect::<Vec<_>>().await.unwrap()),
        ["Mahón"]
    );
}

#[tokio::test]
async fn elements_need_a_type_with_one_list() {
    let test = TestClient::new([]);
    let mut items = test
        .client
        .chat("?")
        .parse_stream::<Cheese>()
        .items::<Value>();
    let error = items.next().await.unwrap().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`schema` of `Cheese` has 0 lists"),
        "{error}"
    );
    assert!(items.next().await.is_none());
    assert!(test.requests().is_empty());
}

/// The number of partial values of a long output, each of which costs its length, grows with the logarithm.
#[tokio::test]
async fn partial_values_of_a_long_output_are_few() {
    let long = "x".repeat(200_000);
    let output = format!(r#"{{"country":"{long}","cheeses":[]}}"#);
    let parts = output
        .as_bytes()
        .chunks(100)
        .map(|part| String::from_utf8_lossy(part).into_owned());
    let test = TestClient::new([MockResponse::stream(parts)]);
    let stream = test.client.chat("?").parse_stream::<Cheeses>();
    let events: Vec<_> = stream.try_collect().await.unwrap();
    assert!((50..150).contains(&events.len()), "{}", events.len());
}

#[test]
fn blocking_iterators_yield_the_same() {
    use imagine_sdk::blocking::Client;
    use imagine_tests::{ENDPOINT, KEY, ManualClock, MockTransport};
    let transport = MockTransport::new(
        ENDPOINT,
        [
            MockResponse::stream([OUTPUT]),
            MockResponse::stream([OUTPUT]),
        ],
    );
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = builder
        .transport(transport)
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let items = client.chat("?").parse_stream::<Cheeses>().items::<Cheese>();
    let items: Vec<Cheese> = items.into_iter().map(Result::unwrap).collect();
    assert_eq!(names(&items), NAMES);
    let events: Vec<_> = client
        .chat("?")
        .parse_stream::<Cheeses>()
        .into_iter()
        .collect();
    assert!(matches!(events.last(), Some(Ok(ParseEvent::Done(_)))));
}

/// Generates elements of a list, with strings that contain the characters of JSON, and nested containers.
fn elements() -> impl Strategy<Value = Vec<Value>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a\"\\\\{}\\[\\],:é😀\n ]{0,6}".prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec(("[a-c\"]{1,2}", inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    vec(nested, 0..5)
}

/// Splits a text into deltas, at characters.
fn split(text: &str, sizes: &[usize]) -> Vec<String> {
    let mut characters = text.chars().peekable();
    let mut sizes = sizes.iter().cycle();
    let mut parts = Vec::new();
    while characters.peek().is_some() {
        let size = *sizes.next().unwrap();
        parts.push(characters.by_ref().take(size).collect());
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_list_is_yielded_unchanged_in_every_split(list in elements(), pretty: bool, sizes in vec(1..9_usize, 1..5)) {
        let output = json!({"a": 1, "list": list, "z": "é"});
        let text = match pretty {
            true => serde_json::to_string_pretty(&output).unwrap(),
            false => output.to_string(),
        };
        let parts = split(&text, &sizes);
        let test = TestClient::from_fn(move |_| MockResponse::stream(parts.clone()));
        let stream = || {
            let fields = json!({"list": {"type": "array", "items": {"type": "string"}}});
            let schema = Schema::new("T", json!({"type": "object", "properties": fields})).unwrap();
            test.client.chat("?").parse_stream_with::<Value>(schema)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (items, events) = runtime.block_on(async {
            let items = stream().items::<Value>().try_collect::<Vec<_>>().await.unwrap();
            (items, stream().try_collect::<Vec<_>>().await.unwrap())
        });
        prop_assert_eq!(items, list);
        let partials: Vec<_> = events.iter().filter_map(ParseEvent::partial).collect();
        prop_assert_eq!(partials.last(), Some(&&output));
    }
}
