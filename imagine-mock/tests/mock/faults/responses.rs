//! Faults of complete responses.

use std::time::Duration;

use imagine_mock::{Fault, MockServer};
use reqwest::Method;
use serde_json::{Value, json};

use super::{CHAT, start_with_fault};
use crate::client::{TestService, chat, send_err};

#[tokio::test]
async fn a_status_applies_the_given_number_of_times_with_retry_after() {
    let service = start_with_fault(Fault::status(429).retry_after(2).times(2)).await;
    for _ in 0..2 {
        let request = service.request(Method::POST, CHAT).json(&chat("Hi"));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
        let body: Value = response.json().await.unwrap();
        let message = "scripted fault: status=429,retry-after=2,times=2";
        assert_eq!(body, json!({"status": "error", "message": message}));
    }
    service.post(CHAT, &chat("Hi")).await;
    let statuses: Vec<_> = service
        .server
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [Some(429), Some(429), Some(200)]);
}

#[tokio::test]
async fn the_media_api_uses_its_own_error_format() {
    let builder = MockServer::builder()
        .fault("costs", Fault::status(503))
        .unwrap();
    let service = TestService::media(builder).await;
    let response = service.request(Method::GET, "/images/costs").send().await;
    let body: Value = response.unwrap().json().await.unwrap();
    assert_eq!(body["errorCode"], 503);
    assert_eq!(body["type"], "InternalServerError");
}

#[tokio::test]
async fn a_fault_does_not_apply_to_other_operations_and_missing_keys() {
    let service = start_with_fault(Fault::status(500)).await;
    service.get("/ping").await;
    let request = service
        .request_without_key(Method::POST, CHAT)
        .json(&chat("Hi"));
    assert_eq!(send_err(request).await.0, 401);
    let faults = service
        .server
        .requests()
        .into_iter()
        .map(|request| request.fault);
    assert!(faults.flatten().next().is_none());
}

#[tokio::test]
async fn rejects_an_unknown_operation_and_lists_the_known_ones() {
    let server = MockServer::start().await.unwrap();
    let error = server
        .fault("Chat", Fault::connection_close())
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("unknown operation `Chat`; known operations: chat, "),
        "{error}"
    );
    let builder = MockServer::builder().fault("files", Fault::connection_close());
    assert!(builder.is_err());
}

#[tokio::test]
async fn malformed_json_is_a_valid_http_response() {
    let service = start_with_fault(Fault::malformed().times(1)).await;
    let request = service.request(Method::POST, CHAT).json(&chat("Hi"));
    let text = request.send().await.unwrap().text().await.unwrap();
    let error = serde_json::from_str::<Value>(&text).unwrap_err();
    assert!(error.is_eof(), "{text}");
    service.post(CHAT, &chat("Hi")).await;
}

#[tokio::test]
async fn a_web_page_replaces_the_response() {
    let service = start_with_fault(Fault::html_page()).await;
    let request = service.request(Method::POST, CHAT).json(&chat("Hi"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    assert!(
        response
            .text()
            .await
            .unwrap()
            .starts_with("<!doctype html>")
    );
}

#[tokio::test]
async fn a_delayed_response_is_valid() {
    let service = start_with_fault(Fault::delay(Duration::from_millis(20))).await;
    let start = std::time::Instant::now();
    service.post(CHAT, &chat("Hi")).await;
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[tokio::test]
async fn clear_faults_removes_scripted_faults() {
    let service = start_with_fault(Fault::status(500)).await;
    service.server.clear_faults();
    service.post(CHAT, &chat("Hi")).await;
}
