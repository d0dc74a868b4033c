//! The language model answers as the one of the inference API does.

use imagine_mock::contract::Contract;
use serde_json::{Value, json};

use super::start;
use crate::client::{Service, answered, chat, http, with};

fn ask() -> Value {
    json!({"messages": [{"role": "user", "content": "Best Spanish cheese?"}]})
}

#[tokio::test]
async fn it_responses_with_every_field_that_is_shown() {
    let service = start().await;
    let response = service.post("/prompt", &ask()).await;
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
    let named = with(ask(), json!({"model": "any", "max_tokens": 2}));
    let response = service.post("/prompt", &named).await;
    assert_eq!(
        (&response["model"], &response["usage"]["completion_tokens"]),
        (&json!("any"), &json!(2))
    );
}

#[tokio::test]
async fn it_says_what_a_chat_says() {
    let media = start().await;
    let inference = Service::start().await;
    let asked = chat("Best Spanish cheese?");
    let content = |response: Value| response["choices"][0]["message"]["content"].clone();
    let expected = content(inference.post("/chat/completions", &asked).await);
    assert_eq!(content(media.post("/prompt", &asked).await), expected);
}

#[tokio::test]
async fn its_stream_carries_the_same_response_in_pieces() {
    let service = start().await;
    let whole = service.post("/prompt", &ask()).await;
    let events = service
        .events("/prompt", &with(ask(), json!({"stream": true})))
        .await;
    let contents = events
        .iter()
        .filter_map(|event| event.pointer("/choices/0/delta/content")?.as_str());
    assert_eq!(
        contents.collect::<String>(),
        whole["choices"][0]["message"]["content"]
    );
    for event in &events {
        assert_eq!(event["object"], "chat.completion.chunk");
        assert_eq!(Contract::media().check_event("prompt", event), Ok(()));
        assert_eq!(event.get("usage"), None);
    }
    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let events = service.events("/prompt", &with(ask(), options)).await;
    assert_eq!(
        events.last().unwrap()["usage"]["total_tokens"],
        whole["usage"]["total_tokens"]
    );
}

#[tokio::test]
async fn a_tool_is_called_unless_none_may_be() {
    let service = start().await;
    let tool = json!({"type": "function", "function": {"name": "cheese_board"}});
    let request = with(ask(), json!({"tools": [tool]}));
    let response = service.post("/prompt", &request).await;
    let choice = &response["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(
        choice["message"]["tool_calls"][0]["function"]["name"],
        "cheese_board"
    );
    let response = service
        .post("/prompt", &with(request, json!({"tool_choice": "none"})))
        .await;
    assert_eq!(response["choices"][0]["message"]["tool_calls"], Value::Null);
}

#[tokio::test]
async fn it_is_no_part_of_the_usage_of_inference() {
    let service = start().await;
    let named = with(ask(), json!({"model": "any"}));
    service.post("/prompt", &named).await;
    let url = format!("{}/usage", service.server.endpoint());
    let usage = answered(http().get(url).bearer_auth("k")).await;
    assert_eq!(usage, json!({"usage": [], "overall": []}));
}
