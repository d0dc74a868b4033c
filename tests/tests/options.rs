//! The options of a call, for every operation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use imagine_mock::contract::Contract;
use imagine_sdk::inference::{ModelType, SamplingParams};
use imagine_sdk::{Error, FilePart, TimeoutKind};
use imagine_tests::{
    Api, Body, Call, CallFactory, Case, Clients, MockResponse, SentRequest, Setting, TestClient,
    cases, fixtures, json, wav,
};
use serde_json::{Value, json};

/// Sends `case` with these settings, and returns its request.
async fn sent(case: &Case, settings: impl IntoIterator<Item = Setting>) -> SentRequest {
    let test = TestClient::new([MockResponse::bytes(
        "application/json",
        fixtures::bytes(case.fixture),
    )]);
    configured(case, &test, settings).send().await.unwrap();
    test.single_request()
}

fn configured(
    case: &Case,
    clients: &Clients,
    settings: impl IntoIterator<Item = Setting>,
) -> Box<dyn Call> {
    settings
        .into_iter()
        .fold(case.call(clients), |call, setting| call.with(setting))
}

/// Returns the values of a field in the body, the form or the query.
fn field_values(case: &Case, request: &SentRequest, name: &str) -> Vec<Value> {
    match case.expected.body {
        Body::Json(_) => request.json().get(name).cloned().into_iter().collect(),
        Body::Form(_) => {
            let parts = request.form().into_iter().filter(|part| part.name == name);
            parts.map(|part| part.text().into()).collect()
        }
        Body::Empty => {
            let values = request.query(name).into_iter();
            values.map(Value::from).collect()
        }
    }
}

/// Converts a value into the form that [`placed`] returns: outside JSON, every value is a string.
fn to_field_value(case: &Case, value: &Value) -> Value {
    match (&case.expected.body, value) {
        (Body::Json(_), _) | (_, Value::String(_)) => value.clone(),
        _ => value.to_string().into(),
    }
}

#[tokio::test]
async fn extra_fields_are_sent_where_the_operations_fields_are() {
    let values = [
        json!("a text & more"),
        json!(true),
        json!(2.5),
        json!({"deep": [1, "two", null]}),
    ];
    for case in cases() {
        for value in &values {
            let request = sent(&case, [Setting::ExtraField("x_extra", value.clone())]).await;
            let found = field_values(&case, &request, "x_extra");
            assert_eq!(found, [to_field_value(&case, value)], "{}", case.method);
            assert_eq!(request.path, case.expected.path);
        }
    }
}

#[tokio::test]
async fn an_extra_null_is_sent_as_null_in_json() {
    let case = find_case("chat");
    let request = sent(&case, [Setting::ExtraField("tool_choice", Value::Null)]).await;
    assert_eq!(request.json()["tool_choice"], Value::Null);
    assert!(
        request
            .json()
            .as_object()
            .unwrap()
            .contains_key("tool_choice")
    );
}

#[tokio::test]
async fn an_extra_field_overrides_a_default() {
    for case in cases() {
        let Some(name) = minimal_field(&case) else {
            continue;
        };
        let request = sent(&case, [Setting::ExtraField(name, json!("other"))]).await;
        assert_eq!(
            field_values(&case, &request, name),
            ["other"],
            "{}",
            case.method
        );
    }
}

/// A field of the operation's minimal request.
fn minimal_field(case: &Case) -> Option<&'static str> {
    match case.method {
        "text2img" | "img2img" | "inpaint" | "video" | "music" | "foley" => Some("prompt"),
        "remove_background" | "upscale" => Some("image"),
        "animate" => Some("init_image"),
        "tts" => Some("transcript"),
        "stt" => Some("sample"),
        "check" => Some("generation_uuid"),
        "prompt" => Some("messages"),
        "translate" => Some("model"),
        _ => default_field(case),
    }
}

/// A field with a default in the operation's minimal request.
fn default_field(case: &Case) -> Option<&'static str> {
    match case.method {
        "chat" | "completion" | "embeddings" | "reranker" | "images_generate" | "transcribe" => {
            Some("model")
        }
        history if history.ends_with("_history") => Some("max_items"),
        _ => None,
    }
}

