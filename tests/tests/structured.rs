//! Structured output: the schema in the request, and the parsing of the response.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::{BTreeMap, HashSet};

use imagine_mock::MockServer;
use imagine_sdk::Error;
use imagine_sdk::structured::{OutputMode, ParseError, Schema};
use imagine_tests::{Clients, MockResponse, TestClient, checked_operations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
struct Cheese {
    /// Name of the cheese.
    name: String,
    months: Option<u8>,
    milk: Milk,
}

#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Milk {
    Sheep,
    Goat,
}

const CHEESE: &str = r#"{"name":"Manchego","months":12,"milk":"sheep"}"#;

fn manchego() -> Cheese {
    Cheese {
        name: "Manchego".into(),
        months: Some(12),
        milk: Milk::Sheep,
    }
}

fn response(message: &Value, reason: &str) -> MockResponse {
    MockResponse::json(&json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }))
}

fn message(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

fn calls(name: &str, arguments: &str) -> Value {
    let call =
        json!({"id": "a", "type": "function", "function": {"name": name, "arguments": arguments}});
    json!({"role": "assistant", "content": null, "tool_calls": [call]})
}

/// Parses a response of both APIs.
async fn parse_with_both_apis(message: Value, reason: &str) -> Result<Cheese, ParseError> {
    let test = TestClient::new([response(&message, reason), response(&message, reason)]);
    let chat = test.client.chat("Cheese?").parse::<Cheese>().repairs(0);
    let prompt = test.media.prompt("Cheese?").parse::<Cheese>().repairs(0);
    let (chat, prompt) = (chat.await, prompt.await);
    match (chat, prompt) {
        (Ok(chat), Ok(prompt)) => {
            assert_eq!(chat.value, prompt.value);
            assert_eq!(chat.response.usage.total_tokens, Some(12));
            Ok(prompt.into_inner())
        }
        (Err(chat), Err(prompt)) => {
            assert_eq!(
                format!("{chat} {:?}", chat.text()),
                format!("{prompt} {:?}", prompt.text())
            );
            Err(prompt)
        }
        (chat, prompt) => panic!("{chat:?} {prompt:?}"),
    }
}

#[tokio::test]
async fn the_mock_returns_the_requested_schema() {
    let mock = MockServer::start().await.unwrap();
    let Clients { client, media } = Clients::for_mock(&mock, "key");
    let asked = "A cheese of goat milk named Payoyo, ripe for 3 months";
    let expected = Cheese {
        name: "Payoyo".into(),
        months: Some(3),
        milk: Milk::Goat,
    };
    let chat = client.chat(asked).parse::<Cheese>();
    assert_eq!(chat.await.unwrap().value, expected);
    let chat = client
        .chat(asked)
        .parse::<Cheese>()
        .output_mode(OutputMode::JsonSchema);
    assert_eq!(chat.await.unwrap().value, expected);
    let prompt = media.prompt(asked).parse::<Cheese>();
    assert_eq!(prompt.await.unwrap().value, expected);
    let prompt = media
        .prompt(asked)
        .parse::<Cheese>()
        .output_mode(OutputMode::ToolCall);
    assert_eq!(prompt.await.unwrap().value, expected);
    assert_eq!(
        checked_operations(&mock).into_iter().collect::<Vec<_>>(),
        ["chat", "prompt"]
    );
}

#[tokio::test]
async fn each_api_receives_its_documented_parameter() {
    let test = TestClient::new([
        response(&message(CHEESE), "stop"),
        response(&message(CHEESE), "stop"),
    ]);
    test.client.chat("Cheese?").parse::<Cheese>().await.unwrap();
    test.media
        .prompt("Cheese?")
        .parse::<Cheese>()
        .await
        .unwrap();
    let requests = test.requests();
    assert_eq!(
        requests
            .iter()
            .map(|request| request.operation())
            .collect::<Vec<_>>(),
        ["chat", "prompt"]
    );
    let [mut chat, mut prompt] = [requests[0].json(), requests[1].json()];
    // The order depends on a feature of serde_json that any crate of a build can enable.
    for required in [
        "/tools/0/function/parameters/required",
        "/response_format/json_schema/schema/required",
    ] {
        for request in [&mut chat, &mut prompt] {
            if let Some(Value::Array(names)) = request.pointer_mut(required) {
                names.sort_by_key(Value::to_string);
            }
        }
    }
    let schema = json!({
        "type": "object",
        "title": "Cheese",
        "properties": {
            "name": {"type": "string", "description": "Name of the cheese."},
            "months": {"type": ["integer", "null"], "minimum": 0, "maximum": 255},
            "milk": {"type": "string", "enum": ["sheep", "goat"]},
        },
        "required": ["milk", "months", "name"],
        "additionalProperties": false,
    });
    assert_eq!(chat["tools"][0]["function"]["parameters"], schema);
    assert_eq!(chat.get("response_format"), None);
    let format = json!({"type": "json_schema", "json_schema": {"name": "Cheese", "schema": schema, "strict": true}});
    assert_eq!(prompt["response_format"], format);
    assert_eq!(prompt.get("tools"), None);
}

#[tokio::test]
async fn structured_output_is_parsed_from_every_form() {
    let block = format!("```json\n{CHEESE}\n```");
    let messages = [
        message(CHEESE),
        message(&block),
        calls("Cheese", CHEESE),
        json!({"role": "assistant", "content": CHEESE, "refusal": null}),
    ];
    for message in messages {
        assert_eq!(
            parse_with_both_apis(message, "stop").await.unwrap(),
            manchego()
        );
    }
    // The response was truncated after the end of the JSON.
    assert_eq!(
        parse_with_both_apis(message(CHEESE), "length")
            .await
            .unwrap(),
        manchego()
    );
}

#[tokio::test]
async fn invalid_structured_output_is_an_error_with_its_text() {
    let truncated = r#"{"name":"Manch"#;
    let kind = |error: &ParseError| match error {
        ParseError::Truncated { .. } => "truncated",
        ParseError::Refusal { .. } => "refused",
        ParseError::Invalid { .. } => "invalid",
        other => panic!("{other:?}"),
    };
    let declined = json!({"role": "assistant", "content": null, "refusal": "I must not"});
    let cases = [
        (
            message(truncated),
            "length",
            "truncated",
            truncated,
            "max_tokens",
        ),
        (
            calls("Cheese", truncated),
            "length",
            "truncated",
            truncated,
            "max_tokens",
        ),
        (declined, "stop", "refused", "I must not", "refused"),
        (
            message("I can"),
            "content_filter",
            "refused",
            "I can",
            "refused",
        ),
        (
            message("Manchego!"),
            "stop",
            "invalid",
            "Manchego!",
            "the text has no JSON object",
        ),
        (message("{}"), "stop", "invalid", "{}", "`$`"),
        (message(""), "stop", "invalid", "", "the message is empty"),
        (
            json!({"role": "assistant", "content": "", "tool_calls": [{}]}),
            "stop",
            "invalid",
            "",
            "only empty tool calls",
        ),
        (
            calls("", "{}"),
            "tool_calls",
            "invalid",
            "",
            "only empty tool calls",
        ),
        (
            message(r#"{"name":"M","months":"12","milk":"sheep"}"#),
            "stop",
            "invalid",
            r#"{"name":"M","months":"12","milk":"sheep"}"#,
            "`months`: expected u8",
        ),
        (
            calls("other", CHEESE),
            "tool_calls",
            "invalid",
            "",
            "only calls of other tools",
        ),
    ];
    for (message, reason, expected, text, problem) in cases {
        let error = parse_with_both_apis(message, reason).await.unwrap_err();
        assert_eq!(kind(&error), expected);
        assert_eq!(error.text(), Some(text));
        assert_eq!(error.response().unwrap().id, "c");
        assert!(error.to_string().contains(problem), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        let error = Error::from(error);
        assert!(error.is_invalid_output());
        let shown = format!("{error} {error:?}");
        assert!(text.is_empty() || !shown.contains(text), "{shown}");
    }
}

#[tokio::test]
async fn a_failed_call_is_reported_as_its_error() {
    let test = TestClient::new([MockResponse::status(401)]);
    let error = test
        .client
        .chat("Cheese?")
        .parse::<Cheese>()
        .await
        .unwrap_err();
    assert!(matches!(error, ParseError::Failed(_)));
    assert!(Error::from(error).is_authentication());
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Tree {
    branches: Vec<Tree>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct With<T> {
    inner: Option<Vec<T>>,
}

#[derive(JsonSchema, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: f64 },
    Square { side: f64 },
}

#[derive(JsonSchema, Serialize, Deserialize)]
struct Drawn {
    colour: String,
    #[serde(flatten)]
    shape: Shape,
}

/// Each error names the type, the location and the fix.
#[test]
fn a_schema_that_cannot_be_closed_is_rejected() {
    let cases = [
        (
            Schema::of::<Vec<String>>(),
            "$",
            None,
            "put it into a struct",
        ),
        (Schema::of::<String>(), "$", None, "put it into a struct"),
        (Schema::of::<Shape>(), "$", None, "put it into a struct"),
        (
            Schema::of::<Drawn>(),
            "$",
            None,
            "into a field of their own",
        ),
        (
            Schema::of::<With<Drawn>>(),
            "$.inner[]",
            None,
            "into a field of their own",
        ),
        (
            Schema::of::<Value>(),
            "$",
            None,
            "instead of a map or any JSON",
        ),
        (
            Schema::of::<BTreeMap<String, u8>>(),
            "$",
            None,
            "instead of a map",
        ),
        (
            Schema::of::<With<Value>>(),
            "$.inner[]",
            None,
            "instead of a map",
        ),
        (
            Schema::of::<With<BTreeMap<String, u8>>>(),
            "$.inner[]",
            None,
            "instead of a map",
        ),
        (
            Schema::of::<With<Tree>>(),
            "$.inner[].branches[]",
            None,
            "contains itself",
        ),
        (
            Schema::of::<With<HashSet<u8>>>(),
            "$.inner[]",
            Some("uniqueItems"),
            "`uniqueItems`",
        ),
        (
            Schema::new("T", json!({"type": "object", "patternProperties": {}})),
            "$",
            Some("patternProperties"),
            "`patternProperties`",
        ),
        (
            Schema::new("T", json!({"type": "object", "additionalProperties": true})),
            "$",
            None,
            "instead of a map",
        ),
        (
            Schema::new("T", json!("text")),
            "$",
            None,
            "instead of a map",
        ),
    ];
    for (schema, place, keyword, problem) in cases {
        let error = schema.unwrap_err();
        assert_eq!(
            (error.location(), error.keyword()),
            (place, keyword),
            "{error}"
        );
        assert!(error.to_string().contains(problem), "{error}");
        let error = Error::from(error);
        assert!(error.is_invalid_argument());
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn a_schema_that_cannot_be_closed_is_never_sent() {
    #[derive(Debug, Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "it is never read")]
    struct Open {
        rest: BTreeMap<String, String>,
    }
    let test = TestClient::new([]);
    let error = test
        .client
        .chat("Cheese?")
        .parse::<Open>()
        .await
        .unwrap_err();
    let ParseError::Schema(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.location(), "$.rest");
    assert!(test.requests().is_empty());
}

/// Returns the closed schema of a type with one field.
fn of<T: JsonSchema>() -> Value {
    let schema = Schema::of::<With<T>>().unwrap();
    schema.as_map()["properties"]["inner"].clone()
}

#[test]
fn schemas_of_types_are_closed_at_every_level() {
    let object = |fields: Value, required: &[&str]| json!({"type": "object", "properties": fields, "required": required, "additionalProperties": false});
    let list = |items: Value| json!({"type": ["array", "null"], "items": items});
    let circle = object(
        json!({"kind": {"type": "string", "const": "Circle"}, "radius": {"type": "number"}}),
        &["kind", "radius"],
    );
    let square = object(
        json!({"kind": {"type": "string", "const": "Square"}, "side": {"type": "number"}}),
        &["kind", "side"],
    );
    assert_eq!(of::<Shape>(), list(json!({"anyOf": [circle, square]})));
    assert_eq!(of::<i64>(), list(json!({"type": "integer"})));
    assert_eq!(of::<f32>(), list(json!({"type": "number"})));
    assert_eq!(of::<bool>(), list(json!({"type": "boolean"})));
    assert_eq!(
        of::<Option<String>>(),
        list(json!({"type": ["string", "null"]}))
    );
    assert_eq!(
        of::<(u8, String)>(),
        list(json!({
            "type": "array", "minItems": 2, "maxItems": 2,
            "prefixItems": [{"type": "integer", "minimum": 0, "maximum": 255}, {"type": "string"}],
        }))
    );
    assert_eq!(
        of::<[u8; 2]>(),
        list(json!({
            "type": "array", "minItems": 2, "maxItems": 2,
            "items": {"type": "integer", "minimum": 0, "maximum": 255},
        }))
    );
    let milk = json!({"type": "string", "enum": ["sheep", "goat"]});
    assert_eq!(of::<Milk>(), list(milk));
    assert_eq!(
        of::<Option<Shape>>()["items"]["anyOf"][1],
        json!({"type": "null"})
    );
}

#[tokio::test]
async fn a_handwritten_schema_needs_no_feature() {
    let schema =
        json!({"type": "object", "properties": {"name": {"type": "string", "default": "?"}}});
    let schema = Schema::new("my cheese", schema).unwrap();
    assert_eq!(schema.name(), "my_cheese");
    let test = TestClient::new([response(
        &calls("my_cheese", r#"{"name":"M"}"#),
        "tool_calls",
    )]);
    let value = test
        .client
        .chat("Cheese?")
        .parse_with::<Value>(schema)
        .await
        .unwrap();
    assert_eq!(value.value["name"], "M");
    let sent = test.single_request().json()["tools"][0]["function"]["parameters"].clone();
    let closed = json!({
        "type": "object", "properties": {"name": {"type": "string"}},
        "required": ["name"], "additionalProperties": false,
    });
    assert_eq!(sent, closed);
}
