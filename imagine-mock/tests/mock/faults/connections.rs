//! Faults of connections, as seen by a raw socket.

use std::io::ErrorKind;
use std::time::Duration;

use imagine_mock::Fault;

use super::{RawConnection, body, start_with_fault, streamed_chat};
use crate::client::chat;

#[tokio::test]
async fn a_truncated_response_ends_with_an_orderly_close_before_the_content_length() {
    let service = start_with_fault(Fault::truncate(10)).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&chat("Hi")).await;
    let (response, end) = connection.read_to_end().await;
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert_eq!(body(&response).len(), 10);
    let length = response.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    assert!(length > 100, "{response}");
    end.unwrap();
}

#[tokio::test]
async fn truncation_always_omits_the_last_byte() {
    let service = start_with_fault(Fault::truncate(usize::MAX)).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&chat("Hi")).await;
    let (response, end) = connection.read_to_end().await;
    let text = body(&response);
    assert!(response.contains(&format!("content-length: {}\r\n", text.len() + 1)));
    end.unwrap();
}

#[tokio::test]
async fn a_truncated_stream_has_no_final_chunk() {
    let service = start_with_fault(Fault::truncate(100)).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&streamed_chat()).await;
    let (response, end) = connection.read_to_end().await;
    assert!(
        response.contains("transfer-encoding: chunked\r\n"),
        "{response}"
    );
    assert!(body(&response).contains("data: {"), "{response}");
    assert!(!response.ends_with("0\r\n\r\n"), "{response}");
    end.unwrap();
}

#[tokio::test]
async fn a_reset_resets_the_connection() {
    for request in [chat("Hi"), streamed_chat()] {
        let service = start_with_fault(Fault::reset(10)).await;
        let mut connection = RawConnection::open(&service.server).await;
        connection.chat(&request).await;
        let (_, end) = connection.read_to_end().await;
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn an_empty_response_is_an_orderly_close_without_a_byte() {
    let service = start_with_fault(Fault::empty_response()).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&chat("Hi")).await;
    let (response, end) = connection.read_to_end().await;
    assert_eq!(response, "");
    end.unwrap();
}

#[tokio::test]
async fn connection_close_closes_the_connection_after_a_valid_response() {
    let service = start_with_fault(Fault::connection_close().times(1)).await;
    let mut connection = RawConnection::open(&service.server).await;
    connection.chat(&chat("Hi")).await;
    let (response, end) = connection.read_to_end().await;
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    serde_json::from_str::<serde_json::Value>(body(&response)).unwrap();
    end.unwrap();
}

#[tokio::test]
async fn an_error_status_keeps_the_connection_open() {
    let service = start_with_fault(Fault::status(503).times(1)).await;
    let mut connection = RawConnection::open(&service.server).await;
    for (status, end) in [(503, "\"error\"}"), (200, "\"chat.completion\"")] {
        connection.chat(&chat("Hi")).await;
        let head = connection.read_until("\r\n\r\n").await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        connection.read_until(end).await;
    }
    assert_eq!(service.server.connections(), 1);
}

#[tokio::test]
async fn a_dribble_delivers_the_complete_body() {
    let dribble = Fault::dribble(7, Duration::from_millis(1)).times(1);
    for request in [chat("Hi"), streamed_chat()] {
        let service = start_with_fault(dribble.clone()).await;
        let mut bodies = [String::new(), String::new()];
        for body in &mut bodies {
            let post = service.request(reqwest::Method::POST, super::CHAT);
            let response = post.json(&request).send().await.unwrap();
            *body = response.text().await.unwrap();
        }
        // The ids and times differ.
        let [dribbled, plain] =
            bodies.map(|text| text.replace(|letter: char| letter.is_ascii_digit(), ""));
        assert_eq!(dribbled, plain);
    }
}
