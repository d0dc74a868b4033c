//! Refusals, and answers that are none.

use std::time::Duration;

use imagine_mock::{Fault, MockServer};
use reqwest::Method;
use serde_json::{Value, json};

use super::{CHAT, failing};
use crate::client::{Service, chat, refused};

#[tokio::test]
async fn a_status_comes_as_often_as_scripted_with_its_hint() {
    let service = failing(Fault::status(429).retry_after(2).times(2)).await;
    for _ in 0..2 {
        let request = service.request(Method::POST, CHAT).json(&chat("Hi"));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
        let body: Value = response.json().await.unwrap();
        let message = "the mock was told to fail: status=429,retry-after=2,times=2";
        assert_eq!(body, json!({"status": "error", "message": message}));
    }
    service.post(CHAT, &chat("Hi")).await;
    let statuses: Vec<_> = service
        .server
        .requests()
        .iter()
        .map(|one| one.status)
        .collect();
    assert_eq!(statuses, [Some(429), Some(429), Some(200)]);
}

#[tokio::test]
async fn the_media_api_refuses_in_its_own_form() {
    let builder = MockServer::builder()
        .fault("costs", Fault::status(503))
        .unwrap();
    let service = Service::media(builder).await;
    let response = service.request(Method::GET, "/images/costs").send().await;
    let body: Value = response.unwrap().json().await.unwrap();
    assert_eq!(body["errorCode"], 503);
    assert_eq!(body["type"], "InternalServerError");
}

#[tokio::test]
async fn other_operations_and_wrong_keys_meet_no_fault() {
    let service = failing(Fault::status(500)).await;
    service.get("/ping").await;
    let keyless = service.bare(Method::POST, CHAT).json(&chat("Hi"));
    assert_eq!(refused(keyless).await.0, 401);
    let faults = service.server.requests().into_iter().map(|one| one.fault);
    assert!(faults.flatten().next().is_none());
}

#[tokio::test]
async fn an_unknown_operation_is_an_error_that_lists_the_known() {
    let server = MockServer::start().await.unwrap();
    let error = server
        .fault("Chat", Fault::close())
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("no operation is called `Chat`; there are chat, "),
        "{error}"
    );
    let builder = MockServer::builder().fault("files", Fault::close());
    assert!(builder.is_err());
}

#[tokio::test]
async fn malformed_json_is_whole_http() {
    let service = failing(Fault::malformed().times(1)).await;
    let request = service.request(Method::POST, CHAT).json(&chat("Hi"));
    let text = request.send().await.unwrap().text().await.unwrap();
    let error = serde_json::from_str::<Value>(&text).unwrap_err();
    assert!(error.is_eof(), "{text}");
    service.post(CHAT, &chat("Hi")).await;
}

#[tokio::test]
async fn a_page_comes_with_its_type_instead_of_the_response() {
    let service = failing(Fault::html()).await;
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
async fn a_delay_is_waited_for_and_its_response_is_good() {
    let service = failing(Fault::delay(Duration::from_millis(20))).await;
    let begun = std::time::Instant::now();
    service.post(CHAT, &chat("Hi")).await;
    assert!(begun.elapsed() >= Duration::from_millis(20));
}

#[tokio::test]
async fn scripted_faults_can_be_forgotten() {
    let service = failing(Fault::status(500)).await;
    service.server.clear_faults();
    service.post(CHAT, &chat("Hi")).await;
}
