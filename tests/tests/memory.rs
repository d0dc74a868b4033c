//! Memory use: constant for an upload, and a small multiple of the size for an event.
//!
//! Each measurement runs in a separate process, because memory is counted per process.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use imagine_sdk::Client;
use imagine_tests::{KEY, MockResponse, TempDir, TestClient, fixtures, subprocess};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const MIB: usize = 1 << 20;

#[track_caller]
fn assert_succeeds(test: &str) {
    let output = subprocess(test).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
}

/// Reads a line of `/proc/self/status` in bytes.
fn memory(line: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|found| found.strip_prefix(line));
    let kib = value.unwrap().trim().trim_end_matches(" kB");
    kib.parse::<usize>().unwrap() * 1024
}

/// Returns the peak memory above a baseline.
fn peak_above(before: usize) -> usize {
    memory("VmHWM:").saturating_sub(before)
}

fn resident() -> usize {
    memory("VmRSS:")
}

/// A server that discards the request's body, responds, and returns the length of the body.
async fn discarding_server() -> (Client, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: u64 = length
            .expect("the request has a content length")
            .parse()
            .unwrap();
        let mut body = (&mut connection).take(length);
        let read = tokio::io::copy(&mut body, &mut tokio::io::sink())
            .await
            .unwrap();
        let response = fixtures::bytes("transcribe.json");
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            response.len()
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(&response).await.unwrap();
        read as usize
    });
    let builder = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
    let builder = builder.timeout(Duration::from_secs(600));
    (builder.build().unwrap(), server)
}

#[test]
fn a_large_file_is_uploaded_in_chunks() {
    assert_succeeds("uploads_a_large_file");
}

#[tokio::test]
#[ignore = "the test above runs it in a process of its own"]
async fn uploads_a_large_file() {
    let dir = TempDir::new();
    let path = dir.path("large.wav");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(256 * MIB as u64).unwrap();
    let (client, server) = discarding_server().await;
    let before = resident();
    client.transcribe(path).await.unwrap();
    let grown = peak_above(before);
    assert!(server.await.unwrap() > 256 * MIB);
    assert!(grown < 32 * MIB, "{grown} bytes for an upload");
}

/// Wire case 19. `cargo bench -p imagine-bench` measures the time.
#[test]
fn case_19_a_large_event_takes_less_than_four_times_its_size() {
    assert_succeeds("decodes_a_large_event");
}

#[tokio::test]
#[ignore = "the test above runs it in a process of its own"]
async fn decodes_a_large_event() {
    let event = format!(
        "data: {{\"id\":\"1\",\"model\":\"m\",\"object\":\"text_to_image\",\"created\":1.5,\"data\":[{{\"b64_json\":\"{}\"}}]}}\n\ndata: [DONE]\n\n",
        "A".repeat(8 * MIB)
    );
    let event = Bytes::from(event);
    let size = event.len();
    let before = resident();
    let chunks = (0..size).step_by(1400).map(move |start| {
        let end = size.min(start + 1400);
        // A separate allocation, as for data from the network.
        Ok(Bytes::copy_from_slice(&event[start..end]))
    });
    let test = TestClient::new([MockResponse::event_bytes([]).body(stream::iter(chunks).boxed())]);
    let mut images = test.client.images_generate("x").stream().await.unwrap();
    let image = images.next().await.unwrap().unwrap();
    assert_eq!(image.data[0].b64_json.as_ref().unwrap().len(), 8 * MIB);
    let grown = peak_above(before);
    assert!(grown < 4 * size, "{grown} bytes for {size}");
}

/// Wire case 19. Reading stops at the limit for events and for lines without an end.
#[tokio::test]
async fn case_19_an_event_beyond_64_mib_is_an_error_and_ends_reading() {
    for start in ["data: ", "", ": "] {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&read);
        let rest = stream::repeat(Bytes::from(vec![b'x'; MIB])).map(move |chunk| {
            counted.fetch_add(chunk.len(), Ordering::Relaxed);
            Ok(chunk)
        });
        let reply = MockResponse::event_bytes([start.into()]).body(rest.boxed());
        let test = TestClient::new([reply]);
        let mut stream = test.client.chat("Hi").stream().await.unwrap();
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(error.is_too_large(), "{error}");
        let read = read.load(Ordering::Relaxed);
        assert!((64 * MIB..=65 * MIB).contains(&read), "{read}");
        assert!(stream.next().await.is_none());
    }
}
