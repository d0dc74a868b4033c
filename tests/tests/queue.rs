//! Permits of a client's concurrent requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{Bytes, Client, TimeoutKind};
use imagine_tests::{KEY, MockResponse, TestClient, assert_error_line};
use serde_json::json;
use tokio::sync::Semaphore;

/// A service that responds at a signal and counts concurrent requests.
#[derive(Clone, Debug)]
struct HeldTransport {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    order: Arc<std::sync::Mutex<Vec<String>>>,
    allowed: Arc<Semaphore>,
}

impl HeldTransport {
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

impl Transport for HeldTransport {
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

/// A future with a shared count of polls.
struct CountedFuture<F>(Pin<Box<F>>, Arc<AtomicUsize>);

impl<F: Future> Future for CountedFuture<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.as_mut().poll(cx)
    }
}

/// Polls all ready futures in a loop. tokio would force such a busy task to yield, which would change the order.
fn poll_all<F: Future>(
    calls: impl IntoIterator<Item = F>,
) -> Pin<Box<impl Future<Output = Vec<F::Output>>>> {
    Box::pin(tokio::task::unconstrained(join_all(calls)))
}

/// Polls a future a few times, and returns its output.
fn poll_briefly<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    (0..100_000).find_map(|_| (&mut future).now_or_never())
}

#[tokio::test]
async fn a_hundred_thousand_calls_wait_for_a_permit() {
    const CALLS: usize = 100_000;
    let service = HeldTransport::new(0);
    let client = service.client(64);
    let polls = Arc::new(AtomicUsize::new(0));
    let calls =
        (0..CALLS).map(|_| CountedFuture(Box::pin(client.ping().send()), Arc::clone(&polls)));
    let mut calls = poll_all(calls);
    assert!((&mut calls).now_or_never().is_none());
    assert_eq!(service.now.load(Ordering::SeqCst), 64, "the others wait");
    service.allowed.add_permits(CALLS);
    let responses = poll_briefly(calls).expect("every call gets a permit");
    let good = responses.iter().filter(|response| response.is_ok());
    assert_eq!((good.count(), responses.len()), (CALLS, CALLS));
    assert_eq!(service.most.load(Ordering::SeqCst), 64);
    // Three polls: the start, the permit and the response. Permits of other calls cause no wakeups.
    let polls = polls.load(Ordering::SeqCst);
    assert!(polls <= 4 * CALLS, "{polls} polls");
}

#[tokio::test]
async fn calls_are_served_in_order() {
    let service = HeldTransport::new(0);
    let client = service.client(1);
    let calls = (0..100).map(|turn: usize| {
        client
            .ping()
            .with_extra_query("turn", turn.to_string())
            .send()
    });
    let mut calls = poll_all(calls);
    assert!((&mut calls).now_or_never().is_none());
    assert_eq!(service.order.lock().unwrap().len(), 1, "the others wait");
    service.allowed.add_permits(100);
    poll_briefly(calls).expect("every call gets a permit");
    let order = service.order.lock().unwrap();
    let expected: Vec<_> = (0..100)
        .map(|turn| format!("https://h/v2/ping?turn={turn}"))
        .collect();
    assert_eq!(*order, expected);
}

#[tokio::test]
async fn a_cancelled_call_leaves_the_queue() {
    let service = HeldTransport::new(0);
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
async fn a_stream_holds_its_permit_until_it_is_dropped() {
    let events = MockResponse::event_bytes([Bytes::from_static(b": ping\n\n")]).then_hangs();
    let pong = MockResponse::json(&json!({"message": "pong", "status": "ok"}));
    let limit = Duration::from_secs(7);
    let test =
        TestClient::with_settings([events, pong], |builder| builder.max_concurrent_requests(1));
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let error = test.client.ping().with_timeout(limit).await.unwrap_err();
    assert_error_line(&error, "ping");
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Queue));
    assert!(
        error.to_string().contains("max_concurrent_requests"),
        "{error}"
    );
    assert_eq!(error.attempts(), 0);
    assert!(!error.is_outcome_unknown());
    drop(stream);
    assert_eq!(test.client.ping().await.unwrap().message, "pong");
}
