//! Requests as values: decoded from a history or a file, changed, and sent with `client.call`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::blocking;
use imagine_sdk::inference::{
    ChatCompletionRequest, ChatHistoryParams, EmbeddingRequest, UsageParams,
};
use imagine_sdk::media::{DeleteVoiceParams, FoleyRequest, Text2imgRequest};
use imagine_sdk::{ChatMessage, Image, Seconds, UsageTime};
use imagine_tests::{HttpService, KEY, MockResponse, TestClient, fixtures};
use serde_json::json;

fn response(name: &str) -> MockResponse {
    MockResponse::bytes("application/json", fixtures::bytes(name))
}

#[tokio::test]
async fn sends_the_request_of_a_history_entry() {
    let test = TestClient::new([response("chat_history.json"), response("chat.json")]);
    let history = test.client.chat_history().await.unwrap();
    let entry = history.into_iter().next().unwrap();
    let mut expected = serde_json::to_value(&entry.request).unwrap();
    expected["temperature"] = json!(0.1);
    let call = test.client.call(entry.request).temperature(0.1);
    call.await.unwrap();
    assert_eq!(test.requests()[1].json(), expected);
}

#[tokio::test]
async fn send_and_stream_set_the_stream_flag() {
    let stored = json!({"messages": [{"role": "user", "content": "Hi"}], "stream": true});
    let request: ChatCompletionRequest = serde_json::from_value(stored).unwrap();
    let stream = MockResponse::event_bytes([fixtures::bytes("chat.sse")]);
    let test = TestClient::new([response("chat.json"), stream]);
    test.client.call(request.clone()).await.unwrap();
    let events = test.client.call(request).stream().await.unwrap();
    events.collect().await.unwrap();
    let requests = test.requests();
    assert_eq!(requests[0].json()["stream"], false);
    assert_eq!(requests[1].json()["stream"], true);
}

/// A history adds an id to each embedding request, which the service rejects in requests.
#[tokio::test]
async fn does_not_send_fields_added_by_the_service() {
    let stored = json!({"input": ["a", "b"], "model": "m", "id": "emb-1"});
    let request: EmbeddingRequest = serde_json::from_value(stored).unwrap();
    assert_eq!(request.id.as_deref(), Some("emb-1"));
    let test = TestClient::new([response("embeddings.json")]);
    test.client.call(request).await.unwrap();
    assert_eq!(
        test.single_request().json(),
        json!({"input": ["a", "b"], "model": "m"})
    );
}

#[test]
fn constructors_and_defaults_follow_the_documentation() {
    let request = ChatCompletionRequest::new([ChatMessage::user("Hi")]);
    assert_eq!(request.model, "Llama-3.1-8B");
    assert_eq!(ChatCompletionRequest::default().model, request.model);
    assert_eq!(ChatHistoryParams::new(), ChatHistoryParams::default());
    assert_eq!(ChatHistoryParams::new().max_items, 1);
    let read: ChatHistoryParams = serde_json::from_value(json!({"max_items": null})).unwrap();
    assert_eq!(read, ChatHistoryParams::new());
}

#[test]
fn deserialization_requires_the_constructors_fields() {
    let error = serde_json::from_value::<Text2imgRequest>(json!({"width": 64})).unwrap_err();
    assert!(error.to_string().contains("`prompt`"), "{error}");
    let error = serde_json::from_value::<DeleteVoiceParams>(json!({})).unwrap_err();
    assert!(error.to_string().contains("`voice_id`"), "{error}");
}

#[test]
fn sdk_types_serialize_as_they_are_sent() {
    let mut request = FoleyRequest::new("Rain");
    request.init_image = Some(Image::url("https://h/cat.png"));
    request.duration = Some(Seconds::from(4));
    let stored = serde_json::to_value(&request).unwrap();
    assert_eq!(stored["duration"], 4);
    assert_eq!(
        serde_json::from_value::<FoleyRequest>(stored).unwrap(),
        request
    );
    let mut usage = UsageParams::new();
    usage.since = Some(UsageTime::from("2026-01-01 00:00:00"));
    let stored = serde_json::to_value(&usage).unwrap();
    assert_eq!(
        serde_json::from_value::<UsageParams>(stored).unwrap(),
        usage
    );
}

#[tokio::test]
async fn optional_setters_keep_the_value_of_an_unset_option() {
    let test = TestClient::new([response("chat.json")]);
    let call = test.client.chat("Hi").temperature(0.5);
    let call = call.maybe_temperature(None).maybe_model(Some("m"));
    let call = call.maybe_stop(None::<Vec<String>>);
    let request = call.request();
    assert_eq!(
        (request.temperature, request.model.as_str()),
        (Some(0.5), "m")
    );
    assert_eq!(request.stop, None);
    call.await.unwrap();
    assert_eq!(test.single_request().json()["model"], "m");
}

#[test]
fn a_blocking_client_sends_requests() {
    let service = HttpService::ok("application/json", fixtures::bytes("chat.json"));
    let builder = blocking::Client::builder().endpoint(service.endpoint());
    let client = builder.api_key(KEY).no_proxy().build().unwrap();
    let request = client.chat("Hi").temperature(0.5).into_request();
    client.call(request).top_p(0.5).send().unwrap();
    let sent = service.single_request().json();
    assert_eq!(
        (&sent["temperature"], &sent["top_p"]),
        (&json!(0.5), &json!(0.5))
    );
}
