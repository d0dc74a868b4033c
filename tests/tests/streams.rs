//! Typed event streams: formats, errors and ends.
//!
//! Each stream arrives in one chunk, byte by byte, and in random splits, with the same result.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use bytes::Bytes;
use imagine_sdk::inference::{
    ChatCompletionResponse, ChatCompletionStreamResponse, ChatMessageToolCall, ChatStream,
};
use imagine_sdk::{Error, StreamEnd};
use imagine_tests::{HttpService, MockResponse, TestClient, all_chunkings, fixtures, stream_cases};
use serde_json::Value;

/// A chunk with the content "hi".
const CHUNK: &str = r#"{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}"#;

/// A chunk with a finish reason.
const FINISH: &str =
    r#"{"id":"c1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;

const DONE: &str = "data: [DONE]\n\n";

fn data(json: &str) -> String {
    format!("data: {json}\n\n")
}

/// The end of a stream.
#[derive(Clone, Debug, PartialEq)]
enum End {
    /// Complete, with `[DONE]`.
    Complete,
    /// Complete, without `[DONE]`.
    Eof,
    /// Truncated.
    Truncated,
    /// An error of the service, with message and code.
    Api(String, Option<String>),
    /// An undecodable event, with the path.
    Decode(String),
    /// An oversized event.
    TooLarge,
}

impl End {
    fn of_stream(end: Option<StreamEnd>) -> Self {
        match end {
            Some(StreamEnd::Done) => Self::Complete,
            Some(StreamEnd::Eof) => Self::Eof,
            other => panic!("unexpected end: {other:?}"),
        }
    }

