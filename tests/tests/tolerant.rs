//! Lenient decoding: missing, differently written and additional values.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;

use imagine_sdk::inference::{
    ChatCompletionRequest, ChatCompletionResponse, EmbeddingResponse, FinishReason, ImageData,
    ImageFormat, ModelNames, ModelType, ModelsByType, Role, UsageResponse,
};
use imagine_sdk::{ChatMessage, Error, Timestamp};
use imagine_tests::{Api, Case, MockResponse, TestClient, cases, fixtures, json, stream_cases};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Mutated fixtures: the method, the file, and the keys that must be present and not `null`.
struct Variant {
    method: &'static str,
    file: &'static str,
    needed: &'static [&'static str],
    needed_not_null: &'static [&'static str],
}

const VARIANTS: &[Variant] = &[
    Variant {
        method: "chat",
        file: "variants/chat_tool_calls.json",
        needed: &["/choices"],
        needed_not_null: &[],
    },
    Variant {
        method: "chat",
        file: "variants/chat_unknown.json",
        needed: &["/choices"],
        needed_not_null: &[],
    },
    Variant {
        method: "chat_history",
        file: "variants/chat_history_reversed.json",
        needed: &[],
        needed_not_null: &[],
    },
    Variant {
        method: "chat_history",
        file: "variants/chat_history_named.json",
        needed: &[],
        needed_not_null: &[],
    },
    Variant {
        method: "available_models",
        file: "variants/models_list.json",
        needed: &[],
        needed_not_null: &[],
    },
    Variant {
        method: "available_models",
        file: "variants/models_openai.json",
        needed: &[],
        needed_not_null: &[],
    },
    Variant {
        method: "available_models_by_type",
        file: "variants/models_new_type.json",
        needed: &[],
        needed_not_null: &[],
    },
    Variant {
        method: "prompt",
        file: "media/prompt_page.json",
        needed: &["/choices"],
        needed_not_null: &[],
    },
];

#[tokio::test]
async fn mutated_responses_decode_leniently() {
    let cases = cases();
    let fits_one =
        |patterns: &[&str], pointer: &str| patterns.iter().any(|pattern| fits(pattern, pointer));
    for variant in VARIANTS {
        let case = cases.iter().find(|case| case.method == variant.method);
        let case = case.unwrap();
        let response = fixtures::json(variant.file);
        for pointer in json::pointers(&response) {
            let less = json::remove_at(response.clone(), &pointer);
            let null = json::replace_at(response.clone(), &pointer, Value::Null);
            for (response, patterns) in [(less, variant.needed), (null, variant.needed_not_null)] {
                let decoded = decoded(case, &response).await;
                let needed = fits_one(patterns, &pointer);
                assert_eq!(
                    decoded.is_err(),
                    needed,
                    "{} {pointer}: {decoded:?}",
                    variant.file
                );
            }
        }
    }
}

/// Every response fixture is tested here, unless another test decodes it.
#[test]
fn every_fixture_is_mutated() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/variants");
    for file in std::fs::read_dir(dir).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let tried = VARIANTS
            .iter()
            .any(|variant| variant.file == format!("variants/{name}"));
        assert_eq!(tried, name.ends_with(".json"), "{name}");
    }
}

async fn decoded(case: &Case, response: &Value) -> Result<Value, Error> {
    let test = TestClient::new([MockResponse::json(response)]);
    case.call(&test).send().await
}

/// Required keys, as a method and a JSON pointer with `*` for list items. Without them, a response of another type
/// would decode as an empty one. An entry of a history without them is kept as JSON.
const REQUIRED: &[(&str, &str)] = &[
    ("chat", "/choices"),
    ("completion", "/choices"),
    ("translate", "/choices"),
    ("embeddings", "/data"),
    ("embeddings", "/data/*"),
    ("embeddings", "/data/*/embedding"),
    ("reranker", "/data"),
    ("reranker", "/data/*/relevance_score"),
    ("images_generate", "/data"),
    ("transcribe", "/text"),
    ("health_check", "/models"),
    ("ping", "/status"),
    ("usage", "/usage"),
    ("costs", "/costs"),
    ("my_images", "/nodes"),
    ("imagine_history", "/items"),
    ("prompt", "/choices"),
    ("stt", "/reference_text"),
    ("voice_clone", "/uuid"),
    ("voices", "/voices"),
    ("voices", "/voices/*/uuid"),
];

