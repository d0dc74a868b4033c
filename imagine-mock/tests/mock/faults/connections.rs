//! What happens to the connection, byte by byte.

use std::io::ErrorKind;
use std::time::Duration;

use imagine_mock::Fault;

use super::{Wire, body, failing, streamed_chat};
use crate::client::chat;

#[tokio::test]
async fn a_cut_is_an_orderly_close_before_the_promised_length() {
    let service = failing(Fault::cut(10)).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&chat("Hi")).await;
    let (response, end) = wire.rest().await;
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert_eq!(body(&response).len(), 10);
    let length = response.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    assert!(length > 100, "{response}");
    end.unwrap();
}

#[tokio::test]
async fn a_cut_never_leaves_a_response_whole() {
    let service = failing(Fault::cut(usize::MAX)).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&chat("Hi")).await;
    let (response, end) = wire.rest().await;
    let text = body(&response);
    assert!(response.contains(&format!("content-length: {}\r\n", text.len() + 1)));
    end.unwrap();
}

#[tokio::test]
async fn a_cut_stream_has_no_final_chunk() {
    let service = failing(Fault::cut(100)).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&streamed_chat()).await;
    let (response, end) = wire.rest().await;
    assert!(
        response.contains("transfer-encoding: chunked\r\n"),
        "{response}"
    );
    assert!(body(&response).contains("data: {"), "{response}");
    assert!(!response.ends_with("0\r\n\r\n"), "{response}");
    end.unwrap();
}

#[tokio::test]
async fn a_reset_is_one_on_the_wire() {
    for request in [chat("Hi"), streamed_chat()] {
        let service = failing(Fault::reset(10)).await;
        let mut wire = Wire::to(&service.server).await;
        wire.chat(&request).await;
        let (_, end) = wire.rest().await;
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn no_response_is_no_byte_and_an_orderly_close() {
    let service = failing(Fault::hang_up()).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&chat("Hi")).await;
    let (response, end) = wire.rest().await;
    assert_eq!(response, "");
    end.unwrap();
}

#[tokio::test]
async fn a_connection_can_be_closed_after_a_good_response() {
    let service = failing(Fault::close().times(1)).await;
    let mut wire = Wire::to(&service.server).await;
    wire.chat(&chat("Hi")).await;
    let (response, end) = wire.rest().await;
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    serde_json::from_str::<serde_json::Value>(body(&response)).unwrap();
    end.unwrap();
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_open() {
    let service = failing(Fault::status(503).times(1)).await;
    let mut wire = Wire::to(&service.server).await;
    for (status, end) in [(503, "\"error\"}"), (200, "\"chat.completion\"")] {
        wire.chat(&chat("Hi")).await;
        let head = wire.until("\r\n\r\n").await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        wire.until(end).await;
    }
    assert_eq!(service.server.connections(), 1);
}

#[tokio::test]
async fn a_drip_delivers_everything() {
    let drip = Fault::drip(7, Duration::from_millis(1)).times(1);
    for request in [chat("Hi"), streamed_chat()] {
        let service = failing(drip.clone()).await;
        let mut texts = [String::new(), String::new()];
        for text in &mut texts {
            let ask = service.request(reqwest::Method::POST, super::CHAT);
            let response = ask.json(&request).send().await.unwrap();
            *text = response.text().await.unwrap();
        }
        // Only their ids and times differ.
        let [dripped, plain] =
            texts.map(|text| text.replace(|letter: char| letter.is_ascii_digit(), ""));
        assert_eq!(dripped, plain);
    }
}
