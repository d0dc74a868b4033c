//! Regression tests with unusual inputs of connections, servers and proxies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::Client;
use imagine_tests::{KEY, MockResponse, TestClient};
use serde_json::json;

fn events(events: &[&str]) -> MockResponse {
    let text: String = events
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .collect();
    MockResponse::event_bytes([text.into()])
}

fn chunk(index: u8, reason: &str) -> String {
    format!(
        r#"{{"id":"1","model":"m","choices":[{{"index":{index},"delta":{{"content":"hi"}},"finish_reason":{reason}}}]}}"#
    )
}

/// Returns true if a chat with a stream of these chunks is truncated.
async fn is_truncated(chunks: &[String]) -> bool {
    let chunks: Vec<_> = chunks.iter().map(String::as_str).collect();
    let test = TestClient::new([events(&chunks)]);
    let stream = test.client.chat("Hi").stream().await.unwrap();
    stream
        .collect()
        .await
        .is_err_and(|error| error.is_truncated())
}

#[tokio::test]
async fn a_stream_is_complete_when_every_choice_is_finished() {
    assert!(!is_truncated(&[chunk(0, "\"stop\"")]).await);
    assert!(
        is_truncated(&[chunk(0, "\"\"")]).await,
        "an empty finish reason counts as missing"
    );
    assert!(is_truncated(&[chunk(0, "\"stop\""), chunk(1, "null")]).await);
    assert!(!is_truncated(&[chunk(0, "\"stop\""), chunk(1, "\"stop\""), chunk(0, "null")]).await);
}

#[tokio::test]
async fn an_error_beside_choices_is_an_error() {
    let chunk = r#"{"error":{"message":"died"},"choices":[]}"#;
    let test = TestClient::new([
        events(&[chunk]),
        MockResponse::json(&json!({"error": "died", "choices": []})),
    ]);
    let mut stream = test.client.chat("Hi").stream().await.unwrap();
    let streamed = stream.next().await.unwrap().unwrap_err();
    let complete = test.client.chat("Hi").await.unwrap_err();
    assert!(
        [streamed, complete]
            .iter()
            .all(|error| error.api_error().unwrap().message() == "died")
    );
}

#[tokio::test]
async fn a_key_echoed_by_the_server_is_redacted() {
    let body = json!({"message": format!("wrong key {KEY}\nforged line"), "status": "error"});
    let test = TestClient::new([MockResponse::status(401).chunks([body.to_string().into()])]);
    let error = test.client.ping().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("wrong key [redacted]") && !shown.contains(KEY),
        "{shown}"
    );
    assert_eq!(error.to_string().lines().count(), 1);
}

#[tokio::test]
async fn framing_headers_are_rejected() {
    for name in [
        "Content-Length",
        "transfer-encoding",
        "Authorization",
        "host",
    ] {
        let test = TestClient::new([]);
        let error = test.client.ping().with_header(name, "1").await.unwrap_err();
        assert!(error.is_invalid_argument(), "{error}");
        assert!(test.requests().is_empty());
    }
}

#[tokio::test]
async fn a_file_path_is_not_accepted_as_an_image_url() {
    let test = TestClient::new([]);
    let error = test.media.upscale("/tmp/cat.png").await.unwrap_err();
    assert!(error.is_invalid_argument(), "{error}");
    assert!(error.to_string().contains("Image::path"), "{error}");
}

#[test]
fn an_unsupported_proxy_scheme_is_an_error() {
    for proxy in ["ftp://127.0.0.1:1", "htp://127.0.0.1:1"] {
        let builder = Client::builder().endpoint("https://h/v2").api_key(KEY);
        let error = builder.proxy(proxy).build().unwrap_err();
        assert!(error.is_configuration(), "{error}");
    }
}
