//! Time and memory are proportional to the bytes of a response, and bounded by the limits of the client.
//!
//! Work is counted as the bytes that the program allocates or moves to another allocation, which does not depend on the
//! speed of the machine. Lookups by keys of a response do not allocate; they are by map.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use imagine_sdk::inference::{ChatAccumulator, ChatCompletionResponse};
use imagine_tests::{MockResponse, TestClient};

/// Returns the bytes that are allocated while a function runs.
fn allocated<T>(run: impl FnOnce() -> T) -> u64 {
    allocation_counter::measure(|| drop(run())).bytes_total
}

const MIB: usize = 1 << 20;

fn call(index: usize) -> String {
    format!(r#"{{"index":{index},"function":{{"name":"f","arguments":"{{}}"}}}}"#)
}

fn chunk(delta: &str) -> String {
    format!(r#"{{"id":"1","model":"m","choices":[{{"index":0,"delta":{delta}}}]}}"#)
}

fn accumulate(events: &[String]) -> ChatCompletionResponse {
    let mut chat = ChatAccumulator::default();
    for event in events {
        chat.push(serde_json::from_str(event).unwrap());
    }
    chat.finish()
}

/// F1. Twice the input takes twice the work.
#[test]
fn accumulation_is_linear() {
    let calls_in_one_event = |count: usize| {
        let calls: Vec<_> = (0..count).map(call).collect();
        vec![chunk(&format!(r#"{{"tool_calls":[{}]}}"#, calls.join(",")))]
    };
    let calls_in_many_events = |count: usize| {
        let event = |index| chunk(&format!(r#"{{"tool_calls":[{}]}}"#, call(index)));
        (0..count).map(event).collect()
    };
    let repeated_names = |count: usize| {
        let delta =
            r#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"\"x\","}}]}"#;
        vec![chunk(delta); count]
    };
    let texts = |count: usize| vec![chunk(r#"{"content":"x","reasoning_content":"y"}"#); count];
    let unknown_fields = |count: usize| {
        let event = |index| chunk(&format!(r#"{{"x{index}":[1]}}"#));
        (0..count).map(event).collect::<Vec<_>>()
    };
    type Input<'a> = &'a dyn Fn(usize) -> Vec<String>;
    let inputs: [(&str, Input<'_>); 5] = [
        ("calls in one event", &calls_in_one_event),
        ("calls in many events", &calls_in_many_events),
        ("repeated names", &repeated_names),
        ("texts", &texts),
        ("unknown fields", &unknown_fields),
    ];
    for (name, input) in inputs {
        let work = |count| {
            let events = input(count);
            allocated(|| accumulate(&events))
        };
        let (once, twice) = (work(4000), work(8000));
        assert!(twice * 10 < once * 25, "{name}: {once} bytes, then {twice}");
    }
    assert_eq!(
        accumulate(&calls_in_many_events(5000)).tool_calls().len(),
        5000
    );
}

/// F1
#[tokio::test]
async fn more_than_1024_choices_are_an_error() {
    let event = |count: usize| {
        let choices: Vec<_> = (0..count)
            .map(|index| {
                format!(r#"{{"index":{index},"delta":{{"content":"x"}},"finish_reason":"stop"}}"#)
            })
            .collect();
        let data = format!(
            r#"{{"id":"1","model":"m","choices":[{}]}}"#,
            choices.join(",")
        );
        MockResponse::event_bytes([Bytes::from(format!("data: {data}\n\ndata: [DONE]\n\n"))])
    };
    let test = TestClient::new([event(1024), event(1025)]);
    let stream = test.client.chat("Hi").stream().await.unwrap();
    assert_eq!(stream.collect().await.unwrap().choices.len(), 1024);
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let error = stream.collect().await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert!(error.to_string().contains("1024 choices"), "{error}");
}

/// F2. Unknown fields are kept as text.
#[test]
fn unknown_fields_take_little_more_than_their_bytes() {
    let items = vec![r#"{"a":1}"#; 20_000].join(",");
    let body = format!(r#"{{"choices":[],"unknown":[{items}]}}"#);
    let response: ChatCompletionResponse = serde_json::from_str(&body).unwrap();
    assert_eq!(
        response.extra.raw("unknown").unwrap().len(),
        items.len() + 2
    );
    let test = TestClient::new([MockResponse::bytes("application/json", body.clone())]);
    let request = test.client.chat("Hi");
    let work = allocated(|| request.send().now_or_never().unwrap().unwrap());
    let size = body.len() as u64;
    assert!(work < 4 * size, "{work} bytes for {size}");
}

/// F2
#[tokio::test]
async fn a_response_beyond_the_limit_is_an_error() {
    let response = |bytes: usize| {
        let head = r#"{"choices":[],"x":""#.len();
        let body = format!(r#"{{"choices":[],"x":"{}"}}"#, "x".repeat(bytes - head - 2));
        assert_eq!(body.len(), bytes);
        MockResponse::bytes("application/json", body)
    };
    let script = [response(1000), response(1001)];
    let test = TestClient::with_settings(script, |builder| builder.max_response_bytes(1000));
    test.client.chat("Hi").await.unwrap();
    let error = test.client.chat("Hi").await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert!(error.to_string().contains("max_response_bytes"), "{error}");
}

/// F2. A server that never ends its response is read up to the limit.
#[tokio::test]
async fn the_default_limit_is_64_mib() {
    let endless = stream::repeat(Bytes::from(vec![b' '; MIB])).map(Ok);
    let response = MockResponse::bytes("application/json", "").body(endless.boxed());
    let test = TestClient::new([response]);
    let error = test.client.chat("Hi").await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert!(
        error.to_string().contains(&(64 * MIB).to_string()),
        "{error}"
    );
}

/// F2
#[tokio::test]
async fn an_accumulated_stream_beyond_the_limit_is_an_error_with_the_partial_response() {
    let event = Bytes::from(format!("data: {}\n\n", chunk(r#"{"content":"x"}"#)));
    let size = event.len() - "data: \n\n".len();
    let endless =
        || MockResponse::event_bytes([]).body(stream::repeat(event.clone()).map(Ok).boxed());
    let limit = 10 * size;
    let test = TestClient::with_settings([endless(), endless()], |builder| {
        builder.max_response_bytes(limit)
    });
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let error = stream.collect().await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    let partial = error.partial_response::<ChatCompletionResponse>().unwrap();
    assert_eq!(partial.text().as_deref(), Some("xxxxxxxxxx"));
    // A caller that reads the events bounds them itself.
    let mut stream = test.client.chat("Hi").stream().await.unwrap();
    for _ in 0..100 {
        stream.next().await.unwrap().unwrap();
    }
}

/// F12. A truncated response is read once.
#[test]
fn truncated_json_costs_no_more_than_complete_json() {
    let items =
        vec![r#"{"index":0,"message":{"role":"assistant","content":"a"}}"#; 4_000].join(",");
    let complete = format!(r#"{{"choices":[{items}]}}"#);
    let truncated = complete[..complete.len() - 3].to_owned();
    let work = |body: String| {
        let test = TestClient::new([MockResponse::bytes("application/json", body)]);
        let request = test.client.chat("Hi");
        allocated(|| request.send().now_or_never().unwrap())
    };
    let (complete, truncated) = (work(complete), work(truncated));
    assert!(
        truncated < 3 * complete,
        "{truncated} bytes, {complete} for complete JSON"
    );
}