    fn of(error: &Error) -> Self {
        assert_eq!(error.operation(), Some("chat"), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        if let Some(api) = error.api_error() {
            return Self::Api(api.message().to_owned(), api.code().map(str::to_owned));
        }
        match error.decode_path() {
            Some(path) => Self::Decode(path.to_owned()),
            None if error.is_truncated() => Self::Truncated,
            None if error.is_too_large() => Self::TooLarge,
            None => panic!("unexpected end: {error}"),
        }
    }
}

fn api(message: &str, code: Option<&str>) -> End {
    End::Api(message.to_owned(), code.map(str::to_owned))
}

/// Reads to the end, after which the stream must return `None`.
async fn read(mut stream: ChatStream) -> (Vec<ChatCompletionStreamResponse>, End) {
    let mut chunks = Vec::new();
    let end = loop {
        match stream.next().await {
            Some(Ok(chunk)) => chunks.push(chunk),
            Some(Err(error)) => break End::of(&error),
            None => break End::of_stream(stream.end_reason()),
        }
    };
    assert!(stream.next().await.is_none(), "nothing follows the end");
    (chunks, end)
}

fn contents(chunks: &[ChatCompletionStreamResponse]) -> Vec<String> {
    let strings = chunks.iter().map(|chunk| chunk.text());
    strings
        .map(|text| text.unwrap_or_default().into_owned())
        .collect()
}

/// Streams the bytes under all chunkings, and returns their common result.
async fn streamed(bytes: &[u8]) -> (Vec<ChatCompletionStreamResponse>, End) {
    streamed_with(bytes, |reply| reply).await
}

async fn streamed_with(
    bytes: &[u8],
    dress: impl Fn(MockResponse) -> MockResponse,
) -> (Vec<ChatCompletionStreamResponse>, End) {
    let mut first: Option<(Vec<ChatCompletionStreamResponse>, End)> = None;
    for parts in all_chunkings(bytes) {
        let context = format!("split into {parts:?}");
        let test = TestClient::new([dress(MockResponse::event_bytes(parts))]);
        let stream = test.client.chat("Hi").stream().await.unwrap();
        let found = read(stream).await;
        assert_eq!(test.clock.sleeps(), [Duration::ZERO; 0], "{context}");
        match &first {
            Some(first) => assert_eq!(found, *first, "{context}"),
            None => first = Some(found),
        }
    }
    first.unwrap()
}

/// Asserts the chunks and the end of a stream.
async fn check(stream: impl AsRef<[u8]>, expected: &[&str], end: End) {
    let stream = stream.as_ref();
    let (chunks, found) = streamed(stream).await;
    let context = String::from_utf8_lossy(stream);
    assert_eq!(
        (contents(&chunks), found),
        (to_strings(expected), end),
        "{context}"
    );
}

fn to_strings(strings: &[&str]) -> Vec<String> {
    strings.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn stream_fixtures_are_complete_under_any_chunking() {
    let bytes = fixtures::bytes("chat.sse");
    check(
        &bytes,
        &["", "Man", "chego, aged ", "for a year.", "", ""],
        End::Complete,
    )
    .await;
}

/// Wire case 1.
#[tokio::test]
async fn case_01_a_leading_byte_order_mark_is_skipped() {
    check(
        format!("\u{FEFF}{}{DONE}", data(CHUNK)),
        &["hi"],
        End::Complete,
    )
    .await;
}

/// Wire case 2.
#[tokio::test]
async fn case_02_all_line_endings_are_accepted() {
    for line_end in ["\n", "\r\n", "\r"] {
        let stream = format!("{}{}{DONE}", data(CHUNK), data(CHUNK)).replace('\n', line_end);
        check(stream, &["hi", "hi"], End::Complete).await;
    }
}

/// Wire case 3.
#[tokio::test]
async fn case_03_characters_survive_chunk_boundaries() {
    let chunk = CHUNK.replace("hi", "\u{1F600} \u{e9}");
    check(data(&chunk) + DONE, &["\u{1F600} \u{e9}"], End::Complete).await;
    let mut invalid = data(CHUNK).into_bytes();
    let place = invalid.windows(2).position(|two| two == b"hi").unwrap();
    invalid[place] = 0xFF;
    invalid.extend(data(CHUNK).bytes());
    invalid.extend(DONE.bytes());
    check(invalid, &["\u{FFFD}i", "hi"], End::Complete).await;
    let lone = data(&CHUNK.replace("hi", "\\ud83d!")) + &data(CHUNK) + DONE;
    check(lone, &["\u{FFFD}!", "hi"], End::Complete).await;
}

/// Wire case 4.
#[tokio::test]
async fn case_04_fields_are_parsed_as_the_standard_requires() {
    let (start, end) = CHUNK.split_at(CHUNK.find("\"choices\"").unwrap());
    let streams = [
        format!("data:{CHUNK}\n\n{DONE}"),
        format!("data:  {CHUNK} \n\n{DONE}"),
        format!("data: {start}\ndata: {end}\n\n{DONE}"),
        format!("data\n\n{}{DONE}", data(CHUNK)),
        format!("foo: x\nid: a\0b\nretry: abc\ndata: {CHUNK}\n\n{DONE}"),
        format!("event: message\nid: 7\ndata: {CHUNK}\nretry: 1\n\n{DONE}"),
        format!("data: {CHUNK}\n\nDATA: {CHUNK}\n\n data: {CHUNK}\n\n{DONE}"),
    ];
    for stream in streams {
        check(stream, &["hi"], End::Complete).await;
    }
}

/// Wire case 5.
#[tokio::test]
async fn case_05_comments_and_events_without_data_are_ignored() {
    let stream =
        format!("id: 1\ndata: {CHUNK}\n\n: ping\n\nretry: 3000\n\nevent: x\n\n:\n\n{DONE}");
    check(stream, &["hi"], End::Complete).await;
}

/// Wire case 6.
#[tokio::test]
async fn case_06_keep_alives_are_ignored() {
    let signs = [
        "event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":2}\n\n",
        "event: ping\ndata: {}\n\n",
        "data: {\"type\":\"ping\"}\n\n",
        "data: \n\n",
        ": OPENROUTER PROCESSING\n\n",
    ];
    for sign in signs {
        let stream = format!("{sign}{0}{sign}{0}{sign}{DONE}{sign}", data(CHUNK));
        check(stream, &["hi", "hi"], End::Complete).await;
    }
}

/// Wire case 7.
#[tokio::test]
async fn case_07_an_error_event_is_an_error_with_the_services_message() {
    let errors = [
        (
            r#"data: {"error":{"message":"boom","type":"InternalServerError","param":null,"code":500}}"#,
            Some("500"),
        ),
        (r#"data: {"error":"boom"}"#, None),
        (
            "event: error\ndata: {\"object\":\"error\",\"message\":\"boom\",\"code\":400}",
            Some("400"),
        ),
        (r#"data: {"detail":"boom"}"#, None),
        ("event: error\ndata: boom", None),
        // Two chunks with all required fields.
        (
            r#"data: {"object":"error","message":"boom","code":400,"choices":[]}"#,
            Some("400"),
        ),
        (
            r#"data: {"object":"error","message":"boom","usage":null}"#,
            None,
        ),
        // A bare message.
        (r#"data: {"message":"boom"}"#, None),
    ];
    for (event, code) in errors {
        for rest in ["", DONE, &data(CHUNK)] {
            let stream = format!("{}{event}\n\n{rest}", data(CHUNK));
            check(stream, &["hi"], api("boom", code)).await;
        }
    }
}

#[tokio::test]
async fn an_error_event_without_message_or_terminator_is_an_error() {
    let silent = "event: error\ndata: \n\n";
    let end = api("the response contains no error message", None);
    check(data(CHUNK) + silent + DONE, &["hi"], end).await;
    for last in ["data: {\"error\":\"boom\"}", "event: error\ndata: boom\n"] {
        check(data(CHUNK) + last, &["hi"], api("boom", None)).await;
    }
}

#[tokio::test]
async fn every_stream_detects_error_events() {
    for case in stream_cases() {
        let events = data(r#"{"message":"boom"}"#) + DONE;
        let test = TestClient::new([MockResponse::event_bytes([events.into()])]);
        let error = case.call(&test).collect().await.unwrap_err();
        assert_eq!(
            error.api_error().unwrap().message(),
            "boom",
            "{}",
            case.method
        );
    }
}

/// A service may add a message to an event.
#[tokio::test]
async fn a_message_beside_a_chunk_is_not_an_error() {
    for prefix in [
        r#"{"message":"ok","#,
        r#"{"message":"ok","detail":{"seconds":1},"#,
        r#"{"message":"ok","detail":[],"status":"running","#,
    ] {
        let chunk = CHUNK.replacen('{', prefix, 1);
        check(data(&chunk) + DONE, &["hi"], End::Complete).await;
    }
}

#[tokio::test]
async fn an_event_with_a_type_is_not_a_service_error() {
    let event = data(r#"{"type":"status","message":"queued"}"#);
    check(data(CHUNK) + &event + DONE, &["hi"], End::Complete).await;
}

#[tokio::test]
async fn case_07_a_null_error_is_ignored() {
    let chunk = CHUNK.replacen('{', r#"{"error":null,"#, 1);
    check(data(&chunk) + DONE, &["hi"], End::Complete).await;
}

/// Wire cases 7 and 8.
#[tokio::test]
async fn case_07_chunks_before_an_error_are_kept() {
    let ends = [
        String::new(),
        data(r#"{"error":{"message":"boom"}}"#),
        "event: error\ndata: boom\n\n".to_owned(),
        data("7"),
    ];
    for end in ends {
        for parts in all_chunkings((data(CHUNK) + &end).as_bytes()) {
            let test = TestClient::new([MockResponse::event_bytes(parts)]);
            let stream = test.client.chat("Hi").stream().await.unwrap();
            let error = stream.collect().await.unwrap_err();
            let partial: &ChatCompletionResponse = error.partial_response().unwrap();
            assert_eq!(partial.text().unwrap(), "hi", "{error}");
        }
    }
}

#[tokio::test]
async fn an_error_in_the_stream_keeps_the_request_id() {
    let stream = data(r#"{"error":{"message":"boom"}}"#);
    let reply = MockResponse::bytes("text/event-stream", stream).header("x-request-id", "r1");
    let test = TestClient::new([reply]);
    let mut stream = test.client.chat("Hi").stream().await.unwrap();
    assert_eq!(stream.request_id(), Some("r1"));
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.request_id(), Some("r1"), "{error}");
    assert!(error.to_string().contains("boom"), "{error}");
}

/// Wire case 8, a, b, c, e and g.
#[tokio::test]
async fn case_08_a_stream_is_truncated_unless_the_service_finished_it() {
    let (c, finish) = (data(CHUNK), data(FINISH));
    let ends = [
        (format!("{c}{finish}"), vec!["hi", ""], End::Eof),
        (c.clone(), vec!["hi"], End::Truncated),
        (String::new(), vec![], End::Truncated),
        (format!("{c}{DONE}"), vec!["hi"], End::Complete),
        (format!("{c}data: {{\"id\":"), vec!["hi"], End::Truncated),
        (
            format!("{c}{finish}data: {{\"id\":"),
            vec!["hi", ""],
            End::Truncated,
        ),
        (format!("{c}{finish}{DONE}"), vec!["hi", ""], End::Complete),
        (format!("{c}data:[DONE]\n\n"), vec!["hi"], End::Complete),
        (format!("{c}data: [DONE]"), vec!["hi"], End::Complete),
        (format!("{c}data: [DONE]\n"), vec!["hi"], End::Complete),
        (format!("{c}data: [DO"), vec!["hi"], End::Truncated),
    ];
    for (stream, expected, end) in ends {
        check(stream, &expected, end).await;
    }
}

#[tokio::test]
async fn case_08_a_response_without_finish_reason_has_none() {
    let (chunks, _) = streamed((data(CHUNK) + DONE).as_bytes()).await;
    assert_eq!(chunks[0].choices[0].finish_reason, None);
}

/// Wire case 8 d. No time passes, so only `[DONE]` can end the stream.
#[tokio::test]
async fn case_08_done_ends_the_stream_while_the_connection_stays_open() {
    let stream = format!("{}{}{DONE}", data(CHUNK), data(FINISH));
    let (chunks, end) = streamed_with(stream.as_bytes(), MockResponse::then_hangs).await;
    assert_eq!(
        (contents(&chunks), end),
        (to_strings(&["hi", ""]), End::Complete)
    );
}

/// Wire case 8 f.
#[tokio::test]
async fn case_08_a_failed_connection_truncates_the_stream() {
    for stream in [data(CHUNK), format!("{}data: {{\"id", data(CHUNK))] {
        let (chunks, end) = streamed_with(stream.as_bytes(), MockResponse::then_fails).await;
        assert_eq!(
            (contents(&chunks), end),
            (to_strings(&["hi"]), End::Truncated)
        );
    }
    let test = TestClient::new([MockResponse::event_bytes([]).then_fails()]);
    let mut stream = test.client.chat("Hi").stream().await.unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
}

#[tokio::test]
async fn an_undecodable_event_ends_the_stream() {
    let broken = r#"{"id":"c1","model":"m","choices":7}"#;
    let end = End::Decode("choices".to_owned());
    check(data(CHUNK) + &data(broken) + &data(CHUNK), &["hi"], end).await;
}

#[tokio::test]
async fn case_19_an_oversized_event_ends_the_stream() {
    let large = data(&CHUNK.replace("hi", &"x".repeat(4096)));
    for stream in [
        data(CHUNK) + &large,
        data(CHUNK) + "data: " + &"x".repeat(4096),
    ] {
        for parts in all_chunkings(stream.as_bytes()) {
            let script = [MockResponse::event_bytes(parts).then_hangs()];
            let test = TestClient::with_settings(script, |builder| builder.max_event_bytes(1024));
            let stream = test.client.chat("Hi").stream().await.unwrap();
            let (chunks, end) = read(stream).await;
            assert_eq!(
                (contents(&chunks), end),
                (to_strings(&["hi"]), End::TooLarge)
            );
        }
    }
}

/// The limit applies to each event, not to a chunk with several events.
#[tokio::test]
async fn many_small_events_stay_below_the_size_limit() {
    let stream = data(CHUNK).repeat(100) + DONE;
    for parts in all_chunkings(stream.as_bytes()) {
        let test = TestClient::with_settings([MockResponse::event_bytes(parts)], |builder| {
            builder.max_event_bytes(1024)
        });
        let stream = test.client.chat("Hi").stream().await.unwrap();
        let (chunks, end) = read(stream).await;
        assert_eq!((chunks.len(), end), (100, End::Complete));
    }
}

/// Wire case 9.
#[tokio::test]
async fn case_09_a_response_that_is_not_a_stream_is_described() {
    let complete = fixtures::bytes("chat.json");
    let html = Bytes::from_static(b"<html>busy</html>");
    for (content_type, body) in [("application/json", complete), ("text/html", html)] {
        let reply = MockResponse::bytes(content_type, body.clone()).header("x-request-id", "r1");
        let error = TestClient::new([reply])
            .client
            .chat("Hi")
            .stream()
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(
            error.is_unexpected_response() && text.contains(content_type),
            "{text}"
        );
        assert!(text.starts_with("chat: ") && text.contains("200"), "{text}");
        assert_eq!(
            (error.body(), error.request_id()),
            (Some(&body), Some("r1"))
        );
    }
}

/// Wire case 9.
#[tokio::test]
async fn case_09_an_error_object_instead_of_a_stream_is_an_error() {
    let reply = MockResponse::bytes("application/json", r#"{"error":{"message":"busy"}}"#);
    let error = TestClient::new([reply])
        .client
        .chat("Hi")
        .stream()
        .await
        .unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "busy", "{error}");
}

/// Wire case 9.
#[tokio::test]
async fn case_09_the_content_type_of_a_stream_may_have_parameters() {
    for content_type in ["text/event-stream; charset=utf-8", "Text/Event-Stream"] {
        let test = TestClient::new([MockResponse::bytes(content_type, data(CHUNK) + DONE)]);
        let stream = test.client.chat("Hi").stream().await.unwrap();
        assert_eq!(contents(&read(stream).await.0), ["hi"], "{content_type}");
    }
}

/// Wire case 9. The SDK does not accept compression, but a proxy may still compress.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_09_a_compressed_stream_is_decoded() {
    let headers = [
        ("content-type", "text/event-stream"),
        ("content-encoding", "gzip"),
    ];
    let body = fixtures::bytes("variants/chat.sse.gz");
    let service = HttpService::new(http::StatusCode::OK, &headers, body);
    let stream = service.client().chat("Hi").stream().await.unwrap();
    let complete = stream.collect().await.unwrap();
    assert_eq!(complete.text().unwrap(), "Manchego, aged for a year.");
}

/// Accumulates the chunks, under all chunkings.
async fn collect_chunks(chunks: &[&str]) -> ChatCompletionResponse {
    let stream: String = chunks.iter().map(|chunk| data(chunk)).collect();
    let mut complete = None;
    for parts in all_chunkings((stream + DONE).as_bytes()) {
        let test = TestClient::new([MockResponse::event_bytes(parts)]);
        let stream = test.client.chat("Hi").stream().await.unwrap();
        let found = stream.collect().await.unwrap();
        assert_eq!(complete.get_or_insert_with(|| found.clone()), &found);
    }
    complete.unwrap()
}

/// Wire case 10.
#[tokio::test]
async fn case_10_usage_is_found_in_every_position() {
    const USAGE: &str = r#""usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"#;
    let head = r#""id":"c1","model":"m""#;
    let no_usage = CHUNK.replacen('{', r#"{"usage":null,"#, 1);
    let with_choices = CHUNK.replacen('{', &format!("{{{USAGE},"), 1);
    let empty = format!("{{{head},\"choices\":[],{USAGE}}}");
    let null = format!("{{{head},\"choices\":null,{USAGE}}}");
    let alone = format!("{{{head},{USAGE}}}");
    let streams = [
        [no_usage.as_str(), FINISH, &empty],
        [&no_usage, FINISH, &null],
        [&no_usage, FINISH, &alone],
        [&with_choices, FINISH, &no_usage],
        [&empty, &no_usage, FINISH],
    ];
    for chunks in streams {
        let complete = collect_chunks(&chunks).await;
        assert_eq!(complete.usage.total_tokens, Some(3), "{chunks:?}");
        let text = complete.text().unwrap();
        assert!(text.starts_with("hi"), "{chunks:?}");
        for chunk in chunks {
            let chunk: ChatCompletionStreamResponse = serde_json::from_str(chunk).unwrap();
            // An empty chunk must not panic.
            let _ = chunk.text();
        }
    }
}

/// Wire case 10, for the other streams that have usage and choices.
#[tokio::test]
async fn case_10_usage_without_choices_is_accepted_in_every_stream() {
    let usage = r#"{"id":"c1","model":"m","usage":{"total_tokens":3}}"#;
    let stream = || MockResponse::event_bytes([(data(FINISH) + &data(usage) + DONE).into()]);
    let test = TestClient::new([stream(), stream()]);
    let completion = test.client.completion("Hi").stream().await.unwrap();
    let completion = completion.collect().await.unwrap();
    assert_eq!(completion.usage.unwrap().total_tokens, Some(3));
    let prompt = test.media.prompt("Hi").stream().await.unwrap();
    let prompt = prompt.collect().await.unwrap();
    assert_eq!(prompt.usage.total_tokens, Some(3));
}

fn delta(delta: &str) -> String {
    format!(r#"{{"id":"c1","model":"m","choices":[{{"index":0,"delta":{delta}}}]}}"#)
}

/// Returns the id, name and arguments of the accumulated tool calls.
async fn tool_calls(deltas: &[&str]) -> Vec<(Option<String>, String, String)> {
    let chunks: Vec<_> = deltas.iter().map(|parts| delta(parts)).collect();
    let chunks: Vec<_> = chunks.iter().map(String::as_str).collect();
    let complete = collect_chunks(&chunks).await;
    let call = |call: &ChatMessageToolCall| {
        let name = call.name().unwrap_or_default().to_owned();
        (call.id.clone(), name, call.arguments().to_owned())
    };
    complete.tool_calls().iter().map(call).collect()
}

/// Wire case 11, a to d.
#[tokio::test]
async fn case_11_tool_call_deltas_are_joined_by_index_or_id() {
    let first = r#"{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}}]}"#;
    let without_index = first.replace(r#""index":0,"#, "");
    let spellings: &[&[&str]] = &[
        &[
            r#"{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}},{"index":0,"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            first,
            r#"{"tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":":1}"}}]}"#,
        ],
        &[
            &without_index,
            r#"{"tool_calls":[{"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            r#"{"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}},{"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            &without_index,
            r#"{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            first,
            r#"{"tool_calls":[{"index":0,"id":null,"type":null,"function":{"name":null,"arguments":":1}"}}]}"#,
        ],
    ];
    let expected = (
        Some("t1".to_owned()),
        "f".to_owned(),
        r#"{"a":1}"#.to_owned(),
    );
    for deltas in spellings {
        assert_eq!(
            tool_calls(deltas).await,
            std::slice::from_ref(&expected),
            "{deltas:?}"
        );
    }
}

/// Wire case 11, e to i.
#[tokio::test]
async fn case_11_parallel_tool_calls_are_kept_separate() {
    let call_delta = |index: usize, function: &str| {
        format!(r#"{{"tool_calls":[{{"index":{index},"id":"t{index}","function":{function}}}]}}"#)
    };
    let parts = [
        call_delta(0, r#"{"name":"f","arguments":"{\"a\""}"#),
        call_delta(1, r#"{"name":"g","arguments":"{\"b\""}"#),
        call_delta(0, r#"{"arguments":":1}"}"#),
        call_delta(1, r#"{"arguments":":2}"}"#),
    ];
    let call = |id: &str, name: &str, arguments: &str| {
        (Some(id.to_owned()), name.to_owned(), arguments.to_owned())
    };
    let two = [call("t0", "f", r#"{"a":1}"#), call("t1", "g", r#"{"b":2}"#)];
    let marked: Vec<_> = parts.iter().map(String::as_str).collect();
    assert_eq!(tool_calls(&marked).await, two);
    let unmarked = parts.clone().map(|call_delta| {
        call_delta
            .replace(r#""index":0,"#, "")
            .replace(r#""index":1,"#, "")
    });
    let unmarked: Vec<_> = unmarked.iter().map(String::as_str).collect();
    assert_eq!(tool_calls(&unmarked).await, two);
    // The second delta continues the call with the same id, not the call at its index.
    let later = r#"{"tool_calls":[{"id":"t2","function":{"name":"h","arguments":"{\"c\""}},{"function":{"arguments":":3}"}}]}"#;
    let three = [&unmarked[..], &[later]].concat();
    assert_eq!(tool_calls(&three).await[2], call("t2", "h", r#"{"c":3}"#));
    for arguments in [r#""""#, "null"] {
        let empty = call_delta(0, &format!(r#"{{"name":"f","arguments":{arguments}}}"#));
        assert_eq!(tool_calls(&[&empty]).await, [call("t0", "f", "{}")]);
    }
    let truncated = call_delta(0, r#"{"name":"f","arguments":"{\"a\":"}"#);
    assert_eq!(
        tool_calls(&[&truncated]).await,
        [call("t0", "f", r#"{"a":"#)]
    );
    let complete = collect_chunks(&[&delta(&truncated)]).await;
    let invalid = complete.tool_calls()[0]
        .parse_arguments::<Value>()
        .unwrap_err();
    assert_eq!(invalid.raw(), r#"{"a":"#);
    assert_eq!(
        tool_calls(&[r#"{"content":"hi","tool_calls":[]}"#]).await,
        []
    );
}

#[tokio::test]
async fn tool_call_fixtures_accumulate_to_the_response_fixture() {
    let bytes = fixtures::bytes("variants/chat_tool_calls.sse");
    let test = TestClient::new([MockResponse::bytes("text/event-stream", bytes)]);
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let complete = stream.collect().await.unwrap();
    let found: Vec<_> = complete
        .tool_calls()
        .iter()
        .map(|call| (call.id.as_deref(), call.name(), call.arguments()))
        .collect();
    let expected = [
        (Some("call_1"), Some("get_weather"), r#"{"city":"Toledo"}"#),
        (Some("call_2"), Some("get_time"), "{}"),
    ];
    assert_eq!(found, expected);
    assert_eq!(complete.usage.total_tokens, Some(23));
    assert_eq!(
        complete.choices[0].finish_reason.as_ref().unwrap().as_str(),
        "tool_calls"
    );
}

/// Wire case 12. Reasoning is streamed as well, under either name.
#[tokio::test]
async fn case_12_unknown_strings_of_deltas_are_joined() {
    let chunks = [
        delta(r#"{"role":"assistant","reasoning_content":"I ","reasoning":"a"}"#),
        delta(r#"{"reasoning_content":"think","reasoning":"b","x":{"y":1}}"#),
        delta(r#"{"content":"hi","reasoning_content":null}"#),
    ];
    let chunks: Vec<_> = chunks.iter().map(String::as_str).collect();
    let message = collect_chunks(&chunks).await.into_message().unwrap();
    assert_eq!(message.reasoning().unwrap(), "I think");
    assert_eq!(message.extra.get_str("reasoning").unwrap(), "ab");
    assert_eq!(message.extra.raw("x"), Some(r#"{"y":1}"#));
    assert_eq!(message.text().unwrap(), "hi");
}

#[tokio::test]
async fn openai_completion_chunks_decode() {
    let bytes = fixtures::bytes("variants/completion_openai.sse");
    let test = TestClient::new([MockResponse::bytes("text/event-stream", bytes)]);
    let mut stream = test.client.completion("Once upon").stream().await.unwrap();
    let mut strings = Vec::new();
    while let Some(chunk) = stream.next().await {
        strings.push(chunk.unwrap().text().unwrap().into_owned());
    }
    assert_eq!(strings, [" a time", "."]);
}

#[tokio::test]
async fn every_stream_error_names_its_operation() {
    for case in stream_cases() {
        let test = TestClient::new([MockResponse::event_bytes([])]);
        let error = case.call(&test).collect().await.unwrap_err();
        assert_eq!(error.operation(), Some(case.method));
        assert!(error.is_truncated(), "{error}");
    }
}

/// Streams can be moved into tasks and structs.
#[test]
fn streams_are_static_and_send() {
    fn assert_static_and_send<T: Send + Unpin + 'static>() {}
    assert_static_and_send::<ChatStream>();
    assert_static_and_send::<imagine_sdk::inference::CompletionStream>();
    assert_static_and_send::<imagine_sdk::inference::ImageStream>();
}

/// Events of another kind are skipped. Damaged events are errors, regardless of their type.
#[tokio::test]
async fn a_damaged_event_is_not_decoded_as_another_kind() {
    let end = "data: [DONE]\n\n";
    let other = format!("event: usage\ndata: {{\"spent\":1}}\n\nevent: note\ndata: hello\n\n{end}");
    let test = TestClient::new([MockResponse::event_bytes([other.into()])]);
    let mut stream = test.client.chat("q").stream().await.unwrap();
    assert!(stream.next().await.is_none());

    let damaged = format!("event: chunk\ndata: {{\"choices\":[{{\"delta\":{{\"con\n\n{end}");
    let test = TestClient::new([MockResponse::event_bytes([damaged.into()])]);
    let mut stream = test.client.chat("q").stream().await.unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(error.is_decode(), "{error}");
}

/// Events are decoded in place. A skipped event must not affect the next one.
#[tokio::test]
async fn an_event_does_not_leak_into_the_next_one() {
    let other = "event: progress\ndata: {\"id\":\"stale\",\"mood\":1,\"choices\":7}\n\n";
    let bare = data(r#"{"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}"#);
    let (chunks, end) = streamed(format!("{other}{bare}{DONE}").as_bytes()).await;
    assert_eq!(end, End::Complete);
    let [chunk] = &chunks[..] else {
        panic!("one chunk: {chunks:?}");
    };
    assert_eq!(chunk.id, "");
    assert!(chunk.extra.is_empty(), "{chunk:?}");
}
