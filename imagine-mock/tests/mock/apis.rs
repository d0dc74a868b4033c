//! The APIs of a mock, each with its endpoint, faults and expectations.

use imagine_mock::{Api, Fault, MockServer};
use reqwest::Method;
use serde_json::json;

use crate::client::{TestService, send_err, send_ok};

#[tokio::test]
async fn an_api_expects_requests_for_its_own_operations() {
    let service = TestService::start().await;
    let ping = service
        .server
        .inference()
        .expect_ping(|_, then| then.json(json!({"message": "expected", "status": "ok"})));
    let response = send_ok(service.request(Method::GET, "/ping")).await;
    assert_eq!(response["message"], "expected");
    ping.assert_calls(1);
}

#[tokio::test]
async fn an_api_has_faults_for_its_own_operations() {
    let service = TestService::start().await;
    let inference = service.server.inference();
    inference.fault("ping", Fault::status(503)).unwrap();
    let (status, _) = send_err(service.request(Method::GET, "/ping")).await;
    assert_eq!(status, 503);
    let media = service.server.media();
    let error = media.fault("ping", Fault::status(503)).unwrap_err();
    assert!(!error.to_string().contains("chat_history"), "{error}");
    service.server.clear_faults();
    let server = &service.server;
    server.fault("inference.ping", Fault::status(500)).unwrap();
    assert_eq!(send_err(service.request(Method::GET, "/ping")).await.0, 500);
    assert!(server.fault("media.ping", Fault::status(500)).is_err());
}

#[tokio::test]
async fn every_api_has_an_endpoint() {
    let server = MockServer::start().await.unwrap();
    let endpoints: Vec<_> = Api::ALL.iter().map(|api| server.endpoint(*api)).collect();
    let expected = [
        server.inference().endpoint(),
        server.media().endpoint(),
        server.openai_endpoint(),
    ];
    assert_eq!(endpoints, expected);
    assert_eq!(server.inference_endpoint(), server.inference().endpoint());
}