#[tokio::test]
async fn an_extra_field_overrides_its_setter() {
    let calls: [(&str, CallFactory<dyn Call>); 15] = [
        (
            "temperature",
            CallFactory::Inference(|client| {
                Box::new(
                    client
                        .chat("Hello")
                        .with_extra_field("temperature", "extra")
                        .temperature(0.5),
                )
            }),
        ),
        (
            "max_tokens",
            CallFactory::Inference(|client| {
                Box::new(
                    client
                        .completion("Hello")
                        .max_tokens(5)
                        .with_extra_field("max_tokens", "extra"),
                )
            }),
        ),
        (
            "top_n",
            CallFactory::Inference(|client| {
                Box::new(
                    client
                        .reranker("q", ["d"])
                        .top_n(1)
                        .with_extra_field("top_n", "extra"),
                )
            }),
        ),
        (
            "seed",
            CallFactory::Inference(|client| {
                Box::new(
                    client
                        .images_generate("cat")
                        .seed(1)
                        .with_extra_field("seed", "extra"),
                )
            }),
        ),
        (
            "model",
            CallFactory::Inference(|client| {
                let file = FilePart::bytes("a.wav", wav());
                Box::new(
                    client
                        .transcribe(file)
                        .model("set")
                        .with_extra_field("model", "extra"),
                )
            }),
        ),
        (
            "max_items",
            CallFactory::Inference(|client| {
                Box::new(
                    client
                        .chat_history()
                        .max_items(5)
                        .with_extra_field("max_items", "extra"),
                )
            }),
        ),
        (
            "model_type",
            CallFactory::Inference(|client| {
                let models = client.available_models_by_type();
                Box::new(
                    models
                        .model_type(ModelType::Llm)
                        .with_extra_field("model_type", "extra"),
                )
            }),
        ),
        (
            "from",
            CallFactory::Inference(|client| {
                let since = client.usage().since("2026-01-01 00:00:00");
                Box::new(since.with_extra_field("from", "extra"))
            }),
        ),
        (
            "width",
            CallFactory::Media(|client| {
                Box::new(
                    client
                        .text2img("x")
                        .width(8)
                        .with_extra_field("width", "extra"),
                )
            }),
        ),
        (
            "prompt",
            CallFactory::Media(|client| {
                Box::new(client.foley("x").with_extra_field("prompt", "extra"))
            }),
        ),
        (
            "temperature",
            CallFactory::Media(|client| {
                Box::new(
                    client
                        .prompt("x")
                        .with_extra_field("temperature", "extra")
                        .temperature(0.5),
                )
            }),
        ),
        (
            "first",
            CallFactory::Media(|client| {
                Box::new(
                    client
                        .my_images()
                        .first(5)
                        .with_extra_field("first", "extra"),
                )
            }),
        ),
        (
            "name",
            CallFactory::Media(|client| {
                Box::new(
                    client
                        .voice_clone()
                        .with_extra_field("name", "extra")
                        .name("set"),
                )
            }),
        ),
        (
            "sample",
            CallFactory::Media(|client| {
                let file = FilePart::bytes("a.wav", wav());
                Box::new(
                    client
                        .voice_clone()
                        .sample(file)
                        .with_extra_field("sample", "extra"),
                )
            }),
        ),
        (
            "opacity",
            CallFactory::Media(|client| {
                Box::new(
                    client
                        .update_project("p1")
                        .opacity(50)
                        .with_extra_field("opacity", "extra"),
                )
            }),
        ),
    ];
    for (name, call) in calls {
        let test = TestClient::new([MockResponse::status(200)]);
        call.call(&test).send_raw().await.unwrap();
        let request = test.single_request();
        let contract = request.api().contract();
        let (operation, _) = contract.find(&request.method, &request.path).unwrap();
        let case = find_case(&operation.id);
        assert_eq!(field_values(&case, &request, name), ["extra"], "{name}");
    }
}

#[tokio::test]
async fn with_field_omitted_removes_a_field() {
    for case in cases() {
        let Some(name) = minimal_field(&case) else {
            continue;
        };
        let request = sent(&case, [Setting::OmitField(name)]).await;
        assert_eq!(
            field_values(&case, &request, name),
            [Value::Null; 0],
            "{}",
            case.method
        );
    }
}

