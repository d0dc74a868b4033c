//! Connections that end early, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::Error;
use imagine_sdk::inference::ChatStream;
use imagine_tests::{AfterResponse, RawServer};

const CHUNK: &str = "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";

/// Builds a chunked response with one chunk per event and without the final chunk.
fn unterminated_stream(events: &[&str]) -> String {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = |event: &&str| format!("{:x}\r\n{event}\r\n", event.len());
    head.to_owned() + &events.iter().map(chunk).collect::<String>()
}

/// Reads the stream to its end and counts the chunks before an error.
async fn read_to_end(stream: &mut ChatStream) -> (usize, Option<Error>) {
    let mut chunks = 0;
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(_) => chunks += 1,
            Err(error) => return (chunks, Some(error)),
        }
    }
    (chunks, None)
}

/// Wire case 8 f.
#[tokio::test]
async fn case_08_a_stream_without_a_final_chunk_is_truncated() {
    let server = RawServer::start(unterminated_stream(&[CHUNK]), AfterResponse::Close).await;
    let mut stream = server.client().chat("Hi").stream().await.unwrap();
    let (chunks, error) = read_to_end(&mut stream).await;
    assert_eq!(chunks, 1);
    assert!(error.unwrap().is_truncated());
    server.closed().await;
}

/// Wire case 18 b. A reset can discard data in flight.
#[tokio::test]
async fn case_18_a_stream_whose_connection_resets_is_truncated() {
    let server = RawServer::start(unterminated_stream(&[CHUNK, CHUNK]), AfterResponse::Reset).await;
    match server.client().chat("Hi").stream().await {
        Ok(mut stream) => {
            let (chunks, error) = read_to_end(&mut stream).await;
            assert!(chunks <= 2);
            assert!(error.unwrap().is_truncated());
        }
        Err(error) => assert!(error.is_transport() && !error.is_connect(), "{error}"),
    }
    server.closed().await;
}

/// Wire case 8 d. The server keeps the connection open, so only `[DONE]` ends the stream.
#[tokio::test]
async fn case_08_done_ends_a_stream_on_an_open_connection() {
    let events = unterminated_stream(&[CHUNK, "data: [DONE]\n\n"]);
    let server = RawServer::start(events, AfterResponse::KeepOpen).await;
    let client = server.client();
    let mut stream = client.chat("Hi").stream().await.unwrap();
    let (chunks, error) = read_to_end(&mut stream).await;
    assert_eq!(chunks, 1);
    assert!(error.is_none(), "{error:?}");
    // `[DONE]` releases the body, so the server observes the close while the stream still exists.
    server.closed().await;
    drop(stream);
}

/// Wire case 18 f. The server waits until the client closes the connection.
#[tokio::test]
async fn case_18_a_dropped_stream_closes_its_connection() {
    let server = RawServer::start(unterminated_stream(&[CHUNK]), AfterResponse::KeepOpen).await;
    let client = server.client();
    let mut stream = client.chat("Hi").stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    server.closed().await;
}

/// Wire case 18 g.
#[tokio::test]
async fn case_18_a_response_shorter_than_its_content_length_is_an_error() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n";
    let server = RawServer::start(
        head.to_owned() + "{\"message\":\"canary",
        AfterResponse::Close,
    )
    .await;
    let error = server.client().ping().await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect(), "{error}");
    let text = error.to_string();
    assert!(text.contains("lost during the response"), "{text}");
    server.closed().await;
}

#[tokio::test]
async fn a_connection_closed_before_the_response_is_an_error() {
    let server = RawServer::start("", AfterResponse::Close).await;
    let error = server.client().ping().await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect(), "{error}");
    assert!(
        error.to_string().contains("lost before the response"),
        "{error}"
    );
    server.closed().await;
}
