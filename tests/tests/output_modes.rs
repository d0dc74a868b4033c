//! Structured output on services that lose or ignore parts of it: the modes, their order and their repairs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::structured::{OutputMode, ParseError, Schema};
use imagine_sdk::{ChatMessage, Error, Image};
use imagine_tests::{MockResponse, SentRequest, TestClient};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
struct Cheese {
    name: String,
    /// Months of ripening.
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

/// The response of a service that moves the JSON to tool calls, which are empty.
fn lost() -> MockResponse {
    let call = json!({"id": "", "type": "function", "function": {"name": "", "arguments": ""}});
    MockResponse::json(&json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "", "tool_calls": [call]}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30},
    }))
}

/// Returns the mode of a request.
fn mode(request: &SentRequest) -> &'static str {
    let body = request.json();
    match request.operation() {
        "completion" => "completion",
        _ if body.get("tools").is_some() => "tool call",
        _ if body.get("response_format").is_some() => "JSON schema",
        other => panic!("{other}"),
    }
}

fn modes(test: &TestClient) -> Vec<&'static str> {
    test.requests().iter().map(mode).collect()
}

#[tokio::test]
async fn an_invalid_output_leads_to_the_next_mode_which_is_remembered() {
    let test = TestClient::new([
        lost(),
        MockResponse::reply(format!(" {CHEESE}\n\nUser: Another {{one}}")),
        MockResponse::reply(CHEESE),
        MockResponse::reply(CHEESE),
    ]);
    let parse = || test.client.chat("Cheese?").max_tokens(90).parse::<Cheese>();
    let parsed = parse().await.unwrap();
    assert_eq!(parsed.value, manchego());
    assert_eq!(modes(&test), ["tool call", "completion"]);
    // Clones share the memory, and other models have their own.
    let clone = test.client.clone();
    clone.chat("Cheese?").parse::<Cheese>().await.unwrap();
    clone
        .chat("Cheese?")
        .model("other")
        .parse::<Cheese>()
        .await
        .unwrap();
    assert_eq!(modes(&test)[2..], ["completion", "tool call"]);
}

#[tokio::test]
async fn the_prompt_of_a_completion_ends_in_an_example() {
    let test = TestClient::new([MockResponse::reply(CHEESE)]);
    let chat = test.client.chat([
        ChatMessage::system("Be brief."),
        ChatMessage::user("Cheese?"),
    ]);
    let chat = chat.temperature(0.2).max_tokens(90).model("small");
    let parse = chat.parse::<Cheese>().output_mode(OutputMode::Completion);
    assert_eq!(parse.await.unwrap().value, manchego());
    let sent = test.single_request().json();
    assert_eq!(sent["model"], "small");
    assert_eq!(
        (&sent["temperature"], &sent["max_tokens"]),
        (&json!(0.2), &json!(90))
    );
    let prompt = sent["prompt"].as_str().unwrap();
    assert!(
        prompt.starts_with("System: Be brief.\n\nUser: Cheese?\n\n"),
        "{prompt}"
    );
    assert!(
        prompt.contains("- `months`: Months of ripening.; may be null\n"),
        "{prompt}"
    );
    assert!(
        prompt.contains("- `milk`: one of \"sheep\", \"goat\"\n"),
        "{prompt}"
    );
    assert!(prompt.ends_with("\n\nJSON:"), "{prompt}");
    let (_, example) = prompt.split_once("Example: ").unwrap();
    let example = example.strip_suffix("\n\nJSON:").unwrap();
    let example: Cheese = serde_json::from_str(example).unwrap();
    assert_eq!(example.milk, Milk::Sheep);
}

/// The default of a service for text completions is too low for an object.
#[tokio::test]
async fn a_completion_has_a_limit_of_tokens_that_an_object_fits() {
    let test = TestClient::new([lost(), MockResponse::reply(CHEESE)]);
    test.client.chat("Cheese?").parse::<Cheese>().await.unwrap();
    let sent = test.requests();
    assert_eq!(sent[0].json().get("max_tokens"), None);
    assert_eq!(sent[1].json()["max_tokens"], 1024);
}

#[tokio::test]
async fn the_model_receives_the_problem_of_its_output() {
    let wrong = r#"{"name":"Manchego","months":"12","milk":"sheep"}"#;
    let test = TestClient::new([MockResponse::reply(wrong), MockResponse::reply(CHEESE)]);
    let parse = test.media.prompt("Cheese?").parse::<Cheese>();
    let parse = parse.output_mode(OutputMode::JsonSchema);
    assert_eq!(parse.await.unwrap().value, manchego());
    assert_eq!(modes(&test), ["JSON schema", "JSON schema"]);
    let messages = test.requests()[1].json()["messages"].clone();
    assert_eq!(messages[1], json!({"role": "assistant", "content": wrong}));
    let feedback = messages[2]["content"].as_str().unwrap();
    assert!(feedback.contains("`months`: expected u8"), "{feedback}");
}

