//! Faults of streams.

use imagine_mock::Fault;

use super::{RawConnection, start_with_fault, streamed_chat};
use crate::client::chat;

#[tokio::test]
async fn a_stall_sends_the_head_and_keeps_the_connection_open() {
    for request in [chat("Hi"), streamed_chat()] {
        let service = start_with_fault(Fault::stall()).await;
        let mut connection = RawConnection::open(&service.server).await;
        connection.chat(&request).await;
        let head = connection.read_until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert_eq!(service.server.connections(), 1);
    }
}

#[tokio::test]
async fn a_stall_follows_the_given_number_of_events() {
    let service = start_with_fault(Fault::stall_after(2)).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&streamed_chat()).await;
    connection.read_until("\r\n\r\n").await;
    for _ in 0..2 {
        let event = connection.read_until("\n\n\r\n").await;
        assert!(event.contains("data: {"), "{event}");
    }
    assert_eq!(service.server.connections(), 1);
}

#[tokio::test]
async fn a_stalled_connection_closes_when_the_client_closes_it() {
    let service = start_with_fault(Fault::stall()).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&chat("Hi")).await;
    connection.read_until("\r\n\r\n").await;
    drop(connection);
    // The test hangs if the server does not notice the close.
    while service.server.connections() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn malformed_events_keep_their_framing() {
    let service = start_with_fault(Fault::malformed()).await;
    let chunks = service.stream(super::CHAT, &streamed_chat()).await;
    let text = chunks.concat();
    let (done, events) = {
        let mut events: Vec<_> = text.split_terminator("\n\n").collect();
        (events.pop().unwrap(), events)
    };
    assert_eq!(done, "data: [DONE]");
    for event in events {
        let data = event.strip_prefix("data: ").unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(data).is_err(),
            "{event}"
        );
    }
}
