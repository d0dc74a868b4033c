//! Streams of JSON lines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bytes::Bytes;
use imagine_sdk::http::Method;
use imagine_sdk::operation::{Operation, Request, Response, RetrySafety};
use imagine_sdk::{Client, Error, FinishTracker, StreamEnd, StreamEvent};
use imagine_tests::{MockResponse, TestClient};

const MEDIA: &str = "application/x-ndjson";

static LOG: Operation = Operation::new("log", Method::GET, "/log")
    .with_response_media(MEDIA)
    .with_stream_media(MEDIA)
    .with_retry_safety(RetrySafety::Idempotent);

#[derive(Clone, Debug, Request)]
#[request(
    operation = LOG,
    client = Client,
    extension = LogClient,
    method = log,
    builder = Log,
    response = Vec<Line>,
    chunk = Line,
    docs = "Returns the log.",
)]
struct LogRequest {}

#[derive(Clone, Debug, Default, PartialEq, Response)]
struct Line {
    #[response(required)]
    text: String,
}

impl StreamEvent for Line {
    type Output = Vec<Self>;
    type Accumulator = Vec<Self>;

    fn observe(&self, _: &mut FinishTracker) {}

    fn accumulate(self, lines: &mut Vec<Self>) {
        lines.push(self);
    }

    fn finish(lines: Vec<Self>) -> Vec<Self> {
        lines
    }
}

fn lines(chunks: impl IntoIterator<Item = Bytes>) -> MockResponse {
    MockResponse::bytes(MEDIA, "").chunks(chunks)
}

/// Returns the texts of the streamed lines, and the error after them.
async fn streamed(test: &TestClient) -> (Vec<String>, Option<Error>) {
    let mut stream = test.client.log().stream().await.unwrap();
    let mut texts = Vec::new();
    while let Some(line) = stream.next().await {
        match line {
            Ok(line) => texts.push(line.text),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error ends the stream");
                return (texts, Some(error));
            }
        }
    }
    assert_eq!(stream.end_reason(), Some(StreamEnd::Eof));
    (texts, None)
}

#[tokio::test]
async fn lines_are_independent_of_chunks_and_line_ends() {
    let text = "{\"text\": \"ñ\"}\r\n\n  \n{\"text\": \"2\"}\n{\"text\": \"3\"}".as_bytes();
    for split in 0..=text.len() {
        let (start, end) = text.split_at(split);
        let chunks = [start, end].map(Bytes::from_static);
        let test = TestClient::new([lines(chunks.clone()), lines(chunks)]);
        let (texts, error) = streamed(&test).await;
        assert_eq!(texts, ["ñ", "2", "3"], "{split}");
        assert!(error.is_none(), "{error:?}");
        let buffered = test.client.log().await.unwrap();
        assert_eq!(buffered.len(), 3);
        assert_eq!(test.requests()[0].header("accept"), Some(MEDIA));
    }
}

#[tokio::test]
async fn a_truncated_last_line_is_an_error_after_the_lines_before_it() {
    let chunk = || [Bytes::from_static(b"{\"text\": \"1\"}\n{\"text\": \"2")];
    let test = TestClient::new([
        lines(chunk()),
        lines([Bytes::from_static(b"{\"text\": \"1\"}\n")]).then_fails(),
        lines(chunk()),
    ]);
    for _ in 0..2 {
        let (texts, error) = streamed(&test).await;
        assert_eq!(texts, ["1"]);
        assert!(error.unwrap().is_truncated());
    }
    assert!(test.client.log().await.unwrap_err().is_truncated());
}

#[tokio::test]
async fn a_line_above_the_limit_is_an_error() {
    let line = format!("{{\"text\": \"{}\"}}\n", "a".repeat(2000));
    let script = [lines([Bytes::from(line)])];
    let test = TestClient::with_settings(script, |builder| builder.max_event_bytes(1024));
    let (texts, error) = streamed(&test).await;
    assert!(texts.is_empty());
    let error = error.unwrap().to_string();
    assert!(error.contains("1024 bytes"), "{error}");
}

#[tokio::test]
async fn a_line_with_an_error_or_another_type_ends_the_stream() {
    for (line, expected) in [
        ("{\"error\": {\"message\": \"no memory\"}}\n", "no memory"),
        ("{\"level\": 1}\n", "text"),
        ("not JSON\n", "JSON"),
    ] {
        let chunk = || [Bytes::from(format!("{{\"text\": \"1\"}}\n{line}"))];
        let test = TestClient::new([lines(chunk()), lines(chunk())]);
        let (texts, error) = streamed(&test).await;
        assert_eq!(texts, ["1"]);
        let error = error.unwrap();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.operation(), Some("log"));
        let error = test.client.log().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_response_of_another_type_is_not_a_stream_of_lines() {
    for media in ["text/event-stream", "text/html", "application/json"] {
        let test = TestClient::new([MockResponse::bytes(media, "{\"text\": \"1\"}\n")]);
        let error = test.client.log().stream().await.unwrap_err();
        assert!(error.is_unexpected_response(), "{media}: {error}");
    }
    let jsonl = MockResponse::bytes("application/jsonl; charset=utf-8", "{\"text\": \"1\"}\n");
    let test = TestClient::new([jsonl]);
    assert_eq!(streamed(&test).await.0, ["1"]);
}