#[tokio::test]
async fn the_error_lists_every_attempt_and_repairs_limit_them() {
    let test = TestClient::new([
        lost(),
        MockResponse::reply("Manchego!"),
        MockResponse::reply("{}"),
    ]);
    let error = test
        .client
        .chat("Cheese?")
        .parse::<Cheese>()
        .repairs(2)
        .await
        .unwrap_err();
    assert_eq!(modes(&test), ["tool call", "completion", "JSON schema"]);
    let ParseError::Invalid { attempts, text, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(text, "{}");
    let tried: Vec<_> = attempts.iter().map(|attempt| attempt.mode).collect();
    assert_eq!(
        tried,
        [
            OutputMode::ToolCall,
            OutputMode::Completion,
            OutputMode::JsonSchema
        ]
    );
    let message = error.to_string();
    assert!(message.starts_with("none of 3 responses matches the type: tool call: the message has only empty tool calls; completion: "), "{message}");
    assert!(message.contains("; JSON schema: "), "{message}");
    assert!(!message.contains("Manchego"), "{message}");
    assert!(Error::from(error).is_invalid_output());
}

#[tokio::test]
async fn a_rejected_mode_leads_to_the_next_one() {
    let test = TestClient::new([
        MockResponse::status(400).message("tools are not supported"),
        MockResponse::reply(CHEESE),
        MockResponse::status(401),
    ]);
    let parse = || test.client.chat("Cheese?").parse::<Cheese>();
    assert_eq!(parse().await.unwrap().value, manchego());
    assert_eq!(modes(&test), ["tool call", "completion"]);
    // Other errors end the request.
    let error = parse().await.unwrap_err();
    assert!(Error::from(error).is_authentication());
}

#[tokio::test]
async fn the_first_error_is_reported_if_every_mode_is_rejected() {
    let test = TestClient::new([
        MockResponse::status(400).message("the first"),
        MockResponse::status(404).message("the second"),
    ]);
    let error = test
        .client
        .chat("Cheese?")
        .parse::<Cheese>()
        .await
        .unwrap_err();
    assert!(matches!(error, ParseError::Failed(_)), "{error:?}");
    assert!(error.to_string().contains("the first"), "{error}");
}

#[tokio::test]
async fn a_completion_that_cannot_be_sent_is_rejected_before_sending() {
    let test = TestClient::new([]);
    let pattern =
        json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "^x$"}}});
    let schema = Schema::new("T", pattern).unwrap();
    let parse = test.client.chat("?").parse_with::<Value>(schema);
    let error = parse.output_mode(OutputMode::Completion).await.unwrap_err();
    let ParseError::Schema(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.location(), "$.a");
    assert!(Error::from(error).is_invalid_argument());

    let image = ChatMessage::user(["?".into(), Image::url("https://example.com/a.png").into()]);
    let parse = test.client.chat([image]).parse::<Cheese>();
    let error = parse.output_mode(OutputMode::Completion).await.unwrap_err();
    assert!(Error::from(error).invalid_field().is_some());

    let parse = test.media.prompt("?").parse::<Cheese>();
    let error = parse.output_mode(OutputMode::Completion).await.unwrap_err();
    assert!(Error::from(error).is_invalid_argument());
    assert!(test.requests().is_empty());
}

/// The automatic mode leaves out a completion that cannot be sent.
#[tokio::test]
async fn the_automatic_mode_skips_a_completion_with_images() {
    let test = TestClient::new([lost(), MockResponse::reply(CHEESE)]);
    let image = ChatMessage::user(["?".into(), Image::url("https://example.com/a.png").into()]);
    test.client.chat([image]).parse::<Cheese>().await.unwrap();
    assert_eq!(modes(&test), ["tool call", "JSON schema"]);
}

#[tokio::test]
async fn an_output_in_a_call_as_text_is_accepted() {
    let call = format!(r#"{{"type":"function","name":"Cheese","parameters":{CHEESE}}}"#);
    let test = TestClient::new([MockResponse::reply(call)]);
    let parsed = test.client.chat("Cheese?").parse::<Cheese>().await.unwrap();
    assert_eq!(parsed.value, manchego());
}
