//! The language model, which responds like that of the inference API.

use imagine_mock::contract::Contract;
use serde_json::{Value, json};

use super::start;
use crate::client::{TestService, chat, http, merge, send_ok};

fn question() -> Value {
    json!({"messages": [{"role": "user", "content": "Best Spanish cheese?"}]})
}

#[tokio::test]
async fn a_response_contains_all_nullable_fields() {
    let service = start().await;
    let response = service.post("/prompt", &question()).await;
    assert_eq!(
        (&response["object"], &response["model"]),
        (&json!("chat.completion"), &json!("mobile"))
    );
    let message = &response["choices"][0]["message"];
    assert!(
        message["content"]
            .as_str()
            .unwrap()
            .contains("Best Spanish cheese?")
    );
    for (fields, name) in [
        (&response, "kv_transfer_params"),
        (&response["choices"][0], "stop_reason"),
        (message, "reasoning_content"),
        (&response["usage"], "prompt_tokens_details"),
    ] {
        assert_eq!(fields.get(name), Some(&Value::Null), "{name}");
    }
    assert!(response["usage"]["total_tokens"].as_u64().unwrap() > 0);
    let named = merge(question(), json!({"model": "any", "max_tokens": 2}));
    let response = service.post("/prompt", &named).await;
    assert_eq!(
        (&response["model"], &response["usage"]["completion_tokens"]),
        (&json!("any"), &json!(2))
    );
}

#[tokio::test]
async fn returns_the_text_of_a_chat() {
    let media = start().await;
    let inference = TestService::start().await;
    let request = chat("Best Spanish cheese?");
    let content = |response: Value| response["choices"][0]["message"]["content"].clone();
    let expected = content(inference.post("/chat/completions", &request).await);
    assert_eq!(content(media.post("/prompt", &request).await), expected);
}

#[tokio::test]
async fn a_stream_adds_up_to_the_buffered_response() {
    let service = start().await;
    let buffered = service.post("/prompt", &question()).await;
    let events = service
        .events("/prompt", &merge(question(), json!({"stream": true})))
        .await;
    let contents = events
        .iter()
        .filter_map(|event| event.pointer("/choices/0/delta/content")?.as_str());
    assert_eq!(
        contents.collect::<String>(),
        buffered["choices"][0]["message"]["content"]
    );
    for event in &events {
        assert_eq!(event["object"], "chat.completion.chunk");
        assert_eq!(Contract::media().check_event("prompt", event), Ok(()));
        assert_eq!(event.get("usage"), None);
    }
    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let events = service.events("/prompt", &merge(question(), options)).await;
    assert_eq!(
        events.last().unwrap()["usage"]["total_tokens"],
        buffered["usage"]["total_tokens"]
    );
}

#[tokio::test]
async fn calls_a_tool_unless_tool_choice_is_none() {
    let service = start().await;
    let tool = json!({"type": "function", "function": {"name": "cheese_board"}});
    let request = merge(question(), json!({"tools": [tool]}));
    let response = service.post("/prompt", &request).await;
    let choice = &response["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(
        choice["message"]["tool_calls"][0]["function"]["name"],
        "cheese_board"
    );
    let response = service
        .post("/prompt", &merge(request, json!({"tool_choice": "none"})))
        .await;
    assert_eq!(response["choices"][0]["message"]["tool_calls"], Value::Null);
}

#[tokio::test]
async fn the_usage_of_inference_excludes_prompts() {
    let service = start().await;
    let named = merge(question(), json!({"model": "any"}));
    service.post("/prompt", &named).await;
    let url = format!("{}/usage", service.server.inference_endpoint());
    let usage = send_ok(http().get(url).bearer_auth("k")).await;
    assert_eq!(usage, json!({"usage": [], "overall": []}));
}
