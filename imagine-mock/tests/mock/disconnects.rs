//! Clients that hang up before their response is complete (A14).

use std::sync::Arc;
use std::time::Duration;

use imagine_mock::{Fault, MockServer};
use reqwest::Method;
use serde_json::json;
use tokio::sync::Notify;

use crate::client::{TestService, chat, merge};

const CHAT: &str = "/chat/completions";

/// Longer than any test: such a response never completes.
const FOREVER: Duration = Duration::from_secs(3_600);

/// Returns `disconnected` of each request after all connections are closed.
async fn disconnected(service: TestService) -> Vec<bool> {
    let server = service.into_server();
    while server.connections() > 0 {
        tokio::task::yield_now().await;
    }
    let requests = server.requests().into_iter();
    requests.map(|request| request.disconnected).collect()
}

#[tokio::test]
async fn a_client_that_drops_a_stream_is_disconnected() {
    let service = TestService::start().await;
    service.server.expect_chat(|_, then| {
        then.stream(["a", "b", "c"])
            .chunk_delay(Duration::from_millis(1))
            .times(1)
    });
    let stalled = Fault::stall_after(2);
    service
        .server
        .expect_chat(move |_, then| then.stream(["a", "b", "c"]).fault(stalled.clone()).times(1));
    let streamed = merge(chat("Hi"), json!({"stream": true}));
    service.events(CHAT, &streamed).await;
    let request = service.request(Method::POST, CHAT).json(&streamed);
    let mut response = request.send().await.unwrap();
    response.chunk().await.unwrap();
    drop(response);
    assert_eq!(disconnected(service).await, [false, true]);
}

#[tokio::test]
async fn a_client_that_hangs_up_before_the_head_is_disconnected() {
    let received = Arc::new(Notify::new());
    let notify = Arc::clone(&received);
    let builder = MockServer::builder().observe(move |_| notify.notify_one());
    let service = TestService::inference(builder).await;
    service
        .server
        .expect_chat(|_, then| then.reply("late").delay(FOREVER));
    let call = service.request(Method::POST, CHAT).json(&chat("Hi")).send();
    tokio::select! {
        _ = call => panic!("the response is delayed"),
        () = received.notified() => {}
    }
    assert_eq!(disconnected(service).await, [true]);
}

#[tokio::test]
async fn a_connection_that_the_mock_closes_is_not_disconnected() {
    let service = TestService::start().await;
    let faults = [
        Fault::truncate(3),
        Fault::reset(3),
        Fault::empty_response(),
        Fault::connection_close(),
        Fault::dribble(9, Duration::ZERO),
    ];
    let expected = vec![false; faults.len() + 1];
    for fault in faults {
        service.server.fault("chat", fault.times(1)).unwrap();
        let call = service.request(Method::POST, CHAT).json(&chat("Hi")).send();
        if let Ok(response) = call.await {
            let _ = response.bytes().await;
        }
    }
    service.post(CHAT, &chat("Hi")).await;
    assert_eq!(disconnected(service).await, expected);
}
