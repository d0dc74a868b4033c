//! The text of chats, completions and translations.

use serde_json::{Value, json};

use crate::client::{LLM, TestService, chat, merge};

const CHAT: &str = "/chat/completions";

fn content(response: &Value) -> &str {
    response["choices"][0]["message"]["content"]
        .as_str()
        .unwrap()
}

fn weather() -> Value {
    json!([
        {"type": "function", "function": {"name": "add", "description": "Adds two numbers"}},
        {"type": "function", "function": {
            "name": "get_weather",
            "description": "The weather in a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        }},
    ])
}

#[tokio::test]
async fn a_chat_response_quotes_the_question_deterministically() {
    let service = TestService::start().await;
    let first = service.post(CHAT, &chat("Best Spanish cheese?")).await;
    assert!(content(&first).contains("Best Spanish cheese?"));
    assert_eq!(first["choices"][0]["finish_reason"], "stop");
    assert!(first["created"].is_u64(), "M2: {}", first["created"]);
    let repeated = service.post(CHAT, &chat("Best Spanish cheese?")).await;
    assert_eq!(content(&first), content(&repeated));
    let other = service.post(CHAT, &chat("Best Dutch cheese?")).await;
    assert_ne!(content(&first), content(&other));
}

#[tokio::test]
async fn a_system_message_can_request_brevity() {
    let service = TestService::start().await;
    let long = service.post(CHAT, &chat("Hi")).await;
    let messages =
        json!([{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi"}]);
    let short = merge(chat(""), json!({"messages": messages}));
    let short = service.post(CHAT, &short).await;
    assert!(content(&short).len() < content(&long).len());
}

#[tokio::test]
async fn applies_limits_and_counts_tokens() {
    let service = TestService::start().await;
    let limited = merge(chat("Tell me a story"), json!({"max_tokens": 4}));
    let response = service.post(CHAT, &limited).await;
    assert_eq!(response["choices"][0]["finish_reason"], "length");
    let usage = json!({"prompt_tokens": 4, "completion_tokens": 4, "total_tokens": 8});
    assert_eq!(response["usage"], usage);
    let stopped = merge(chat("Tell me a story"), json!({"stop": ["asked"]}));
    let response = service.post(CHAT, &stopped).await;
    assert_eq!(content(&response), "You asked");
}

#[tokio::test]
async fn reads_the_parts_of_a_message() {
    let service = TestService::start().await;
    let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,"}});
    let parts = json!([{"type": "text", "text": "What is this?"}, image]);
    let messages = json!([{"role": "user", "content": parts}]);
    let request = merge(chat(""), json!({"messages": messages}));
    let response = service.post(CHAT, &request).await;
    assert!(content(&response).contains("What is this?"));
    assert!(content(&response).contains("1 image"));
}

#[tokio::test]
async fn calls_a_tool_and_quotes_its_result() {
    let service = TestService::start().await;
    let request = merge(
        chat("What is the weather in Toledo?"),
        json!({"tools": weather()}),
    );
    let response = service.post(CHAT, &request).await;
    let choice = &response["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    let call = &choice["message"]["tool_calls"][0];
    assert_eq!(call["function"]["name"], "get_weather");
    assert_eq!(call["function"]["arguments"], r#"{"city":"Toledo"}"#);
    let result = json!({"role": "tool", "tool_call_id": call["id"], "content": "31 degrees."});
    let messages = json!([request["messages"][0], choice["message"], result]);
    let response = service
        .post(CHAT, &merge(request, json!({"messages": messages})))
        .await;
    assert!(content(&response).contains("31 degrees."));
}

#[tokio::test]
async fn a_completion_continues_the_prompt() {
    let service = TestService::start().await;
    let request = json!({"model": LLM, "prompt": "Once upon a time", "stream": false});
    let response = service.post("/completions", &request).await;
    let text = response["choices"][0]["text"].as_str().unwrap();
    assert!(text.contains("\"time\""), "{text}");
}

#[tokio::test]
async fn a_translation_replaces_known_words() {
    let service = TestService::start().await;
    let request = json!({
        "model": "Helsinki-NLP/opus-mt-en-es",
        "prompt": "Hello world",
        "stream": false,
    });
    let response = service.post("/translate", &request).await;
    assert_eq!(response["choices"][0]["text"], "Hola mundo");
}
