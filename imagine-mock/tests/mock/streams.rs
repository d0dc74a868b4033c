//! The chunks of a streamed response add up to the buffered response.

use serde_json::{Value, json};

use crate::client::{LLM, TestService, chat, merge};

const CHAT: &str = "/chat/completions";

fn joined(events: &[Value], pointer: &str) -> String {
    events
        .iter()
        .filter_map(|event| event.pointer(pointer)?.as_str())
        .collect()
}

#[tokio::test]
async fn sends_each_event_in_its_own_chunk() {
    let service = TestService::start().await;
    let request = merge(chat("Tell me a story"), json!({"stream": true}));
    let chunks = service.stream(CHAT, &request).await;
    assert!(chunks.len() > 5, "{chunks:?}");
    assert!(
        chunks.iter().all(|chunk| chunk.ends_with("\n\n")),
        "{chunks:?}"
    );
    assert_eq!(chunks.last().unwrap(), "data: [DONE]\n\n");
}

#[tokio::test]
async fn the_chunks_of_a_chat_add_up_to_the_buffered_response() {
    let service = TestService::start().await;
    let buffered = service.post(CHAT, &chat("Tell me a story")).await;
    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let events = service
        .events(CHAT, &merge(chat("Tell me a story"), options))
        .await;
    let content = joined(&events, "/choices/0/delta/content");
    assert_eq!(content, buffered["choices"][0]["message"]["content"]);
    assert_eq!(events[0]["choices"][0]["delta"]["role"], "assistant");
    assert!(
        events
            .iter()
            .all(|event| event["object"] == "chat.completion.chunk")
    );
    let [.., finish, usage] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(usage["usage"], buffered["usage"]);
}

#[tokio::test]
async fn streams_the_arguments_of_a_tool_call_in_chunks() {
    let service = TestService::start().await;
    let parameters = json!({"type": "object", "properties": {
        "city": {"type": "string"}, "days": {"type": "integer"},
    }});
    let tool =
        json!({"type": "function", "function": {"name": "weather", "parameters": parameters}});
    let request = merge(
        chat("The weather in Toledo for 3 days"),
        json!({"stream": true, "tools": [tool]}),
    );
    let events = service.events(CHAT, &request).await;
    let arguments = joined(&events, "/choices/0/delta/tool_calls/0/function/arguments");
    assert_eq!(arguments, r#"{"city":"Toledo","days":3}"#);
    let call = |event: &&Value| event.pointer("/choices/0/delta/tool_calls/0").is_some();
    let chunks: Vec<_> = events.iter().filter(call).collect();
    assert!(chunks.len() > 2, "{chunks:?}");
    let first = &chunks[0]["choices"][0]["delta"]["tool_calls"][0];
    assert_eq!(first["function"]["name"], "weather");
    assert!(first["id"].is_string());
    let last = events.last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "tool_calls");
}

#[tokio::test]
async fn a_streamed_completion_contains_delta_and_text() {
    let service = TestService::start().await;
    let request = json!({"model": LLM, "prompt": "Once upon a time", "stream": false});
    let buffered = service.post("/completions", &request).await;
    let events = service
        .events("/completions", &merge(request, json!({"stream": true})))
        .await;
    assert!(events.len() > 2);
    let expected = buffered["choices"][0]["text"].as_str().unwrap();
    assert_eq!(joined(&events, "/choices/0/delta/content"), expected);
    assert_eq!(joined(&events, "/choices/0/text"), expected);
}

#[tokio::test]
async fn a_request_without_stream_gets_a_buffered_response() {
    let service = TestService::start().await;
    let messages = json!([{"role": "user", "content": "Hi"}]);
    let request = json!({"model": LLM, "messages": messages});
    let response = service.post(CHAT, &request).await;
    assert_eq!(response["object"], "chat.completion");
}
