//! Values of an unexpected type in responses (D1): a field that does not fit is left unset, and its value is kept.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;

use imagine_tests::{Case, MockResponse, TestClient, cases, json as values};
use regex_lite::Regex;
use serde_json::{Value, json};

/// The fields of each operation without which a response is rejected: they identify it, or it is worthless without
/// them. `*` is an index.
const REQUIRED: [(&str, &str); 30] = [
    ("chat", "/choices /choices/*"),
    ("completion", "/choices /choices/*"),
    (
        "costs",
        "/costs /costs/text2img /costs/upscale /costs/video",
    ),
    (
        "embeddings",
        "/data /data/* /data/*/embedding /data/*/embedding/*",
    ),
    ("health_check", "/models"),
    ("images_generate", "/data /data/*"),
    ("imagine_history", "/items /items/*"),
    ("my_images", "/nodes /nodes/*"),
    ("ping", "/status"),
    ("prompt", "/choices /choices/*"),
    ("reranker", "/data /data/* /data/*/relevance_score"),
    ("stt", "/reference_text"),
    ("transcribe", "/text"),
    ("translate", "/choices /choices/*"),
    ("usage", "/usage /usage/*"),
    ("voice_clone", "/uuid"),
    ("voices", "/voices /voices/* /voices/*/uuid"),
    // The handles of jobs.
    ("animate", "/generation_uuid"),
    ("expressions", "/generation_uuid"),
    ("foley", "/generation_uuid"),
    ("imagine", "/generation_uuid"),
    ("img2img", "/generation_uuid"),
    ("inpaint", "/generation_uuid"),
    ("model3d", "/generation_uuid"),
    ("music", "/generation_uuid"),
    ("remove_background", "/generation_uuid"),
    ("text2img", "/generation_uuid"),
    ("tts", "/generation_uuid"),
    ("upscale", "/generation_uuid"),
    ("video", "/generation_uuid"),
];

/// Operations whose responses are converted to another form: lists of models.
const EXEMPT: [&str; 2] = ["available_models", "available_models_by_type"];

/// An object that fits gets the defaults of its fields, and a map of strings converts its values.
fn is_kept(kept: Option<&Value>, replacement: &Value) -> bool {
    match (kept, replacement) {
        (Some(Value::Object(kept)), Value::Object(members)) => {
            members.keys().all(|key| kept.contains_key(key))
        }
        // A string that contains JSON keeps the text of another value.
        (Some(Value::String(kept)), replacement) => {
            serde_json::from_str::<Value>(kept).is_ok_and(|kept| kept == *replacement)
        }
        (kept, replacement) => kept == Some(replacement),
    }
}

async fn decode(case: &Case, response: &Value) -> Option<Value> {
    let test = TestClient::new([MockResponse::json(response)]);
    case.call(&test).send().await.ok()
}

#[tokio::test]
async fn only_required_fields_reject_a_response() {
    let replacements = [
        json!("text"),
        json!(["list"]),
        json!({"object": true}),
        json!(1.5),
        json!(true),
    ];
    let index = Regex::new("/[0-9]+").unwrap();
    let mut rejecting = BTreeSet::new();
    for case in cases()
        .into_iter()
        .filter(|case| !EXEMPT.contains(&case.method))
    {
        let original = case.response();
        for pointer in values::pointers(&original) {
            for replacement in &replacements {
                let mut response = original.clone();
                *response.pointer_mut(&pointer).unwrap() = replacement.clone();
                match decode(&case, &response).await {
                    None => {
                        let place = index.replace_all(&pointer, "/*");
                        rejecting.insert(format!("{} {place}", case.method));
                    }
                    Some(decoded) if replacement.is_array() || replacement.is_object() => {
                        let kept = decoded.pointer(&pointer);
                        assert!(
                            is_kept(kept, replacement),
                            "{} {pointer}: {kept:?}",
                            case.method
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }
    let required = REQUIRED.iter().flat_map(|(operation, pointers)| {
        let pointers = pointers.split(' ');
        pointers.map(move |pointer| format!("{operation} {pointer}"))
    });
    assert_eq!(rejecting, required.collect());
}

/// D2
#[tokio::test]
async fn a_null_in_a_vector_is_an_error_with_its_path() {
    let body = json!({"object": "list", "model": "m", "created": 1, "usage": {}, "data": [
        {"object": "embedding", "index": 0, "embedding": [0.1, null]},
    ]});
    let test = TestClient::new([MockResponse::json(&body)]);
    let error = test.client.embeddings("a").await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.decode_path(), Some("data[0].embedding[1]"));
}
