//! Conveniences that application developers asked for. Each test names the cases it covers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_mock::MockServer;
use imagine_sdk::inference::{Base64, ToolFunction};
use imagine_sdk::media::{Generation, MediaKind, WaitError};
use imagine_sdk::structured::ParseError;
use imagine_sdk::tools::{RunToolsError, ToolEvent};
use imagine_sdk::{Error, ErrorKind, MediaClient, Toolbox};
use imagine_tests::{KEY, MockResponse, PauselessClock, TestClient};
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn media_client(server: &MockServer) -> MediaClient {
    let builder = MediaClient::builder().endpoint(server.media_endpoint());
    builder.api_key(KEY).clock(PauselessClock).build().unwrap()
}

/// A18
#[tokio::test]
async fn a_handle_knows_its_operation_also_after_it_was_stored() {
    let server = MockServer::start().await.unwrap();
    let client = media_client(&server);
    let job = client.text2img("a cat").width(64).height(64).await.unwrap();
    assert_eq!(job.operation().as_deref(), Some("text2img"));
    let stored = serde_json::to_string(&job).unwrap();
    let restored: Generation = serde_json::from_str(&stored).unwrap();
    let finished = client.wait(&restored).await.unwrap();
    assert_eq!(finished.operation().as_deref(), Some("text2img"));
    assert_eq!(finished.media_kind(), Some(MediaKind::Image));
    assert!(finished.url().is_some());
}

/// A18
#[tokio::test]
async fn waits_for_the_id_of_a_generation() {
    let server = MockServer::start().await.unwrap();
    let client = media_client(&server);
    let job = client.text2img("a cat").width(64).height(64).await.unwrap();
    let id = job.id().unwrap();
    let finished = client.wait(id).await.unwrap();
    assert!(finished.url().is_some());
    assert_eq!(Generation::from(id).operation(), None);
}

fn tool_call(name: &str) -> MockResponse {
    let call =
        json!({"id": "c1", "type": "function", "function": {"name": name, "arguments": "{}"}});
    let message = json!({"role": "assistant", "content": null, "tool_calls": [call]});
    chunk(&message, "tool_calls")
}

fn text(content: &str) -> MockResponse {
    chunk(&json!({"role": "assistant", "content": content}), "stop")
}

/// A stream of one chunk.
fn chunk(delta: &Value, reason: &str) -> MockResponse {
    let mut delta = delta.clone();
    if let Some(calls) = delta.get_mut("tool_calls").and_then(Value::as_array_mut) {
        calls[0]["index"] = json!(0);
    }
    let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
    let chunk = json!({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]});
    MockResponse::event_bytes([format!("data: {chunk}\n\ndata: [DONE]\n\n").into()])
}

/// A11
#[tokio::test]
async fn the_stream_of_a_tool_run_has_the_completed_rounds() {
    let test = TestClient::new([tool_call("now"), text("It is noon"), text("Unused")]);
    let now = ToolFunction::new("now").parameters(json!({"type": "object"}));
    let toolbox = Toolbox::new().tool(now, |_: Value| Ok::<_, String>("12:00".to_owned()));
    let mut events = test
        .client
        .chat("What time is it?")
        .run_tools(&toolbox)
        .stream();
    assert_eq!(events.messages().len(), 1);
    let mut lengths = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        let name = match event {
            ToolEvent::Chunk(_) => "chunk",
            ToolEvent::Call(_) => "call",
            ToolEvent::Result(_) => "result",
            ToolEvent::Done(_) => "done",
            _ => "other",
        };
        lengths.push((name, events.messages().len()));
    }
    let expected = [
        ("chunk", 1),
        ("call", 1),
        ("result", 1),
        ("chunk", 3),
        ("done", 4),
    ];
    assert_eq!(lengths, expected);
}

