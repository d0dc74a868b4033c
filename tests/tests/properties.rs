//! Property tests of the event decoder, the accumulator, the JSON reader, responses and URLs.
//!
//! `properties/` contains the checks, which `fuzz/` shares. The tests run them with a limited number of random inputs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "properties/accumulator.rs"]
mod accumulator;
#[path = "properties/reading.rs"]
mod reading;
#[path = "properties/reference.rs"]
mod reference;
#[path = "properties/responses.rs"]
mod responses;
#[path = "properties/sse.rs"]
mod sse;
#[path = "properties/url.rs"]
mod url;

use imagine_tests::{fixtures, json};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Number, Value};

/// Generates bytes with frequent tokens of event streams.
fn event_stream() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"data:",
        b"data: ",
        b"data",
        b"event: ",
        b"event:error",
        b"id: 1",
        b"retry: 9",
        b":",
        b" ",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\r",
        b"\xEF\xBB\xBF",
        b"\xEF\xBB",
        b"\xF0\x9F\x98\x80",
        b"\xF0\x9F",
        b"\xFF",
        b"{\"a\":1}",
    ];
    let chunk =
        prop_oneof![9 => select(known).prop_map(<[u8]>::to_vec), 1 => vec(any::<u8>(), 0..4)];
    vec(chunk, 0..40).prop_map(|chunks| chunks.concat())
}

const FIXTURES: [&str; 13] = [
    "available_models_by_type.json",
    "chat.json",
    "chat_history.json",
    "completion.json",
    "embeddings.json",
    "images_generate.json",
    "reranker.json",
    "transcribe.json",
    "translate.json",
    "usage.json",
    "variants/chat_tool_calls.json",
    "variants/chat_unknown.json",
    "variants/models_openai.json",
];

const STREAM_FIXTURES: [&str; 3] = ["chat.sse", "completion.sse", "variants/chat_tool_calls.sse"];

const KEYS: [&str; 16] = [
    "",
    "id",
    "type",
    "choices",
    "message",
    "delta",
    "content",
    "tool_calls",
    "function",
    "arguments",
    "index",
    "usage",
    "data",
    "error",
    "request",
    "response",
];

/// Generates JSON with frequent known names.
fn any_json() -> impl Strategy<Value = Value> {
    let fraction = |value| Number::from_f64(value).map_or(Value::Null, Value::from);
    let text = prop_oneof![
        ".{0,8}",
        select(&["NaN", "inf", "1e3", "26", "-0.0", " 7 ", "true"][..]).prop_map_into()
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(fraction),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![4 => select(&KEYS[..]).prop_map_into(), 1 => ".{0,4}"];
        let member = (key, inner.clone());
        let object =
            vec(member, 0..4).prop_map(|members| members.into_iter().collect::<Map<_, _>>().into());
        prop_oneof![vec(inner, 0..4).prop_map(Value::from), object]
    })
}

/// Generates mostly invalid JSON from tokens of JSON.
fn json_text() -> impl Strategy<Value = String> {
    let known = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\n",
        "\\u00e9",
        "\\ud83d",
        "\\uDE00",
        "é",
        "😀",
        "\n",
        " ",
        "\"a\":",
        "\"choices\":",
        "\"\"",
        "null",
        "true",
        "0",
        "1",
        "-",
        "123456789",
        "9007199254740993",
        ".",
        ".5",
        "e",
        "E+3",
        "e400",
        "[1,2]",
        "\"text\",",
        "{\"a\":",
        "\t",
        "\0",
    ];
    let chunk = prop_oneof![9 => select(known.to_vec()).prop_map_into(), 1 => ".{0,9}"];
    vec(chunk, 0..12).prop_map(|chunks| chunks.concat())
}

/// Removes, repeats or replaces bytes.
fn damaged(json: Vec<u8>, damage: &[(Index, Option<u8>)]) -> Vec<u8> {
    damage.iter().fold(json, |mut json, (place, byte)| {
        if !json.is_empty() {
            let place = place.index(json.len());
            match byte {
                Some(byte) => json[place] = *byte,
                None => drop(json.remove(place)),
            }
        }
        json
    })
}

/// Replaces some nested values.
fn mutate(mut value: Value, changes: Vec<(Index, Value)>) -> Value {
    for (place, other) in changes {
        let pointers = json::pointers(&value);
        if !pointers.is_empty() {
            value = json::replace_at(value, &pointers[place.index(pointers.len())], other);
        }
    }
    value
}

fn mutations() -> impl Strategy<Value = Vec<(Index, Value)>> {
    vec((any::<Index>(), any_json()), 0..4)
}

/// Generates a service's response with some replaced values.
fn response() -> impl Strategy<Value = Vec<u8>> {
    (select(&FIXTURES[..]), mutations()).prop_map(|(name, changes)| {
        mutate(fixtures::json(name), changes)
            .to_string()
            .into_bytes()
    })
}

/// Generates shuffled chunks of a service's stream with some replaced values.
fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let chunk = |(name, event, changes): (_, Index, _)| {
        let events = fixtures::events(name);
        mutate(event.get(&events).clone(), changes)
            .to_string()
            .into_bytes()
    };
    vec(
        (select(&STREAM_FIXTURES[..]), any::<Index>(), mutations()).prop_map(chunk),
        0..8,
    )
}

/// Generates strings with frequent URL syntax.
fn url_text() -> impl Strategy<Value = String> {
    let known = [
        "/", "\\", "?", "#", "%", "%2F", "%2e", ".", "..", " ", "+", ":", "@", "é", "a", "v2",
        "\t", "\n", "\r", "\0",
    ];
    let chunk = prop_oneof![4 => select(known.to_vec()).prop_map_into(), 1 => ".{0,3}"];
    vec(chunk, 0..6).prop_map(|chunks| chunks.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sse_events_match_the_reference_under_any_chunking(stream in event_stream(), lengths in vec(0_u8..9, 0..9)) {
        sse::check(&stream, &lengths);
    }

    #[test]
    fn any_chunks_accumulate(chunks in chunks()) {
        accumulator::check_chunks(chunks.iter().map(Vec::as_slice));
    }

    #[test]
    fn tool_arguments_are_complete_under_any_chunking(
        arguments in vec(".{0,12}", 0..4),
        turns in vec((any::<u8>(), 0_u8..5), 0..12),
    ) {
        accumulator::check_cuts(&arguments, &turns);
    }

    #[test]
    fn mutated_fixtures_are_rejected_or_round_trip(response in response()) {
        responses::check(&response);
    }

    #[test]
    fn any_json_is_rejected_or_round_trips(value in any_json()) {
        responses::check(value.to_string().as_bytes());
    }

    #[test]
    fn almost_valid_json_decodes_as_in_serde_json(json in json_text()) {
        reading::check(json.as_bytes());
    }

    #[test]
    fn any_json_decodes_as_in_serde_json(value in any_json()) {
        reading::check(value.to_string().as_bytes());
        reading::check(format!("{value:#}").as_bytes());
    }

    #[test]
    fn damaged_responses_decode_as_in_serde_json(
        response in response(),
        damage in vec((any::<Index>(), any::<Option<u8>>()), 0..3),
    ) {
        reading::check(&damaged(response, &damage));
    }

    #[test]
    fn any_bytes_are_rejected_or_round_trip(bytes in vec(any::<u8>(), 0..32)) {
        responses::check(&bytes);
    }

    #[test]
    fn a_path_argument_is_one_segment_or_rejected(path in url_text(), id in url_text()) {
        url::check(&path, &id);
    }
}
