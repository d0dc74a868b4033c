//! Clients of the mock over HTTP/2, with its faults: GOAWAY, refused streams and a flow-control window that stays
//! closed (H1, H2).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use imagine_mock::{Fault, Http2, MockServer};
use imagine_sdk::{ApiClient, Client, ClientBuilder, FilePart, MediaClient, TimeoutKind};
use imagine_tests::{KEY, SignalClock};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::Notify;

const CALLS: usize = 1500;

const CONCURRENCY: usize = 64;

fn builder<C: ApiClient>(
    server: &MockServer,
    builder: ClientBuilder<C>,
    endpoint: &str,
) -> ClientBuilder<C> {
    let builder = builder.endpoint(endpoint).api_key(KEY).no_proxy();
    builder.add_root_certificate(server.certificate().unwrap())
}

fn client(server: &MockServer) -> ClientBuilder<Client> {
    builder(server, Client::builder(), server.inference_endpoint())
}

fn media(server: &MockServer) -> ClientBuilder<MediaClient> {
    builder(server, MediaClient::builder(), server.media_endpoint())
}

async fn start(http2: Http2) -> MockServer {
    let builder = MockServer::builder().http2(http2).concurrent_generations();
    builder.credits(1_000_000).start().await.unwrap()
}

/// Connections that end after some requests, and streams that are refused.
fn faults() -> [Http2; 4] {
    [
        Http2::new().requests_per_connection(100),
        Http2::new().requests_per_connection(20),
        Http2::new().refuse_each(3),
        Http2::new().requests_per_connection(50).refuse_each(7),
    ]
}

/// 1,500 calls with the default settings, 64 at once.
#[tokio::test(flavor = "multi_thread")]
async fn no_call_fails_when_the_server_returns_requests() {
    for http2 in faults() {
        let server = start(http2).await;
        let retries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&retries);
        let client = client(&server).on_retry(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let client = client.build().unwrap();
        let calls = stream::iter((0..CALLS).map(|_| client.ping().send()));
        let results: Vec<_> = calls.buffer_unordered(CONCURRENCY).collect().await;
        let errors: Vec<_> = results
            .iter()
            .filter_map(|result| result.as_ref().err())
            .collect();
        assert!(
            errors.is_empty(),
            "{http2:?}: {} errors: {:?}",
            errors.len(),
            errors[0]
        );
        assert_eq!(server.requests().len(), CALLS, "{http2:?}");
        assert!(retries.load(Ordering::Relaxed) > 0, "{http2:?}");
    }
}

/// No billable call is executed twice.
#[tokio::test(flavor = "multi_thread")]
async fn each_generation_is_submitted_once() {
    for http2 in faults() {
        let server = start(http2).await;
        let media = media(&server)
            .max_concurrent_generations(CONCURRENCY)
            .build()
            .unwrap();
        let calls = (0..300).map(|_| media.text2img("A cat").width(8).height(8).send());
        let results: Vec<_> = stream::iter(calls)
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        for result in results {
            result.unwrap();
        }
        assert_eq!(server.accepted(), 300, "{http2:?}");
    }
}

/// Faults of operations apply to streams of HTTP/2 too.
#[tokio::test(flavor = "multi_thread")]
async fn faults_of_operations_apply() {
    let server = start(Http2::new()).await;
    let client = client(&server).build().unwrap();
    let text = client
        .chat("Hi")
        .stream()
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    assert!(text.text().is_some());
    server
        .fault("ping", Fault::empty_response().times(1))
        .unwrap();
    assert_eq!(
        client.ping().send_with_response().await.unwrap().attempts(),
        2
    );
    server.fault("chat", Fault::truncate(100).times(1)).unwrap();
    let stream = client.chat("Hi").stream().await.unwrap();
    assert!(stream.collect().await.unwrap_err().is_truncated());
    server
        .fault("embeddings", Fault::status(404).times(1))
        .unwrap();
    assert!(client.embeddings("Hi").await.unwrap_err().is_not_found());
}

/// HTTP/1.1 over TLS.
#[tokio::test(flavor = "multi_thread")]
async fn tls_alone_serves_http_1() {
    let server = MockServer::builder().tls().start().await.unwrap();
    let client = client(&server).build().unwrap();
    assert_eq!(client.ping().await.unwrap().message, "pong");
    server
        .fault("ping", Fault::empty_response().times(1))
        .unwrap();
    assert_eq!(
        client.ping().send_with_response().await.unwrap().attempts(),
        2
    );
}

/// Signals once when it is read, and has no end.
struct Endless(Arc<Notify>, bool);

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if !std::mem::replace(&mut self.1, true) {
            self.0.notify_one();
        }
        let length = buffer.remaining().min(1 << 14);
        buffer.put_slice(&vec![0; length]);
        Poll::Ready(Ok(()))
    }
}

/// A server that never reads a request body did not execute the request. All timeouts pass once the upload has started.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_of_an_upload_times_out() {
    let server = start(Http2::new().stall_request_bodies()).await;
    let clock = SignalClock::default();
    // The wait for a connection must not be the first timeout.
    let media = media(&server).connect_timeout(Duration::from_secs(3600));
    let media = media.clock(clock.clone()).max_retries(0).build().unwrap();
    let sample = FilePart::reader("a.wav", Endless(clock.signal(), false), 1 << 30);
    let error = media.voice_clone().sample(sample).await.unwrap_err();
    assert_eq!(
        error.timeout_kind(),
        Some(TimeoutKind::RequestBody),
        "{error}"
    );
    assert!(!error.is_outcome_unknown(), "{error}");
    assert!(server.requests().iter().all(|request| !request.executed));
    // Bodies within the first window arrive.
    let client = client(&server).build().unwrap();
    assert!(client.chat("Hi").await.unwrap().text().is_some());
}