#[tokio::test]
async fn with_field_omitted_removes_nothing_else() {
    for case in cases() {
        let request = sent(&case, [Setting::OmitField("not_there")]).await;
        let plain = sent(&case, []).await;
        assert_eq!(request.query, plain.query, "{}", case.method);
        match case.expected.body {
            Body::Json(_) => assert_eq!(request.json(), plain.json(), "{}", case.method),
            Body::Form(_) => assert_eq!(request.form(), plain.form(), "{}", case.method),
            Body::Empty => assert!(request.body.is_empty(), "{}", case.method),
        }
    }
}

#[tokio::test]
async fn an_extra_query_parameter_changes_only_the_query() {
    for case in cases() {
        let settings = [
            Setting::ExtraQuery("x k", "v&w=x?#%"),
            Setting::ExtraQuery("x k", "second"),
        ];
        let request = sent(&case, settings).await;
        assert_eq!(
            request.query("x k"),
            ["v&w=x?#%", "second"],
            "{}",
            case.method
        );
        assert_eq!(request.query.len(), case.expected.query.len() + 2);
        if let Body::Json(body) = &case.expected.body {
            assert_eq!(request.json(), *body, "{}", case.method);
        }
    }
}

#[tokio::test]
async fn headers_of_a_call_override_the_sdks_headers() {
    for case in cases() {
        let settings = [
            Setting::Header("X-Trace", "t-1"),
            Setting::Header("user-agent", "mine/1"),
        ];
        let request = sent(&case, settings).await;
        assert_eq!(request.header("x-trace"), Some("t-1"), "{}", case.method);
        let agents = request.headers.get_all("user-agent").iter();
        assert_eq!(agents.collect::<Vec<_>>(), ["mine/1"], "{}", case.method);
    }
}

#[tokio::test]
async fn an_invalid_header_is_rejected_before_sending() {
    for case in cases() {
        for (name, value) in [("x-a", "line\nbreak"), ("not a name", "v")] {
            let test = TestClient::new([]);
            let call = configured(&case, &test, [Setting::Header(name, value)]);
            let error = call.send().await.unwrap_err();
            assert!(error.is_invalid_argument(), "{}: {error}", case.method);
            assert_eq!(error.invalid_field(), Some(name), "{}", case.method);
            assert_eq!(test.requests().len(), 0, "{}", case.method);
        }
    }
}

#[tokio::test]
async fn with_max_retries_limits_retries() {
    for case in cases() {
        for retries in [0, 1, 5] {
            let replies = (0..=retries).map(|_| MockResponse::status(503));
            let test = TestClient::new(replies);
            let call = configured(&case, &test, [Setting::MaxRetries(retries)]);
            let error = call.send().await.unwrap_err();
            assert_eq!(error.attempts(), retries + 1, "{}", case.method);
            assert_eq!(
                test.requests().len(),
                retries as usize + 1,
                "{}",
                case.method
            );
        }
    }
}

#[tokio::test]
async fn with_timeout_limits_the_call() {
    let limit = Duration::from_millis(1234);
    for case in cases() {
        let test = TestClient::new([MockResponse::hangs()]);
        let call = configured(&case, &test, [Setting::Timeout(limit)]);
        let error = call.send().await.unwrap_err();
        assert_eq!(
            error.timeout_kind(),
            Some(TimeoutKind::FirstByte),
            "{}",
            case.method
        );
        assert!(error.to_string().contains("1.234s"), "{error}");
        assert_eq!(test.clock.sleeps(), [limit], "{}", case.method);
    }
}

#[tokio::test]
async fn send_raw_returns_the_bytes_of_any_body() {
    for case in cases() {
        for bytes in [
            fixtures::bytes(case.fixture),
            Bytes::from_static(b"\xFF no JSON"),
        ] {
            let test = TestClient::new([
                MockResponse::bytes("x/y", bytes.clone()).header("x-request-id", "r1")
            ]);
            let raw = case.call(&test).send_raw().await.unwrap();
            assert_eq!(raw.status(), 200, "{}", case.method);
            assert_eq!(raw.headers()["content-type"], "x/y", "{}", case.method);
            assert_eq!(raw.request_id(), Some("r1"), "{}", case.method);
            assert_eq!(raw.into_inner(), bytes, "{}", case.method);
        }
    }
}

