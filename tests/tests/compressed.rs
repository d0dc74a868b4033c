//! A stream compressed in transit: each event arrives as soon as it is sent (wire case 9).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use imagine_sdk::Client;
use imagine_tests::{KEY, read_request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n";

/// A server that compresses events and flushes each one in a separate chunk.
async fn start(mut events: mpsc::Receiver<String>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        read_request(&mut connection).await;
        connection.write_all(HEAD).await.unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        while let Some(event) = events.recv().await {
            encoder.write_all(event.as_bytes()).unwrap();
            encoder.flush().unwrap();
            write_piece(&mut connection, &std::mem::take(encoder.get_mut())).await;
        }
        write_piece(&mut connection, &encoder.finish().unwrap()).await;
        connection.write_all(b"0\r\n\r\n").await.unwrap();
    });
    let builder = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
    // A shorter timeout, so that the test fails quickly if an event is held back.
    let builder = builder.idle_timeout(Duration::from_secs(20));
    builder.build().unwrap()
}

async fn write_piece(connection: &mut (impl AsyncWriteExt + Unpin), bytes: &[u8]) {
    let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    connection.write_all(&chunk).await.unwrap();
}

fn event(text: &str) -> String {
    format!(
        "data: {{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
    )
}

/// The server sends an event only after the client has received the previous one.
#[tokio::test]
async fn case_09_gzip_flushed_per_event_is_decoded_incrementally() {
    let (send, events) = mpsc::channel(1);
    let client = start(events).await;
    let strings = ["Man", "chego", ", aged for", " a year."];
    send.send(event(strings[0])).await.unwrap();
    let mut stream = client.chat("Hi").stream().await.unwrap();
    for (index, text) in strings.iter().enumerate() {
        let chunk = stream.next().await.unwrap().unwrap();
        assert_eq!(chunk.text().as_deref(), Some(*text));
        let next = strings.get(index + 1).map(|text| event(text));
        let next = next.unwrap_or_else(|| "data: [DONE]\n\n".to_owned());
        send.send(next).await.unwrap();
    }
    assert!(stream.next().await.is_none());
}