/// Keys that must not be `null`. Any other `null` decodes as an empty list, an empty string, or zero.
const REQUIRED_NOT_NULL: &[(&str, &str)] = &[
    ("embeddings", "/data"),
    ("embeddings", "/data/*/embedding/*"),
];

/// Submissions. Polling requires an id in their responses.
const SUBMISSIONS: &[&str] = &[
    "animate",
    "expressions",
    "foley",
    "imagine",
    "img2img",
    "inpaint",
    "model3d",
    "music",
    "remove_background",
    "text2img",
    "tts",
    "upscale",
    "video",
];

fn is_listed(list: &[(&str, &str)], method: &str, pointer: &str) -> bool {
    let is_handle = SUBMISSIONS.contains(&method) && pointer == "/generation_uuid";
    is_handle
        || list
            .iter()
            .any(|(listed, pattern)| *listed == method && fits(pattern, pointer))
}

fn fits(pattern: &str, pointer: &str) -> bool {
    let (mut expected, mut given) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return true,
            (Some("*"), Some(index)) if index.parse::<usize>().is_ok() => {}
            (Some(step), Some(same)) if step == same => {}
            _ => return false,
        }
    }
}

#[tokio::test]
async fn only_required_keys_must_be_present() {
    for case in cases() {
        let response = case.response();
        for pointer in json::pointers(&response) {
            let less = json::remove_at(response.clone(), &pointer);
            let decoded = decoded(&case, &less).await;
            let needed = is_listed(REQUIRED, case.method, &pointer);
            assert_eq!(
                decoded.is_err(),
                needed,
                "{} without {pointer}: {decoded:?}",
                case.method
            );
        }
    }
}

#[tokio::test]
async fn case_15_null_decodes_as_absent_or_empty() {
    for case in cases() {
        let response = case.response();
        for pointer in json::pointers(&response) {
            let null = json::replace_at(response.clone(), &pointer, Value::Null);
            let decoded = decoded(&case, &null).await;
            let needed = is_listed(REQUIRED_NOT_NULL, case.method, &pointer);
            assert_eq!(
                decoded.is_err(),
                needed,
                "{} with null at {pointer}: {decoded:?}",
                case.method
            );
        }
    }
}

/// An event without its required field is an event of another type, and skipped.
#[tokio::test]
async fn stream_chunks_decode_leniently() {
    for case in stream_cases() {
        for event in fixtures::events(case.fixture) {
            for pointer in json::pointers(&event) {
                let less = json::remove_at(event.clone(), &pointer);
                let null = json::replace_at(event.clone(), &pointer, Value::Null);
                for event in [less, null] {
                    let body = format!("data: {event}\n\ndata: [DONE]\n\n");
                    let response = MockResponse::bytes("text/event-stream", body.clone());
                    let test = TestClient::new([response]);
                    let read = case.call(&test).collect().await;
                    assert!(read.is_ok(), "{pointer} of {body}: {read:?}");
                }
            }
        }
    }
}

/// The exceptions must be necessary.
#[test]
fn the_exception_lists_have_no_stale_entries() {
    let cases = cases();
    for (method, pattern) in REQUIRED.iter().chain(REQUIRED_NOT_NULL) {
        let case = cases.iter().find(|case| case.method == *method).unwrap();
        let pointers = json::pointers(&case.response());
        assert!(
            pointers.iter().any(|pointer| fits(pattern, pointer)),
            "{method} {pattern}"
        );
    }
}