#[tokio::test]
async fn send_with_response_returns_status_headers_and_request_id() {
    for case in cases() {
        let response = MockResponse::bytes("application/json", fixtures::bytes(case.fixture))
            .header("X-Request-Id", "r1")
            .header("x-cost", "0.5");
        let test = TestClient::new([MockResponse::status(503), response]);
        let response = case.call(&test).send_with_response().await.unwrap();
        assert_eq!(response.status, 200, "{}", case.method);
        assert_eq!(response.headers["x-cost"], "0.5", "{}", case.method);
        assert_eq!(
            response.request_id.as_deref(),
            Some("r1"),
            "{}",
            case.method
        );
        assert_eq!(response.attempts, 2, "{}", case.method);
        let test = TestClient::new([MockResponse::json(&case.response())]);
        let sent = case.call(&test).send().await.unwrap();
        assert_eq!(response.value, sent, "{}", case.method);
    }
}

#[tokio::test]
async fn awaiting_a_builder_sends_the_request() {
    for case in cases() {
        let test = TestClient::new([
            MockResponse::json(&case.response()),
            MockResponse::json(&case.response()),
        ]);
        let awaited = case.call(&test).await_builder().await.unwrap();
        let sent = case.call(&test).send().await.unwrap();
        assert_eq!(awaited, sent, "{}", case.method);
        assert_eq!(test.requests().len(), 2, "{}", case.method);
    }
}

fn find_case(method: &str) -> Case {
    let mut cases = cases();
    let place = cases.iter().position(|case| case.method == method);
    cases.swap_remove(place.unwrap_or_else(|| panic!("no case `{method}`")))
}

/// Creates a call with a number for this field.
type WithNumber = fn(&Clients, f64) -> Box<dyn Call>;

/// Table entries. The call is before the arrow, the setters of numbers are after it.
macro_rules! numbers {
    ($($client:ident.$operation:ident $arguments:tt => $($setter:ident $(($min:expr, $max:expr))?),+;)+) => {
        &[$($((
            stringify!($operation),
            stringify!($setter),
            $($min, $max,)?
            |clients, value| Box::new(clients.$client.$operation $arguments.$setter(value)),
        )),+),+]
    };
}

/// Every setter of a number with a documented range.
const RANGED: &[(&str, &str, f64, f64, WithNumber)] = numbers! {
    client.chat("Hi") => frequency_penalty(-2.0, 2.0), presence_penalty(-2.0, 2.0), temperature(0.0, 2.0);
    client.completion("Hi") => frequency_penalty(-2.0, 2.0), presence_penalty(-2.0, 2.0), temperature(0.0, 2.0);
    client.translate("Hi", "m") => frequency_penalty(-2.0, 2.0), presence_penalty(-2.0, 2.0), temperature(0.0, 2.0);
};

/// Every setter of a float without a documented range.
const UNLIMITED: &[(&str, &str, WithNumber)] = numbers! {
    client.chat("Hi") => top_p, repetition_penalty;
    client.completion("Hi") => top_p, repetition_penalty;
    client.translate("Hi", "m") => top_p, repetition_penalty;
    client.images_generate("cat") => guidance_scale;
    media.text2img("x") => guidance_scale, strength;
    media.img2img("x", "https://h/x.png") => guidance_scale, strength;
    media.inpaint("x") => guidance_scale, strength;
    media.remove_background("https://h/x.png") => guidance_scale, strength;
    media.upscale("https://h/x.png") => guidance_scale, strength;
    media.animate("https://h/x.png") => guidance_scale, strength;
    media.video("x") => guidance_scale, strength;
    media.music("x") => cfg_coefficient, guidance_scale, strength, temperature;
    media.foley("x") => guidance_scale, strength;
    media.tts("x") => guidance_scale, strength;
    media.imagine("text_to_image") => guidance_scale, strength;
    media.model3d() => guidance_scale, strength;
    media.expressions() => guidance_scale, strength;
    media.update_project("p1") => end_time, in_point, out_point, start_time;
    media.prompt("x") => frequency_penalty, length_penalty, min_p, presence_penalty, repetition_penalty,
        temperature, tfs, token_repetition_penalty, top_a, top_p, typical;
};

/// Returns the numbers of all specified payloads, with or without a range. Handles of jobs are sent back unchanged and
/// have no setters.
fn specified_numbers(ranged: bool) -> BTreeSet<(String, String)> {
    let numbers = Api::ALL.map(|api| numbers_of(api.contract(), ranged));
    let numbers = numbers.into_iter().flatten();
    numbers
        .filter(|(operation, _)| !operation.ends_with("check"))
        .collect()
}

