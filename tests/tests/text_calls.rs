//! Tool calls that a model writes into its text, and responses that used all their tokens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::inference::{StreamOptions, ToolFunction};
use imagine_sdk::structured::{OutputMode, ParseError};
use imagine_sdk::tools::ToolEvent;
use imagine_sdk::{ChatMessage, Tool, Toolbox};
use imagine_tests::{MockResponse, TestClient, all_chunkings};
use serde_json::{Value, json};

const CALL: &str = r#"<|python_tag|>{"type": "function", "name": "get_weather", "parameters": {"city": "Toledo"}}<|eom_id|>"#;

fn weather() -> Tool {
    ToolFunction::new("get_weather")
        .parameters(json!({"type": "object"}))
        .into()
}

fn toolbox() -> Toolbox {
    let handler = |place: Value| Ok::<_, String>(format!("31 degrees in {}", place["city"]));
    Toolbox::new().tool(weather(), handler)
}

/// Returns the body of a stream whose deltas are the characters of a text.
fn stream_of(text: &str) -> Vec<u8> {
    let mut body = String::new();
    for character in text.chars() {
        let choice = json!({"index": 0, "delta": {"content": character}});
        body += &format!(
            "data: {}\n\n",
            json!({"id": "1", "model": "m", "choices": [choice]})
        );
    }
    let end = json!({"id": "1", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    format!("{body}data: {end}\n\ndata: [DONE]\n\n").into_bytes()
}

#[tokio::test]
async fn a_buffered_call_in_text_becomes_a_tool_call() {
    let test = TestClient::new([MockResponse::reply(format!("I look.\n{CALL}"))]);
    let response = test.client.chat("?").tools(vec![weather()]).await.unwrap();
    assert_eq!(response.text().as_deref(), Some("I look."));
    let [call] = response.tool_calls() else {
        panic!("{response:?}");
    };
    assert_eq!(call.name(), Some("get_weather"));
    assert_eq!(call.arguments(), r#"{"city": "Toledo"}"#);
    assert!(call.id.as_deref().is_some_and(|id| id.len() > 8));
}

#[tokio::test]
async fn a_collected_call_in_text_becomes_a_tool_call_in_every_chunking() {
    for chunks in all_chunkings(&stream_of(CALL)) {
        let test = TestClient::new([MockResponse::event_bytes(chunks)]);
        let stream = test.client.chat("?").tools(vec![weather()]).stream();
        let response = stream.await.unwrap().collect().await.unwrap();
        assert_eq!(response.text(), None);
        assert_eq!(
            response.tool_calls()[0].arguments(),
            r#"{"city": "Toledo"}"#
        );
    }
}

#[tokio::test]
async fn only_offered_tools_are_recognized_and_only_if_enabled() {
    let other = r#"{"name": "delete_all", "parameters": {}}"#;
    let script = [CALL, CALL, other].map(MockResponse::reply);
    let test = TestClient::new(script);
    let without_tools = test.client.chat("?").await.unwrap();
    let disabled = test
        .client
        .chat("?")
        .tools(vec![weather()])
        .tool_calls_in_text(false);
    let of_other = test.client.chat("?").tools(vec![weather()]);
    let responses = [
        without_tools,
        disabled.await.unwrap(),
        of_other.await.unwrap(),
    ];
    for (response, text) in responses.iter().zip([CALL, CALL, other]) {
        assert_eq!(response.text().as_deref(), Some(text));
        assert!(response.tool_calls().is_empty());
    }
}

/// The body that is sent decides, so extra fields count.
#[tokio::test]
async fn tools_in_extra_fields_are_recognized() {
    let test = TestClient::new([MockResponse::reply(CALL)]);
    let tools = json!([{"type": "function", "function": {"name": "get_weather"}}]);
    let response = test
        .client
        .chat("?")
        .with_extra_field("tools", tools)
        .await
        .unwrap();
    assert_eq!(response.tool_calls().len(), 1);
}

#[tokio::test]
async fn a_run_executes_calls_in_text_of_both_apis() {
    let script = || [CALL, "31 degrees."].map(MockResponse::reply);
    let test = TestClient::new(script().into_iter().chain(script()));
    let chat = test.client.chat("?").run_tools(toolbox()).await.unwrap();
    let prompt = test.media.prompt("?").run_tools(toolbox()).await.unwrap();
    for run in [chat, prompt] {
        assert_eq!(run.rounds, 2);
        assert_eq!(run.text().as_deref(), Some("31 degrees."));
        let roles: Vec<_> = run
            .messages
            .iter()
            .map(|message| message.role.as_str())
            .collect();
        assert_eq!(roles, ["user", "assistant", "tool", "assistant"]);
    }
    let sent = test.requests()[1].json();
    let [call, result] = [&sent["messages"][1], &sent["messages"][2]];
    assert_eq!(call["tool_calls"][0]["id"], result["tool_call_id"]);
    assert_eq!(call.get("content"), None);
}

#[tokio::test]
async fn a_streaming_run_executes_calls_in_text_and_withholds_nothing() {
    let script =
        [CALL, "31 degrees."].map(|text| MockResponse::event_bytes([stream_of(text).into()]));
    let test = TestClient::new(script);
    let mut events = test.client.chat("?").run_tools(toolbox()).stream();
    let (mut text, mut calls) = (String::new(), 0);
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        text += &event.text().unwrap_or_default();
        calls += usize::from(matches!(event, ToolEvent::Call(_)));
    }
    assert_eq!(text, format!("{CALL}31 degrees."));
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn a_response_that_used_all_tokens_is_truncated() {
    let reply = |used| MockResponse::reply("Once upon").usage(10, used);
    let test = TestClient::new([
        reply(7),
        reply(8),
        reply(8),
        reply(8).finish_reason("length"),
    ]);
    let chat = || test.client.chat("?").max_tokens(8);
    let full = [
        chat().await.unwrap(),
        chat().await.unwrap(),
        test.client.chat("?").await.unwrap(),
        test.client.chat("?").await.unwrap(),
    ];
    let truncated = full
        .each_ref()
        .map(|response| response.choices[0].is_truncated());
    assert_eq!(truncated, [false, true, false, true]);
    // The wire format is unchanged.
    let json = serde_json::to_value(&full[1].choices[0]).unwrap();
    assert_eq!(json["finish_reason"], "stop");
    assert_eq!(json.as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn collected_streams_and_completions_are_truncated_too() {
    let reply = || MockResponse::stream(["Once ", "upon"]).usage(10, 8);
    let test = TestClient::new([reply(), reply(), reply(), reply()]);
    let options = || StreamOptions::new().include_usage(true);
    let chat = || {
        test.client
            .chat("?")
            .max_tokens(8)
            .stream_options(options())
    };
    let collected = chat().stream().await.unwrap().collect().await.unwrap();
    assert!(collected.choices[0].is_truncated());
    let mut by_hand = imagine_sdk::inference::ChatAccumulator::default();
    let mut stream = chat().stream().await.unwrap();
    while let Some(chunk) = stream.next().await {
        by_hand.push(chunk.unwrap());
    }
    let mut by_hand = by_hand.finish();
    stream.complete(&mut by_hand);
    assert!(by_hand.choices[0].is_truncated());
    let completion = || {
        test.client
            .completion("?")
            .max_tokens(8)
            .stream_options(options())
    };
    assert!(completion().await.unwrap().choices[0].is_truncated());
    let collected = completion()
        .stream()
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    assert!(collected.choices[0].is_truncated());
}

/// The service reports the sum of all choices.
#[tokio::test]
async fn several_choices_are_truncated_only_if_all_are() {
    let response = |used: u64| {
        let choice = |index| json!({"index": index, "message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"});
        MockResponse::json(&json!({
            "id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [choice(0), choice(1)], "usage": {"completion_tokens": used},
        }))
    };
    let test = TestClient::new([response(15), response(16)]);
    for expected in [false, true] {
        let response = test.client.chat("?").max_tokens(8).await.unwrap();
        for choice in &response.choices {
            assert_eq!(choice.is_truncated(), expected);
        }
    }
}

#[tokio::test]
async fn a_structured_output_that_used_all_tokens_is_truncated() {
    let reply = MockResponse::reply(r#"{"name": "Manch"#).usage(10, 8);
    let test = TestClient::new([reply]);
    let schema = imagine_sdk::structured::Schema::new(
        "Cheese",
        json!({"type": "object", "properties": {"name": {"type": "string"}}}),
    );
    let chat = test.client.chat([ChatMessage::user("?")]).max_tokens(8);
    let error = chat.parse_with::<Value>(schema.unwrap()).await.unwrap_err();
    assert!(matches!(error, ParseError::Truncated { .. }), "{error:?}");
}

/// The service reports `stop`, and the tokens only on request.
#[tokio::test]
async fn streams_of_outputs_and_runs_request_the_tokens_and_are_truncated() {
    let reply = || MockResponse::stream([r#"{"name": "#, r#""Manch"#]).usage(10, 8);
    let test = TestClient::from_fn(move |_| reply());
    let schema = || {
        let fields = json!({"name": {"type": "string"}});
        let schema = json!({"type": "object", "properties": fields});
        imagine_sdk::structured::Schema::new("Cheese", schema).unwrap()
    };
    let chat = || test.client.chat("?").max_tokens(8);
    for mode in [
        OutputMode::ToolCall,
        OutputMode::Completion,
        OutputMode::JsonSchema,
    ] {
        let mut events = chat()
            .parse_stream_with::<Value>(schema())
            .output_mode(mode);
        let mut last = None;
        while let Some(event) = events.next().await {
            last = Some(event);
        }
        let is_truncated = matches!(last, Some(Err(ParseError::Truncated { .. })));
        assert!(is_truncated, "{mode:?} {last:?}");
    }
    let run = chat().run_tools(toolbox()).stream();
    let last = futures_util::StreamExt::collect::<Vec<_>>(run).await.pop();
    let Some(Ok(ToolEvent::Done(run))) = last else {
        panic!("{last:?}");
    };
    assert!(run.response.choices[0].is_truncated());
    assert_eq!(run.usage.completion_tokens, Some(8));

    // The caller's choice is kept.
    let options = StreamOptions::new().include_usage(false);
    let run = chat().stream_options(options).run_tools(toolbox()).stream();
    let last = futures_util::StreamExt::collect::<Vec<_>>(run).await.pop();
    assert!(
        matches!(last, Some(Ok(ToolEvent::Done(run))) if !run.response.choices[0].is_truncated())
    );
}