/// Decodes and encodes a value.
fn round_trip<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(value.clone()).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn case_13_unknown_enum_values_are_kept(text in ".*") {
        let value = Value::from(text.as_str());
        prop_assert_eq!(round_trip::<Role>(&value), value.clone());
        prop_assert_eq!(round_trip::<FinishReason>(&value), value.clone());
        prop_assert_eq!(round_trip::<ModelType>(&value), value.clone());
        prop_assert_eq!(round_trip::<ImageFormat>(&value), value.clone());
        let reason = FinishReason::from(text.as_str());
        prop_assert_eq!(reason.as_str(), &text);
    }

    /// Wire case 14, in a message and in a vector.
    #[test]
    fn case_14_numbers_survive_a_round_trip(number in any::<f64>().prop_filter("JSON has no other", |n| n.is_finite())) {
        let message = format!(r#"{{"role":"user","content":"Hi","x":{number:?}}}"#);
        let message: ChatMessage = serde_json::from_str(&message).unwrap();
        let vectors = format!(r#"{{"data":[{{"embedding":[{number:?}]}}]}}"#);
        let vectors: EmbeddingResponse = serde_json::from_str(&vectors).unwrap();
        let written = [
            message.extra.raw("x").unwrap().to_owned(),
            serde_json::to_string(&vectors.first_embedding().unwrap()[0]).unwrap(),
        ];
        for text in written {
            prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits(), "{}", text);
        }
    }

    #[test]
    fn no_json_makes_decoding_panic(text in "[\\[\\]{}:,\"a-z0-9 .-]{0,64}") {
        let _ = serde_json::from_str::<ChatCompletionResponse>(&text);
        let _ = serde_json::from_str::<ModelsByType>(&text);
        let _ = serde_json::from_str::<Timestamp>(&text);
    }
}

fn response_with(pointer: &str, value: Value) -> ChatCompletionResponse {
    let response = json::replace_at(fixtures::json("chat.json"), pointer, value);
    serde_json::from_value(response).unwrap()
}

/// Wire case 13.
#[test]
fn case_13_finish_reasons_of_all_servers_decode() {
    let reason = |value: Value| {
        let response = response_with("/choices/0/finish_reason", value);
        let reason = response.choices[0].finish_reason.clone();
        reason.map(|reason| reason.as_str().to_owned())
    };
    for text in [
        "",
        "eos",
        "abort",
        "error",
        "stop",
        "length",
        "tool_calls",
        "content_filter",
    ] {
        assert_eq!(reason(text.into()).as_deref(), Some(text));
    }
    assert_eq!(reason(Value::Null), None);
    assert_eq!(
        reason(json!({"type": "stop", "matched": 128_009})).as_deref(),
        Some("stop")
    );
    let response = json::remove_at(fixtures::json("chat.json"), "/choices/0/finish_reason");
    let response: ChatCompletionResponse = serde_json::from_value(response).unwrap();
    assert_eq!(response.choices[0].finish_reason, None);
}

/// Wire case 13.
#[test]
fn case_13_known_enum_values_have_variants() {
    assert_eq!(FinishReason::from("stop"), FinishReason::Stop);
    assert_eq!(Role::from("assistant"), Role::Assistant);
    assert_eq!(Role::from("developer"), Role::Other("developer".to_owned()));
    let response = response_with("/object", "x".into());
    assert_eq!(response.object, "x");
}

/// Wire case 12, and demands 9 and 10. Both spellings and all unknown fields survive a round trip.
#[test]
fn case_12_a_message_is_sent_back_unchanged() {
    let fixture = fixtures::json("variants/chat_unknown.json");
    let response: ChatCompletionResponse = serde_json::from_value(fixture.clone()).unwrap();
    assert_eq!(
        json::canonical(&serde_json::to_value(&response).unwrap()),
        json::canonical(&fixture)
    );
    let message = response.into_message().unwrap();
    assert_eq!(message.reasoning().unwrap(), "r2");
    assert_eq!(message.extra.get_str("reasoning").unwrap(), "r1");
    assert_eq!(
        serde_json::to_value(&message).unwrap(),
        fixture["choices"][0]["message"]
    );
}