/// A9
#[tokio::test]
async fn embeddings_convert_to_32_bits() {
    let body = json!({"object": "list", "model": "m", "created": 1, "usage": {}, "data": [
        {"object": "embedding", "index": 0, "embedding": [0.1, -2.5]},
        {"object": "embedding", "index": 1, "embedding": [3]},
    ]});
    let test = TestClient::new([MockResponse::json(&body)]);
    let response = test.client.embeddings(["a", "b"]).await.unwrap();
    assert_eq!(response.embeddings_f32(), [vec![0.1_f32, -2.5], vec![3.0]]);
}

/// Vectors that are read as 32 bits have the order, the errors and the fields of the others.
#[tokio::test]
async fn embeddings_are_read_as_32_bits() {
    // The middle between two neighbours is rounded once, from all digits.
    let body = r#"{"object": "list", "model": "m", "usage": {"prompt_tokens": 7}, "more": 1, "data": [
        {"object": "embedding", "index": 1, "embedding": [3, 1.0000000596046447754, 1e-3]},
        {"object": "embedding", "index": 0, "embedding": ["0.1", -2.5]}
    ]}"#;
    let body: Box<RawValue> = serde_json::from_str(body).unwrap();
    let test = TestClient::new([MockResponse::json(&body)]);
    let response = test.client.embeddings(["a", "b"]).send_f32().await.unwrap();
    let facts = (response.usage.prompt_tokens, response.extra.len());
    assert_eq!(facts, (Some(7), 1));
    let expected = [vec![0.1_f32, -2.5], vec![3.0, 1.0 + f32::EPSILON, 0.001]];
    assert_eq!(response.into_vectors(), expected);

    let body = json!({"data": [{"index": 0, "embedding": [0.1]}]});
    let test = TestClient::new([MockResponse::json(&body)]);
    let call = test.client.embeddings(["a", "b"]).send_f32();
    let error = call.await.unwrap_err().to_string();
    assert!(error.contains("1 vectors for 2 inputs"), "{error}");
}

/// A server with OpenAI's `encoding_format` sends the bytes of 32-bit floats in little-endian order.
#[tokio::test]
async fn embeddings_in_base64_are_read() {
    let bytes: Vec<u8> = [0.5_f32, -2.0]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let body = |text: &str| json!({"data": [{"index": 0, "embedding": text}]});
    let text = Base64::encode(&bytes);
    let test = TestClient::new([
        MockResponse::json(&body(&text)),
        MockResponse::json(&body(&text)),
    ]);
    let call = test
        .client
        .embeddings("a")
        .with_extra_field("encoding_format", "base64");
    let vectors = call.send_f32().await.unwrap().into_vectors();
    assert_eq!(vectors, [[0.5, -2.0]]);
    let response = test.client.embeddings("a").await.unwrap();
    assert_eq!(response.first_embedding(), Some(&[0.5, -2.0][..]));

    for invalid in ["", "AAA=", "*"] {
        let test = TestClient::new([MockResponse::json(&body(invalid))]);
        let error = test.client.embeddings("a").send_f32().await.unwrap_err();
        assert_eq!(
            error.decode_path(),
            Some("data[0].embedding"),
            "{invalid:?}"
        );
    }
}

/// A8
#[tokio::test]
async fn every_error_type_has_the_kind_of_the_error_it_converts_to() {
    let script = || TestClient::new([MockResponse::status(401)]);
    let (test, toolbox) = (script(), Toolbox::new());
    let error = test
        .client
        .chat("Hi")
        .run_tools(&toolbox)
        .await
        .unwrap_err();
    let error: RunToolsError = error;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(Error::from(error).kind(), ErrorKind::Authentication);

    let error = script()
        .client
        .chat("Hi")
        .parse::<Vec<u8>>()
        .await
        .unwrap_err();
    let error: ParseError = error;
    let kind = error.kind();
    assert_eq!(Error::from(error).kind(), kind);

    let error = script().media.wait("b9ae").await.unwrap_err();
    let error: WaitError = error;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(Error::from(error).kind(), ErrorKind::Authentication);
}
