//! Events that clients of comparable services misread. Each test names the cases it covers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bytes::Bytes;
use imagine_sdk::Error;
use imagine_sdk::inference::ChatCompletionResponse;
use imagine_tests::{MockResponse, TestClient};

const FIRST: &str = r#"{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Man"}}]}"#;
const LAST: &str =
    r#"{"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;

async fn collect(events: &[&str]) -> Result<ChatCompletionResponse, Error> {
    let events = events
        .iter()
        .map(|event| Bytes::from(format!("data: {event}\n\n")));
    let test = TestClient::new([MockResponse::event_bytes(events)]);
    test.client
        .chat("Hi")
        .stream()
        .await
        .unwrap()
        .collect()
        .await
}

/// D11
#[tokio::test]
async fn an_error_in_a_choice_is_an_error_with_the_partial_response() {
    let choice =
        |rest: &str| format!(r#"{{"id":"1","choices":[{{"index":0,"delta":{{}},{rest}}}]}}"#);
    for (rest, message) in [
        (
            r#""finish_reason":"error","error":{"code":502,"message":"Upstream died"}"#,
            "Upstream died",
        ),
        (r#""error":{"message":"Upstream died"}"#, "Upstream died"),
        (r#""finish_reason":"error""#, "no error message"),
    ] {
        let error = collect(&[FIRST, &choice(rest)]).await.unwrap_err();
        assert!(
            error.api_error().unwrap().message().contains(message),
            "{error}"
        );
        let partial = error.partial_response::<ChatCompletionResponse>().unwrap();
        assert_eq!(partial.text().as_deref(), Some("Man"));
    }
    let response = collect(&[FIRST, &choice(r#""error":null"#), LAST])
        .await
        .unwrap();
    assert_eq!(response.text().as_deref(), Some("Man"));
}

/// D6
#[tokio::test]
async fn an_object_that_is_neither_a_chunk_nor_an_error_is_skipped() {
    let other = r#"{"type":"metrics","queue":3}"#;
    let response = collect(&[FIRST, other, LAST]).await.unwrap();
    assert_eq!(response.text().as_deref(), Some("Man"));
    let truncated = collect(&[other]).await.unwrap_err();
    assert!(truncated.is_truncated(), "{truncated}");
}
