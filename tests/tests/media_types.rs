//! Custom operations whose bodies are not JSON, and unions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use bytes::Bytes;
use imagine_sdk::Client;
use imagine_sdk::http::Method;
use imagine_sdk::operation::{BodyEncoding, OpenUnion, Operation, Request};
use imagine_tests::{MockResponse, TestClient};
use serde_json::{Value, json};

static NOTICE: Operation = Operation::new("notice", Method::POST, "/notice")
    .with_body_encoding(BodyEncoding::UrlEncoded)
    .with_response_media("text/plain");

#[derive(Clone, Debug, Request)]
#[request(
    operation = NOTICE,
    client = Client,
    extension = NoticeClient,
    method = notice,
    builder = Notice,
    response = String,
    body = urlencoded,
    args(title),
    docs = "Publishes a notice.",
)]
struct NoticeRequest {
    #[request(length(min = 2, max = 4))]
    title: String,
    #[request(length(max = 2))]
    tags: Option<Vec<String>>,
    lasts: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, OpenUnion)]
enum Duration {
    #[union(kinds(integer))]
    Seconds(i64),
    #[union(kinds(string))]
    Words(String),
    Other(Value),
}

static VOICE: Operation =
    Operation::new("voice", Method::GET, "/voice").with_response_media("audio/wav");

#[derive(Clone, Debug, Request)]
#[request(
    operation = VOICE,
    client = Client,
    extension = VoiceClient,
    method = voice,
    builder = Voice,
    response = Bytes,
    docs = "Returns a recording.",
)]
struct VoiceRequest {}

#[tokio::test]
async fn a_url_encoded_form_is_sent_and_text_is_returned() {
    let test = TestClient::new([MockResponse::bytes("text/plain", "gr\u{fc}n\n")]);
    let call = test.client.notice("a&b").tags(["x y", "z"]).lasts(7);
    let text = call.with_extra_field("more", true).await.unwrap();
    assert_eq!(text, "gr\u{fc}n\n");
    let request = test.single_request();
    let expected = "title=a%26b&tags=x+y&tags=z&lasts=7&more=true";
    assert_eq!(String::from_utf8_lossy(&request.body), expected);
    let media = "application/x-www-form-urlencoded";
    assert_eq!(request.header("content-type"), Some(media));
    assert_eq!(request.header("accept"), Some("text/plain"));
}

#[tokio::test]
async fn lengths_are_checked_before_sending() {
    let test = TestClient::new([]);
    for title in ["a", "abcde"] {
        let error = test.client.notice(title).await.unwrap_err();
        assert_eq!(error.invalid_field(), Some("title"), "{title}");
    }
    let error = test.client.notice("ab").tags(["a", "b", "c"]).await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("`tags` has 3 items, must have at most 2 items"),
        "{error}"
    );
    assert!(test.requests().is_empty());
}

#[tokio::test]
async fn a_file_is_returned_as_bytes_unless_it_is_an_error() {
    let test = TestClient::new([
        MockResponse::bytes("audio/wav", &b"RIFF\xff"[..]),
        MockResponse::json(&json!({"error": "no voice"})),
        MockResponse::bytes("text/html", "<p>Sign in</p>"),
    ]);
    let bytes = test.client.voice().await.unwrap();
    assert_eq!(bytes[..], b"RIFF\xff"[..]);
    let request = test.single_request();
    assert_eq!(request.header("accept"), Some("audio/wav"));
    let error = test.client.voice().await.unwrap_err();
    assert!(error.to_string().contains("no voice"), "{error}");
    let page = test.client.voice().await.unwrap_err();
    assert!(page.is_unexpected_response(), "{page}");
}

#[test]
fn a_union_keeps_what_fits_no_variant() {
    for (json, expected) in [
        (json!(7), Duration::Seconds(7)),
        (json!("long"), Duration::Words("long".to_owned())),
        (json!({"days": 1}), Duration::Other(json!({"days": 1}))),
    ] {
        let duration: Duration = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(duration, expected);
        assert_eq!(serde_json::to_value(&duration).unwrap(), json);
    }
}
