//! Error responses that clients of comparable services misread. Each test names the kinds of cases it covers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bytes::Bytes;
use http::StatusCode;
use imagine_sdk::testing::MockTransport;
use imagine_sdk::{Client, ErrorKind, MediaClient};
use imagine_tests::{KEY, MockResponse, TestClient};

fn with_body(status: u16, content_type: &str, body: &'static str) -> MockResponse {
    let response = MockResponse::status(status).header("content-type", content_type.to_owned());
    response.chunks([Bytes::from_static(body.as_bytes())])
}

/// A client of files on another host, which returns one response.
fn files(response: MockResponse) -> MediaClient {
    let builder = MediaClient::builder().endpoint("https://service.test/v1");
    let builder = builder
        .api_key(KEY)
        .transport(MockTransport::new([response]));
    builder.max_retries(0).build().unwrap()
}

async fn download_error(response: MockResponse) -> imagine_sdk::Error {
    let client = files(response);
    let download = client.download("https://files.test/cat.png");
    download.bytes().await.unwrap_err()
}

/// E3
#[tokio::test]
async fn the_403_of_another_host_is_not_about_the_key() {
    let error = download_error(with_body(403, "application/xml", "<Error>expired</Error>")).await;
    assert!(!error.is_authentication(), "{error}");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let message = error.to_string();
    assert!(message.contains("without the API key"), "{message}");
    assert!(!message.contains("check the API key"), "{message}");
}

/// E3
#[tokio::test]
async fn a_success_without_the_file_names_its_status() {
    for (status, problem) in [
        (202, "not ready"),
        (204, "no content"),
        (206, "part of the file"),
    ] {
        let error = download_error(with_body(status, "image/png", "bytes")).await;
        assert!(error.is_unexpected_response(), "{error}");
        let message = error.to_string();
        assert!(message.contains(problem), "{message}");
        assert!(message.contains(&status.to_string()), "{message}");
    }
}

/// E3
#[tokio::test]
async fn a_304_is_not_described_as_a_redirect() {
    let test = TestClient::new([MockResponse::status(304)]);
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_MODIFIED));
    let message = error.to_string();
    assert!(
        message.contains("304") && !message.contains("redirect"),
        "{message}"
    );
}

/// E4
#[tokio::test]
async fn a_short_key_does_not_damage_messages() {
    let response = with_body(
        400,
        "application/json",
        r#"{"message": "too many requests"}"#,
    );
    let builder = Client::builder().endpoint("https://service.test/v2");
    let builder = builder
        .api_key("any")
        .transport(MockTransport::new([response]));
    let error = builder.build().unwrap().ping().await.unwrap_err();
    assert!(error.to_string().contains("too many requests"), "{error}");
}

/// F10
#[tokio::test]
async fn a_long_request_id_is_shortened_and_the_key_in_it_redacted() {
    let long = format!("{KEY}-{}", "x".repeat(5000));
    let response = MockResponse::status(400).header("x-request-id", long);
    let error = TestClient::new([response]).client.ping().await.unwrap_err();
    let message = error.to_string();
    assert!(
        message.len() < 1000 && message.contains("request id"),
        "{message}"
    );
    assert!(!message.contains(KEY), "{message}");
}

/// F19
#[tokio::test]
async fn an_encoded_echo_of_the_key_is_redacted() {
    let body = format!(r#"{{"message": "token Y2FuYXJ5LWtleS00NzEx, key {KEY}"}}"#);
    let response = MockResponse::status(400).chunks([Bytes::from(body)]);
    let error = TestClient::new([response]).client.ping().await.unwrap_err();
    let body = String::from_utf8_lossy(error.body().unwrap());
    for shown in [&*error.to_string(), &body] {
        assert!(
            !shown.contains("Y2FuYXJ5") && !shown.contains(KEY),
            "{shown}"
        );
    }
}

/// F18 and H6
#[tokio::test]
async fn only_an_event_stream_is_a_stream() {
    let events = "data: [DONE]\n\n";
    for (content_type, is_stream) in [
        ("text/event-stream;charset=utf-8", true),
        ("application/json, text/event-stream", true),
        ("text/event-streaming", false),
    ] {
        let test = TestClient::new([with_body(200, content_type, events)]);
        let opened = test.client.chat("Hi").stream().await;
        assert_eq!(opened.is_ok(), is_stream, "{content_type}");
    }
}

/// D12
#[tokio::test]
async fn an_error_with_code_0_and_no_message_is_no_error() {
    let body = r#"{"message": "pong", "status": "ok", "error": {"code": 0, "message": ""}}"#;
    let test = TestClient::new([with_body(200, "application/json", body)]);
    assert_eq!(test.client.ping().await.unwrap().message, "pong");
}

/// H5
#[tokio::test]
async fn statuses_of_proxies_are_retried_for_idempotent_operations() {
    for status in [520, 522, 523, 529] {
        let pong = with_body(
            200,
            "application/json",
            r#"{"message": "pong", "status": "ok"}"#,
        );
        let test = TestClient::new([MockResponse::status(status), pong]);
        let response = test.client.ping().send_with_response().await.unwrap();
        assert_eq!(response.attempts(), 2, "{status}");
    }
}
