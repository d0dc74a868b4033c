//! The places among a client's concurrent requests.

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

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{Bytes, Client, Phase};
use imagine_tests::{Bench, KEY, Reply, assert_line};
use serde_json::json;
use tokio::sync::Semaphore;

/// A service that answers as often as it is allowed to, and counts how many requests it holds at once.
#[derive(Clone, Debug)]
struct Held {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    order: Arc<std::sync::Mutex<Vec<String>>>,
    allowed: Arc<Semaphore>,
}

impl Held {
    fn new(allowed: usize) -> Self {
        Self {
            now: Arc::default(),
            most: Arc::default(),
            order: Arc::default(),
            allowed: Arc::new(Semaphore::new(allowed)),
        }
    }

    fn client(&self, places: usize) -> Client {
        let builder = Client::builder().endpoint("https://h/v2").api_key(KEY);
        builder
            .max_concurrent_requests(places)
            .transport(self.clone())
            .build()
            .unwrap()
    }
}

impl Transport for Held {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let held = self.clone();
        async move {
            held.order.lock().unwrap().push(request.uri().to_string());
            held.most.fetch_max(
                held.now.fetch_add(1, Ordering::SeqCst) + 1,
                Ordering::SeqCst,
            );
            held.allowed.acquire().await.unwrap().forget();
            held.now.fetch_sub(1, Ordering::SeqCst);
            let body = Bytes::from_static(b"{\"message\":\"pong\",\"status\":\"ok\"}");
            Ok(http::Response::new(ResponseBody::from(body)))
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_hundred_thousand_calls_wait_for_their_turn() {
    let service = Held::new(100_000);
    let client = service.client(64);
    let calls = (0..100_000).map(|_| client.ping().send());
    let answers = join_all(calls).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.is_ok()).count(),
        100_000
    );
    assert!(service.most.load(Ordering::SeqCst) <= 64);
}

#[tokio::test]
async fn calls_are_served_in_their_order() {
    let service = Held::new(100);
    let client = service.client(1);
    let calls =
        (0..100).map(|turn: usize| client.ping().extra_query("turn", turn.to_string()).send());
    join_all(calls).await;
    let order = service.order.lock().unwrap();
    let expected: Vec<_> = (0..100)
        .map(|turn| format!("https://h/v2/ping?turn={turn}"))
        .collect();
    assert_eq!(*order, expected);
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_its_place() {
    let service = Held::new(0);
    let client = service.client(1);
    let mut first = Box::pin(client.ping().send());
    let mut second = Box::pin(client.ping().send());
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    service.allowed.add_permits(1);
    assert_eq!(second.await.unwrap().message, "pong");
}

#[tokio::test]
async fn a_stream_keeps_its_place_until_it_is_dropped() {
    let events = Reply::events([Bytes::from_static(b": ping\n\n")]).then_hangs();
    let pong = Reply::json(&json!({"message": "pong", "status": "ok"}));
    let limit = Duration::from_secs(7);
    let bench = Bench::with([events, pong], |builder| builder.max_concurrent_requests(1));
    let stream = bench.client.chat("Hi").stream().await.unwrap();
    let error = bench.client.ping().with_timeout(limit).await.unwrap_err();
    assert_line(&error, "ping");
    assert_eq!(error.timeout_phase(), Some(Phase::Slot));
    assert!(
        error.to_string().contains("max_concurrent_requests"),
        "{error}"
    );
    assert_eq!(error.attempts(), 0);
    assert!(!error.is_outcome_unknown());
    drop(stream);
    assert_eq!(bench.client.ping().await.unwrap().message, "pong");
}