/// Wire case 12.
#[test]
fn case_12_the_last_value_of_a_repeated_key_wins() {
    let text = r#"{"id":"1","id":"2","choices":[],"x":1,"x":2}"#;
    let response: ChatCompletionResponse = serde_json::from_str(text).unwrap();
    assert_eq!(response.id, "2");
    assert_eq!(response.extra.raw("x"), Some("2"));
}

/// Wire case 14.
#[test]
fn case_14_timestamps_decode_in_every_form() {
    let spellings = [
        (json!(1_700_000_000), 1_700_000_000.0),
        (json!(1_700_000_000.5), 1_700_000_000.5),
        (serde_json::from_str("1.7e9").unwrap(), 1_700_000_000.0),
        (json!("1700000000"), 1_700_000_000.0),
        (Value::Null, 0.0),
    ];
    for (value, seconds) in spellings {
        let response = response_with("/created", value.clone());
        assert_eq!(json!(response.created.as_f64()), json!(seconds), "{value}");
        assert_eq!(response.created.as_secs(), seconds as i64, "{value}");
    }
}

/// Wire case 14.
#[test]
fn case_14_integers_decode_in_every_form() {
    for value in [
        json!(26),
        json!(26.0),
        json!("26"),
        json!("26.0"),
        json!(" 26 "),
    ] {
        let response = response_with("/usage/total_tokens", value.clone());
        assert_eq!(response.usage.total_tokens, Some(26), "{value}");
        let response = response_with("/choices/0/index", value.clone());
        assert_eq!(response.choices[0].index, 26, "{value}");
    }
    let text = r#"{"messages":[],"model":"m","stream":false,"max_tokens":18446744073709551615}"#;
    let request: ChatCompletionRequest = serde_json::from_str(text).unwrap();
    assert_eq!(request.max_tokens, Some(u64::MAX));
    let text = text.replace("max_tokens", "top_k");
    let request: ChatCompletionRequest = serde_json::from_str(&text).unwrap();
    assert_eq!(request.top_k.map(i64::cast_unsigned), Some(u64::MAX));
    let text = text.replace("18446744073709551615", "-1");
    let request: ChatCompletionRequest = serde_json::from_str(&text).unwrap();
    assert_eq!(request.top_k, Some(-1));
}

