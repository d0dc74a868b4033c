//! Expectations for operations that the specifications lack (A7).

use imagine_mock::expect::containing;
use imagine_mock::{Fault, MockServer};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::client::{TestService, http, send_err, send_ok};

#[tokio::test]
async fn matches_the_method_the_path_and_the_conditions() {
    let service = TestService::inference(MockServer::builder().strict()).await;
    let server = &service.server;
    let summarize = server.expect_request("POST", "/summarize", |when, then| {
        when.field("text", containing("cheese"))
            .header("x-depth", "2");
        then.json(json!({"summary": "cheese"})).times(1)
    });
    let post = || {
        service
            .request(Method::POST, "/summarize")
            .header("x-depth", "2")
    };
    let response = send_ok(post().json(&json!({"text": "Spanish cheese"}))).await;
    assert_eq!(response, json!({"summary": "cheese"}));
    summarize.assert();

    let (status, message) = send_err(post().json(&json!({"text": "Dutch cheese"}))).await;
    assert_eq!(status, 501);
    assert!(
        message.contains("no expectation for `POST /summarize` matches"),
        "{message}"
    );
    assert!(message.contains("exhausted after 1 call(s)"), "{message}");
    let (_, message) = send_err(post().json(&json!({"text": "wine"}))).await;
    assert!(
        message.contains(r#"body/text: expected a value containing "cheese", got "wine""#),
        "{message}"
    );
    assert!(server.verify_expectations().is_err());

    let (status, _) = send_err(service.request(Method::GET, "/summarize")).await;
    assert_eq!(status, 404, "another method");
    let keyless = service.request_without_key(Method::POST, "/summarize");
    assert_eq!(send_err(keyless).await.0, 401);
}

#[tokio::test]
async fn the_contract_ignores_expected_requests() {
    let service = TestService::start().await;
    let server = &service.server;
    server.expect_request("DELETE", "/documents/{id}", |when, then| {
        when.argument("id", "a/b");
        then.status(204)
    });
    let response = service
        .request(Method::DELETE, "/documents/a%2Fb")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 204);
    server.assert_contract();
    let recorded = server.requests().remove(0);
    assert_eq!(
        (recorded.operation, recorded.executed, recorded.status),
        (None, false, Some(204))
    );
}

#[tokio::test]
async fn reads_forms_and_complete_paths() {
    let service = TestService::start().await;
    let upload = service
        .server
        .expect_request("POST", "/v2/scan", |when, then| {
            when.field("page", "3").field("file", "page.png");
            then.bytes("text/plain", "read")
        });
    let file = Part::bytes(b"png".to_vec()).file_name("page.png");
    let form = Form::new().text("page", "3").part("file", file);
    let response = service
        .request(Method::POST, "/scan")
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), "read");
    upload.assert();

    service
        .server
        .expect_request("GET", "/elsewhere", |_, then| then.json(json!([1])));
    let url = format!("http://{}/elsewhere", service.server.address());
    assert_eq!(send_ok(http().get(url).bearer_auth("k")).await, json!([1]));
}

#[tokio::test]
async fn streams_events_and_takes_precedence_over_operations() {
    let service = TestService::start().await;
    service
        .server
        .expect_request("POST", "/chat/completions", |_, then| {
            then.events([json!({"own": 1}), json!({"own": 2})])
        });
    let events = service
        .events("/chat/completions", &json!({"any": "body"}))
        .await;
    assert_eq!(events, [json!({"own": 1}), json!({"own": 2})]);
}

#[tokio::test]
async fn faults_apply_by_method_and_path() {
    let service = TestService::start().await;
    let server = &service.server;
    let fault = Fault::status(503).times(1);
    server.fault("GET /documents/{id}", fault.clone()).unwrap();
    server.expect_request("GET", "/documents/{id}", |_, then| then.json(json!([])));
    let (status, _) = send_err(service.request(Method::GET, "/documents/7")).await;
    assert_eq!(status, 503);
    service.get("/documents/7").await;
    let faults = server.requests().into_iter().map(|request| request.fault);
    assert_eq!(faults.collect::<Vec<_>>(), [Some(fault), None]);
}

#[tokio::test]
async fn rejects_invalid_methods_and_paths() {
    let server = MockServer::start().await.unwrap();
    for (method, path, expected) in [
        ("PO ST", "/x", "`PO ST` is not a method"),
        ("POST", "x", "the path `x` must start with `/`"),
    ] {
        let expect = || server.expect_request(method, path, |_, _| ());
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(expect));
        let message = *caught.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains(expected), "{message}");
    }
}
