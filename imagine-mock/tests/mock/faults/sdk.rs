//! The errors of the SDK under faults.

use std::time::Duration;

use imagine_mock::{Fault, MockServer};
use imagine_sdk::{Client, Error, MediaClient, TimeoutKind};

async fn mock(operation: &str, fault: Fault) -> MockServer {
    let builder = MockServer::builder().fault(operation, fault);
    builder.unwrap().start().await.unwrap()
}

fn client(server: &MockServer) -> Client {
    let builder = Client::builder().endpoint(server.inference_endpoint());
    let builder = builder.idle_timeout(Duration::from_millis(100));
    builder
        .api_key("k")
        .max_retries(0)
        .no_proxy()
        .build()
        .unwrap()
}

fn media_client(server: &MockServer) -> MediaClient {
    let builder = MediaClient::builder().endpoint(server.media_endpoint());
    builder.api_key("k").no_proxy().build().unwrap()
}

async fn chat_error(fault: Fault) -> Error {
    let server = mock("chat", fault).await;
    client(&server).chat("Hi").await.unwrap_err()
}

async fn stream_error(fault: Fault) -> (usize, Error) {
    let server = mock("chat", fault).await;
    let mut stream = client(&server)
        .chat("Tell me a story")
        .stream()
        .await
        .unwrap();
    let mut events = 0;
    loop {
        match stream.next().await.unwrap() {
            Ok(_) => events += 1,
            Err(error) => return (events, error),
        }
    }
}

#[tokio::test]
async fn a_damaged_response_has_a_specific_error() {
    let error = chat_error(Fault::status(429).retry_after(2)).await;
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    assert!(chat_error(Fault::malformed()).await.is_decode());
    assert!(
        chat_error(Fault::html_page())
            .await
            .is_unexpected_response()
    );
    let server = mock("chat", Fault::wrong_content_type()).await;
    client(&server).chat("Hi").await.unwrap();
    let stream = client(&server).chat("Hi").stream().await;
    let error = stream.unwrap_err();
    assert!(
        error.is_unexpected_response() && error.to_string().contains("text/plain"),
        "{error}"
    );
    for fault in [
        Fault::truncate(10),
        Fault::reset(10),
        Fault::empty_response(),
    ] {
        let error = chat_error(fault).await;
        assert!(
            error.is_transport() && error.is_outcome_unknown(),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_stall_ends_with_the_idle_timeout() {
    let error = chat_error(Fault::stall()).await;
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Idle));
    let (events, error) = stream_error(Fault::stall_after(2)).await;
    assert_eq!(events, 2);
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Idle));
}

#[tokio::test]
async fn an_interrupted_stream_is_truncated_and_not_retried() {
    for fault in [Fault::truncate(600), Fault::reset(600)] {
        let (events, error) = stream_error(fault).await;
        assert!(events > 0 && error.is_truncated(), "{events}: {error}");
    }
    assert!(stream_error(Fault::malformed()).await.1.is_decode());
}

#[tokio::test]
async fn a_submission_is_retried_only_if_it_did_not_start() {
    let server = mock("text2img", Fault::status(503).times(1)).await;
    media_client(&server).text2img("a cat").await.unwrap();
    assert_eq!((server.requests().len(), server.accepted()), (2, 1));
    for fault in [
        Fault::empty_response(),
        Fault::truncate(3),
        Fault::reset(3),
        Fault::malformed(),
        Fault::status(500).executed(true),
    ] {
        let server = mock("text2img", fault.clone()).await;
        let error = media_client(&server).text2img("a cat").await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{fault}: {error}");
        assert_eq!(
            (server.requests().len(), server.accepted()),
            (1, 1),
            "{fault}"
        );
    }
}
