//! Custom operations whose bodies are not JSON, and unions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bytes::Bytes;
use imagine_sdk::http::Method;
use imagine_sdk::operation::{BodyEncoding, OpenUnion, Operation, Request, RetrySafety};
use imagine_sdk::{Client, FilePart};
use imagine_tests::{MockResponse, TempDir, TestClient};
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

static NOTE: Operation = Operation::new("note", Method::PUT, "/note")
    .with_body_encoding(BodyEncoding::Text("text/*"))
    .with_retry_safety(RetrySafety::Idempotent);

#[derive(Clone, Debug, Request)]
#[request(
    operation = NOTE,
    client = Client,
    extension = NoteClient,
    method = note,
    builder = Note,
    response = Value,
    body = text,
    args(body),
    docs = "Replaces the note.",
)]
struct NoteRequest {
    #[request(length(min = 2))]
    body: String,
}

static BLOB: Operation = Operation::new("blob", Method::POST, "/blob")
    .with_body_encoding(BodyEncoding::Binary("application/octet-stream"))
    .with_retry_safety(RetrySafety::Idempotent);

#[derive(Clone, Debug, Request)]
#[request(
    operation = BLOB,
    client = Client,
    extension = BlobClient,
    method = blob,
    builder = Blob,
    response = Value,
    body = binary,
    args(body),
    docs = "Stores a file.",
)]
struct BlobRequest {
    body: FilePart,
    #[request(query = "folder")]
    folder: Option<String>,
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
    download,
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

#[tokio::test]
async fn a_text_is_the_body_and_is_retried() {
    let test = TestClient::new([MockResponse::status(503), MockResponse::json(&json!({}))]);
    test.client
        .note("ñandú")
        .with_extra_field("pin", 1)
        .await
        .unwrap();
    let requests = test.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.body[..], *"ñandú".as_bytes());
        assert_eq!(
            request.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(request.query("pin"), ["1"]);
    }
    let error = test.client.note("n").await.unwrap_err();
    assert_eq!(error.invalid_field(), Some("body"));
}

#[tokio::test]
async fn a_file_is_the_body_and_its_own_type_wins() {
    let ok = || MockResponse::json(&json!({}));
    let test = TestClient::new([MockResponse::status(503), ok(), ok()]);
    test.client.blob(vec![0, 255]).folder("a b").await.unwrap();
    let image = FilePart::bytes("a.png", vec![0, 255]).content_type("image/png");
    test.client.blob(image).await.unwrap();
    let requests = test.requests();
    let types: Vec<_> = requests
        .iter()
        .map(|request| request.header("content-type"))
        .collect();
    let octets = Some("application/octet-stream");
    assert_eq!(types, [octets, octets, Some("image/png")]);
    assert!(requests.iter().all(|request| request.body[..] == [0, 255]));
    assert_eq!(requests[0].query("folder"), ["a b"]);
}

#[tokio::test]
async fn a_reader_is_sent_once() {
    let test = TestClient::new([MockResponse::status(503), MockResponse::json(&json!({}))]);
    let reader = FilePart::reader("a", &b"12"[..], 2);
    assert!(test.client.blob(reader).await.is_err());
    assert_eq!(test.requests().len(), 1);
}

#[tokio::test]
async fn a_file_is_streamed_and_saved_completely_or_not_at_all() {
    let file = || MockResponse::bytes("audio/wav", "RI").chunks([Bytes::from("FF")]);
    let test = TestClient::new([
        file(),
        file(),
        file().then_fails(),
        MockResponse::json(&json!({"error": "no voice"})),
    ]);
    let mut chunks = test.client.voice().download().await.unwrap();
    assert_eq!(chunks.next().await.unwrap().unwrap(), "RI");
    assert_eq!(chunks.next().await.unwrap().unwrap(), "FF");
    assert!(chunks.next().await.is_none());
    assert_eq!(chunks.received(), 4);
    let directory = TempDir::new();
    let path = directory.path("voice.wav");
    let saved = test.client.voice().save_to(&path).await.unwrap();
    assert_eq!(
        (saved.length, saved.content_type.as_deref()),
        (4, Some("audio/wav"))
    );
    let error = test.client.voice().save_to(&path).await.unwrap_err();
    assert!(error.is_truncated(), "{error}");
    assert_eq!(error.operation(), Some("voice"));
    assert_eq!(std::fs::read(&path).unwrap(), b"RIFF");
    assert_eq!(directory.file_names(), ["voice.wav"]);
    let error = test.client.voice().save_to(&path).await.unwrap_err();
    assert!(error.to_string().contains("no voice"), "{error}");
    for request in test.requests() {
        assert_eq!(request.header("accept"), Some("audio/wav"));
    }
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
