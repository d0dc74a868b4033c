//! Streams that stop.

use imagine_mock::Fault;

use super::{Wire, failing, streamed_chat};
use crate::client::chat;

#[tokio::test]
async fn a_stall_leaves_the_head_alone_and_the_connection_open() {
    for request in [chat("Hi"), streamed_chat()] {
        let service = failing(Fault::stall()).await;
        let mut wire = Wire::to(&service.server).await;
        wire.chat(&request).await;
        let head = wire.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert_eq!(service.server.connections(), 1);
    }
}

#[tokio::test]
async fn a_stall_comes_after_so_many_events() {
    let service = failing(Fault::stall_after(2)).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&streamed_chat()).await;
    wire.until("\r\n\r\n").await;
    for _ in 0..2 {
        let event = wire.until("\n\n\r\n").await;
        assert!(event.contains("data: {"), "{event}");
    }
    assert_eq!(service.server.connections(), 1);
}

#[tokio::test]
async fn a_stalled_connection_is_given_up_when_the_client_leaves() {
    let service = failing(Fault::stall()).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&chat("Hi")).await;
    wire.until("\r\n\r\n").await;
    drop(wire);
    // Ends once the server has noticed; if it does not, the test hangs.
    while service.server.connections() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn malformed_events_keep_their_frames() {
    let service = failing(Fault::malformed()).await;
    let pieces = service.stream(super::CHAT, &streamed_chat()).await;
    let text = pieces.concat();
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