/// Wire case 14. Unknown values keep all digits.
#[test]
fn case_14_unknown_numbers_are_kept() {
    let numbers = r#"{"seed":18446744073709551615,"logprob":-9999.0,"none":null,"minus":-1}"#;
    let text = format!(r#"{{"choices":[],"x":{numbers}}}"#);
    let response: ChatCompletionResponse = serde_json::from_str(&text).unwrap();
    let expected: Value = serde_json::from_str(numbers).unwrap();
    assert_eq!(response.extra.raw("x"), Some(numbers));
    assert_eq!(response.extra.get("x"), Some(expected));
}

/// Wire case 15.
#[test]
fn case_15_null_lists_decode_as_empty() {
    let text = r#"{"id":"1","object":"list","model":"m","data":null}"#;
    let response: EmbeddingResponse = serde_json::from_str(text).unwrap();
    assert!(response.data.is_empty() && response.first_embedding().is_none());
    let text = r#"{"id":"1","model":"m","choices":null}"#;
    let response: ChatCompletionResponse = serde_json::from_str(text).unwrap();
    assert!(response.choices.is_empty() && response.text().is_none());
    assert!(response.tool_calls().is_empty() && response.into_message().is_none());
}

/// Wire case 11 i. An empty list contains no call.
#[test]
fn case_11_missing_tool_calls_decode_as_empty() {
    for calls in [json!([]), Value::Null] {
        let response = json::replace_at(
            fixtures::json("variants/chat_tool_calls.json"),
            "/choices/0/message/tool_calls",
            calls,
        );
        let response: ChatCompletionResponse = serde_json::from_value(response).unwrap();
        assert!(response.tool_calls().is_empty());
    }
    let response = fixtures::json("variants/chat_tool_calls.json");
    let response: ChatCompletionResponse = serde_json::from_value(response).unwrap();
    assert_eq!(response.tool_calls()[0].name(), Some("get_weather"));
    assert_eq!(response.text(), None);
}

/// Wire case 20. All encodings of base64 decode.
#[test]
fn case_20_images_decode_from_every_encoding() {
    for text in ["AAAA", "AA AA\n", "data:image/png;base64,AAAA"] {
        let image: ImageData = serde_json::from_value(json!({"b64_json": text})).unwrap();
        assert_eq!(image.bytes().unwrap(), [0, 0, 0], "{text}");
    }
    let response = fixtures::json("images_generate.json");
    let image: ImageData = serde_json::from_value(response["data"][0].clone()).unwrap();
    assert_eq!(image.bytes().unwrap(), b"\x89PNG\r\n\x1a\n");
    let link: ImageData = serde_json::from_value(response["data"][1].clone()).unwrap();
    assert!(link.bytes().is_err());
}

/// Wire case 22.
#[tokio::test]
async fn case_22_model_lists_decode_in_every_shape() {
    let both = ["Llama-3.1-8B", "sdxl-turbo"];
    for name in ["variants/models_openai.json", "variants/models_list.json"] {
        let responses = || MockResponse::bytes("application/json", fixtures::bytes(name));
        let test = TestClient::new([responses(), responses()]);
        let names: ModelNames = test.client.available_models().await.unwrap();
        assert_eq!(names.as_slice(), both, "{name}");
        let by_type = test.client.available_models_by_type().await.unwrap();
        let all: Vec<_> = by_type.into_iter().flat_map(|(_, names)| names).collect();
        assert_eq!(all, both, "{name}");
    }
}

/// Wire cases 13 and 22.
#[test]
fn case_13_unknown_model_types_are_kept() {
    let models = fixtures::json("variants/models_new_type.json");
    let models: ModelsByType = serde_json::from_value(models).unwrap();
    assert_eq!(models.get(&ModelType::Llm).unwrap(), ["Llama-3.1-8B"]);
    let other = |name: &str| models.get(&ModelType::Other(name.to_owned())).unwrap();
    assert_eq!(other("video"), ["wan"]);
    assert!(other("audio").is_empty());
    let kept = serde_json::to_value(&models).unwrap();
    let kept: BTreeSet<_> = kept.as_object().unwrap().keys().cloned().collect();
    assert!(kept.contains("video") && kept.contains("audio"));
}

/// Wire case 22.
#[test]
fn case_22_usage_times_decode_with_and_without_a_zone() {
    for date in [
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00",
        "2026-01-01T00:00:00Z",
    ] {
        let response = json::replace_at(
            fixtures::json("usage.json"),
            "/usage/0/date_bin",
            date.into(),
        );
        let usage: UsageResponse = serde_json::from_value(response).unwrap();
        assert_eq!(usage.usage[0].date_bin, date);
    }
}

/// Wire case 22.
#[tokio::test]
async fn case_22_history_entries_decode_in_every_order() {
    let names = [
        "chat_history.json",
        "variants/chat_history_reversed.json",
        "variants/chat_history_named.json",
    ];
    for name in names {
        let reply = MockResponse::bytes("application/json", fixtures::bytes(name));
        let history = TestClient::new([reply])
            .client
            .chat_history()
            .await
            .unwrap();
        assert_eq!(history.len(), 1, "{name}");
        let entry = &history.as_slice()[0];
        let asked = entry.request.messages.last().and_then(ChatMessage::text);
        assert_eq!(asked.unwrap(), "Best Spanish cheese?", "{name}");
        assert_eq!(entry.response.text().unwrap(), "Manchego.", "{name}");
    }
}

#[tokio::test]
async fn an_empty_history_decodes_as_empty() {
    for case in cases() {
        if case.api() == Api::Inference && case.method.ends_with("_history") {
            assert_eq!(
                decoded(&case, &json!([])).await.unwrap(),
                json!([]),
                "{}",
                case.method
            );
        }
    }
}
