//! Connections that the server closes just as the next request goes out (wire case 18 a).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_sdk::{Client, Clock};
use imagine_tests::{KEY, read_request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const PONG: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\r\n{\"message\":\"pong\",\"status\":\"good\"}";

/// A clock on which pauses pass at once and limits never.
#[derive(Debug)]
struct Impatient;

impl Clock for Impatient {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        if span < Duration::from_secs(30) {
            std::future::ready(()).boxed()
        } else {
            std::future::pending().boxed()
        }
    }
}

/// A server that answers the first request on each connection and hangs up on the second, when it has
/// read it. Counts the requests that it has answered.
async fn start() -> (
    Client,
    JoinHandle<usize>,
    std::sync::Arc<tokio::sync::Notify>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
    let stop = std::sync::Arc::new(tokio::sync::Notify::new());
    let stopped = std::sync::Arc::clone(&stop);
    let server = tokio::spawn(async move {
        let mut answered = 0;
        loop {
            let (mut connection, _) = tokio::select! {
                accepted = listener.accept() => accepted.unwrap(),
                () = stopped.notified() => return answered,
            };
            read_request(&mut connection).await;
            connection.write_all(PONG).await.unwrap();
            answered += 1;
            tokio::select! {
                _ = read_request(&mut connection) => drop(connection),
                () = stopped.notified() => return answered,
            }
        }
    });
    let builder = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
    (builder.clock(Impatient).build().unwrap(), server, stop)
}

#[tokio::test]
async fn case_18_a_connection_that_was_closed_is_no_error() {
    let (client, server, stop) = start().await;
    for _ in 0..50 {
        assert_eq!(client.ping().await.unwrap().message, "pong");
    }
    stop.notify_one();
    assert_eq!(server.await.unwrap(), 50);
}

#[tokio::test]
async fn a_request_that_may_not_be_repeated_says_that_its_outcome_is_unknown() {
    let (client, server, stop) = start().await;
    client.ping().await.unwrap();
    let error = client.ping().with_max_retries(0).await.unwrap_err();
    assert!(
        error.is_transport() && error.is_outcome_unknown(),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
    stop.notify_one();
    assert_eq!(server.await.unwrap(), 1);
}
