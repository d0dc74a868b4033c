//! Streamed answers come in pieces that make up the whole response.

use serde_json::{Value, json};

use crate::client::{LLM, Service, chat, with};

const CHAT: &str = "/chat/completions";

fn joined(events: &[Value], pointer: &str) -> String {
    events
        .iter()
        .filter_map(|event| event.pointer(pointer)?.as_str())
        .collect()
}

#[tokio::test]
async fn each_event_is_sent_for_itself() {
    let service = Service::start().await;
    let request = with(chat("Tell me a story"), json!({"stream": true}));
    let pieces = service.stream(CHAT, &request).await;
    assert!(pieces.len() > 5, "{pieces:?}");
    assert!(
        pieces.iter().all(|piece| piece.ends_with("\n\n")),
        "{pieces:?}"
    );
    assert_eq!(pieces.last().unwrap(), "data: [DONE]\n\n");
}

#[tokio::test]
async fn the_pieces_of_a_chat_are_its_response() {
    let service = Service::start().await;
    let whole = service.post(CHAT, &chat("Tell me a story")).await;
    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let events = service
        .events(CHAT, &with(chat("Tell me a story"), options))
        .await;
    let content = joined(&events, "/choices/0/delta/content");
    assert_eq!(content, whole["choices"][0]["message"]["content"]);
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
    assert_eq!(usage["usage"], whole["usage"]);
}

#[tokio::test]
async fn the_arguments_of_a_tool_call_come_in_pieces() {
    let service = Service::start().await;
    let parameters = json!({"type": "object", "properties": {
        "city": {"type": "string"}, "days": {"type": "integer"},
    }});
    let tool =
        json!({"type": "function", "function": {"name": "weather", "parameters": parameters}});
    let request = with(
        chat("The weather in Toledo for 3 days"),
        json!({"stream": true, "tools": [tool]}),
    );
    let events = service.events(CHAT, &request).await;
    let arguments = joined(&events, "/choices/0/delta/tool_calls/0/function/arguments");
    assert_eq!(arguments, r#"{"city":"Toledo","days":3}"#);
    let call = |event: &&Value| event.pointer("/choices/0/delta/tool_calls/0").is_some();
    let pieces: Vec<_> = events.iter().filter(call).collect();
    assert!(pieces.len() > 2, "{pieces:?}");
    let first = &pieces[0]["choices"][0]["delta"]["tool_calls"][0];
    assert_eq!(first["function"]["name"], "weather");
    assert!(first["id"].is_string());
    let last = events.last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "tool_calls");
}

#[tokio::test]
async fn a_completion_streams_in_both_spellings() {
    let service = Service::start().await;
    let request = json!({"model": LLM, "prompt": "Once upon a time", "stream": false});
    let whole = service.post("/completions", &request).await;
    let events = service
        .events("/completions", &with(request, json!({"stream": true})))
        .await;
    assert!(events.len() > 2);
    let expected = whole["choices"][0]["text"].as_str().unwrap();
    assert_eq!(joined(&events, "/choices/0/delta/content"), expected);
    assert_eq!(joined(&events, "/choices/0/text"), expected);
}

#[tokio::test]
async fn a_request_that_does_not_mention_a_stream_gets_none() {
    let service = Service::start().await;
    let messages = json!([{"role": "user", "content": "Hi"}]);
    let request = json!({"model": LLM, "messages": messages});
    let response = service.post(CHAT, &request).await;
    assert_eq!(response["object"], "chat.completion");
}