fn numbers_of(contract: &Contract, ranged: bool) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for operation in contract.operations() {
        let Some(payload) = &operation.payload else {
            continue;
        };
        for (name, schema) in contract.definitions().properties(payload.schema.source()) {
            let schema = contract.definitions().resolve(schema);
            // The type of a count excludes negative values.
            let is_count = schema["minimum"] == 0 && schema.get("maximum").is_none();
            let has_limit = schema.get("minimum").is_some() || schema.get("maximum").is_some();
            let has_range = has_limit && !is_count;
            let is_fraction = schema["type"] == "number"
                || schema["type"]
                    .as_array()
                    .is_some_and(|kinds| kinds.contains(&json!("number")));
            if has_range == ranged && (ranged || is_fraction) {
                found.insert((operation.id.clone(), name.to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_range_of_the_specification_is_tested() {
    let pair = |operation: &str, name: &str| (operation.to_owned(), name.to_owned());
    let ranged = RANGED
        .iter()
        .map(|(operation, name, ..)| pair(operation, name));
    assert_eq!(ranged.collect::<BTreeSet<_>>(), specified_numbers(true));
    let unlimited = UNLIMITED
        .iter()
        .map(|(operation, name, _)| pair(operation, name));
    assert_eq!(unlimited.collect::<BTreeSet<_>>(), specified_numbers(false));
}

/// Returns the error of a call that must not be sent.
async fn call_error(call: WithNumber, value: f64) -> Error {
    let test = TestClient::new([]);
    let error = call(&test, value).send().await.unwrap_err();
    assert!(error.is_invalid_argument(), "{error}");
    assert_eq!((test.requests().len(), error.attempts()), (0, 0), "{error}");
    error
}

#[tokio::test]
async fn a_number_out_of_range_is_rejected_with_name_value_and_range() {
    for (operation, name, min, max, call) in RANGED {
        for value in [min - 0.5, max + 0.5, f64::NEG_INFINITY, f64::INFINITY] {
            let error = call_error(*call, value).await;
            assert_eq!(error.invalid_field(), Some(*name));
            assert_eq!(error.operation(), Some(*operation));
            let text = error.to_string();
            let words = [
                (*operation).to_owned(),
                format!("`{name}`"),
                format!("is {value}"),
                format!("between {min} and {max}"),
            ];
            assert!(words.iter().all(|word| text.contains(word)), "{text}");
            assert!(!text.contains('\n'), "{text}");
        }
    }
}

#[tokio::test]
async fn the_limits_of_a_range_are_accepted() {
    for (_, name, min, max, call) in RANGED {
        for value in [*min, *max, 0.25] {
            let test = TestClient::new([MockResponse::status(200)]);
            call(&test, value).send_raw().await.unwrap();
            let sent = json::canonical(&test.single_request().json());
            assert_eq!(sent[*name], json!(value), "{name}");
        }
    }
}

#[tokio::test]
async fn non_finite_numbers_are_rejected() {
    let ranged = RANGED.iter().map(|(_, name, _, _, call)| (name, call));
    let unlimited = UNLIMITED.iter().map(|(_, name, call)| (name, call));
    for (name, call) in ranged.chain(unlimited) {
        for value in [f64::NAN, f64::INFINITY] {
            let error = call_error(*call, value).await;
            assert_eq!(error.invalid_field(), Some(*name), "{value}: {error}");
        }
    }
}

#[tokio::test]
async fn parameters_set_by_sampling_are_validated() {
    let params = SamplingParams::new().temperature(2.5);
    let test = TestClient::new([]);
    let error = test.client.chat("Hi").sampling(&params).await.unwrap_err();
    assert_eq!(error.invalid_field(), Some("temperature"));
    let error = test.client.chat("Hi").sampling(&params).stream().await;
    assert_eq!(error.unwrap_err().invalid_field(), Some("temperature"));
    assert_eq!(test.requests().len(), 0);
}

#[tokio::test]
async fn extra_fields_are_not_validated() {
    let test = TestClient::new([MockResponse::status(200)]);
    let call = test.client.chat("Hi").with_extra_field("temperature", 7.5);
    call.send_raw().await.unwrap();
    assert_eq!(test.single_request().json()["temperature"], 7.5);
}
