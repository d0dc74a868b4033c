//! Connections that the server closes while the next request is sent (wire case 18 a).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_sdk::{ApiClient, Client, ClientBuilder, Clock, FilePart, MediaClient};
use imagine_tests::{KEY, read_request, wav};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A clock whose pauses complete immediately and whose timeouts never pass.
#[derive(Debug)]
struct ImmediateClock;

impl Clock for ImmediateClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        if span < Duration::from_secs(2) {
            std::future::ready(()).boxed()
        } else {
            std::future::pending().boxed()
        }
    }
}

/// A server that responds to the first request of each connection.
struct Server {
    endpoint: String,
    stop: Arc<Notify>,
    responses: JoinHandle<usize>,
}

/// The time at which the server closes the connection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum CloseTime {
    /// After reading the second request.
    OnSecondRequest,
    /// After the first response, while the second request may be in flight.
    AfterFirstResponse,
}

impl Server {
    async fn start(response: &'static [u8], close_time: CloseTime) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let responses = tokio::spawn(async move {
            let mut responses = 0;
            loop {
                let (mut connection, _) = tokio::select! {
                    accepted = listener.accept() => accepted.unwrap(),
                    () = stopped.notified() => return responses,
                };
                read_request(&mut connection).await;
                connection
                    .write_all(&http_response(response))
                    .await
                    .unwrap();
                responses += 1;
                if close_time == CloseTime::OnSecondRequest {
                    tokio::select! {
                        () = read_any(&mut connection) => {}
                        () = stopped.notified() => return responses,
                    }
                }
            }
        });
        Self {
            endpoint,
            stop,
            responses,
        }
    }

    /// Returns the number of responses.
    async fn responses(self) -> usize {
        self.stop.notify_one();
        self.responses.await.unwrap()
    }

    fn client(&self) -> Client {
        self.built(Client::builder())
    }

    fn built<C: ApiClient>(&self, builder: ClientBuilder<C>) -> C {
        let builder = builder.endpoint(&self.endpoint).api_key(KEY).no_proxy();
        builder.clock(ImmediateClock).build().unwrap()
    }
}

/// Reads a request, or the end of the connection.
async fn read_any(connection: &mut TcpStream) {
    if connection.peek(&mut [0]).await.is_ok_and(|read| read > 0) {
        read_request(connection).await;
    }
}

fn http_response(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

const PONG: &[u8] = br#"{"message":"pong","status":"good"}"#;
const CHAT: &[u8] = include_bytes!("../fixtures/chat.json");
const TRANSCRIPTION: &[u8] = include_bytes!("../fixtures/transcribe.json");
const GENERATION: &[u8] = include_bytes!("../fixtures/media/generation.json");

/// More retries than the retry budget allows.
#[tokio::test]
async fn case_18_closed_idle_connections_never_fail_a_call() {
    for close_time in [CloseTime::OnSecondRequest, CloseTime::AfterFirstResponse] {
        let server = Server::start(PONG, close_time).await;
        let client = server.client();
        for _ in 0..1000 {
            assert_eq!(client.ping().await.unwrap().message, "pong");
        }
        assert_eq!(server.responses().await, 1000, "{close_time:?}");
    }
}

#[tokio::test]
async fn a_body_is_retried_on_another_connection() {
    let server = Server::start(CHAT, CloseTime::OnSecondRequest).await;
    let client = server.client();
    for _ in 0..3 {
        client.chat("Hi").await.unwrap();
    }
    assert_eq!(server.responses().await, 3);

    let server = Server::start(TRANSCRIPTION, CloseTime::OnSecondRequest).await;
    let client = server.client();
    for _ in 0..3 {
        let recording = FilePart::bytes("a.wav", wav());
        client.transcribe(recording).model("m").await.unwrap();
    }
    assert_eq!(server.responses().await, 3);
}

/// A call without retries, or a billable one.
#[tokio::test]
async fn a_billable_request_on_a_closed_connection_reports_an_unknown_outcome() {
    let server = Server::start(PONG, CloseTime::OnSecondRequest).await;
    let client = server.client();
    client.ping().await.unwrap();
    let error = client.ping().with_max_retries(0).await.unwrap_err();
    assert!(
        error.is_transport() && error.is_outcome_unknown(),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.responses().await, 1);

    let server = Server::start(GENERATION, CloseTime::OnSecondRequest).await;
    let client = server.built(MediaClient::builder());
    client.text2img("A cat").await.unwrap();
    let error = client.text2img("A cat").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.responses().await, 1);
}

/// Every connection of the pool is stale, and one retry is enough: it uses a new connection (H8).
#[tokio::test]
async fn a_retry_after_a_reset_uses_a_new_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut pooled = Vec::new();
        for _ in 0..3 {
            let (mut connection, _) = listener.accept().await.unwrap();
            read_request(&mut connection).await;
            pooled.push(connection);
        }
        for connection in &mut pooled {
            connection.write_all(&http_response(PONG)).await.unwrap();
        }
        // Accepted before any of the pooled connections closes, or never.
        let stale = pooled.into_iter().map(async |mut connection| {
            read_any(&mut connection).await;
        });
        let fresh = async {
            let (mut connection, _) = listener.accept().await.unwrap();
            read_request(&mut connection).await;
            connection.write_all(&http_response(PONG)).await.unwrap();
        };
        futures_util::future::join(futures_util::future::join_all(stale), fresh).await;
    });
    let client = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
    let client = client.clock(ImmediateClock).build().unwrap();
    let pings = (0..3).map(|_| client.ping().send());
    futures_util::future::try_join_all(pings).await.unwrap();
    let ping = client.ping().with_max_retries(1).send_with_response();
    assert_eq!(ping.await.unwrap().attempts(), 2);
    drop(client);
    server.await.unwrap();
}
