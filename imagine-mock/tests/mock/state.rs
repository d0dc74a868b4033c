//! The state of the mock: histories, usage, recorded requests, and shutdown.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use imagine_mock::{Fault, MockServer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{LLM, TestService, chat, http, merge};

const CHAT: &str = "/chat/completions";

#[tokio::test]
async fn histories_list_pairs_newest_first() {
    let service = TestService::start().await;
    let mut responses = Vec::new();
    for content in ["one", "two", "three"] {
        responses.push(service.post(CHAT, &chat(content)).await);
    }
    let history = service.get("/chat/completions?max_items=2").await;
    let expected = json!([[responses[2], chat("three")], [responses[1], chat("two")]]);
    assert_eq!(history, expected);
    let none = service.get("/chat/completions?max_items=0").await;
    assert_eq!(none, json!([]));
    assert_eq!(service.get("/completions?max_items=2").await, json!([]));
}

#[tokio::test]
async fn a_history_contains_the_complete_response_of_a_streamed_chat() {
    let service = TestService::start().await;
    let request = merge(chat("one"), json!({"stream": true}));
    service.events(CHAT, &request).await;
    let history = service.get("/chat/completions?max_items=1").await;
    assert_eq!(history[0][0]["object"], "chat.completion");
    assert_eq!(history[0][1], request);
}

#[tokio::test]
async fn usage_aggregates_the_tokens_of_calls() {
    let service = TestService::start().await;
    let mut expected = 0;
    for content in ["one", "two"] {
        let response = service.post(CHAT, &chat(content)).await;
        expected += response["usage"]["total_tokens"].as_u64().unwrap();
    }
    let input = json!({"model": "BAAI/bge-large-en-v1.5", "input": "one two"});
    service.post("/embeddings", &input).await;
    let usage = service.get("/usage").await;
    let models: Vec<_> = usage["overall"].as_array().unwrap().iter().collect();
    let total = |model: &str| -> &Value {
        let found = models.iter().find(|record| record["model"] == model);
        &found.unwrap()["total_tokens"]
    };
    assert_eq!(*total(LLM), json!(expected));
    assert_eq!(*total("BAAI/bge-large-en-v1.5"), json!(2));
    let only = service.get(&format!("/usage?model={LLM}")).await;
    assert_eq!(only["overall"].as_array().unwrap().len(), 1);
    let nothing = service.get("/usage?to=2000-01-01%2000:00:00").await;
    assert_eq!(nothing, json!({"usage": [], "overall": []}));
}

#[tokio::test]
async fn records_requests_without_changes() {
    let service = TestService::start().await;
    service.get("/usage?model=a%20b&model=c").await;
    let request = service
        .request_without_key(Method::POST, "/nothing?x=1")
        .body("raw");
    request.header("x-mine", "yes").send().await.unwrap();
    let requests = service.server.requests();
    let [first, second] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(first.query, [pair("model", "a b"), pair("model", "c")]);
    assert_eq!(first.headers["authorization"], "Bearer a-key");
    assert_eq!(first.operation, Some("usage"));
    assert_eq!(
        (second.method.as_str(), second.path.as_str()),
        ("POST", "/nothing")
    );
    assert_eq!(&second.body[..], b"raw");
    assert_eq!(second.headers["x-mine"], "yes");
    assert_eq!((second.operation, second.status), (None, Some(401)));
    assert_eq!(
        (first.api, second.api),
        (Some("inference"), Some("inference"))
    );
}

#[tokio::test]
async fn the_retention_limit_applies_to_images_and_requests() {
    let service = TestService::media(MockServer::builder().retention_limit(2)).await;
    for prompt in ["one", "two", "three"] {
        let request = json!({"prompt": prompt});
        service.post("/images/text2img", &request).await;
    }
    let images = service.get("/images/mine").await;
    let prompts = ["/nodes/0/prompt", "/nodes/1/prompt", "/nodes/2/prompt"];
    let prompts = prompts.map(|pointer| images.pointer(pointer).and_then(Value::as_str));
    assert_eq!(prompts, [Some("three"), Some("two"), None]);
    let requests = service.server.requests();
    let paths: Vec<_> = requests
        .iter()
        .map(|request| request.path.as_str())
        .collect();
    assert_eq!(paths, ["/images/text2img", "/images/mine"]);
    let executed: Vec<_> = requests.iter().map(|request| request.executed).collect();
    assert_eq!(executed, [true, true]);
}

#[tokio::test]
async fn shutdown_frees_the_port() {
    let server = MockServer::start().await.unwrap();
    let client = http();
    let ping = client
        .get(format!("{}/ping", server.inference_endpoint()))
        .bearer_auth("k");
    let second_ping = ping.try_clone().unwrap();
    assert_eq!(ping.send().await.unwrap().status(), 200);
    let address = server.address();
    server.shutdown().await;
    assert!(second_ping.send().await.is_err());
    let rebound = MockServer::builder().port(address.port()).start().await;
    assert_eq!(rebound.unwrap().address(), address);
}

#[tokio::test]
async fn drop_closes_the_connections() {
    let server = MockServer::start().await.unwrap();
    let mut connection = TcpStream::connect(server.address()).unwrap();
    drop(server);
    let mut rest = Vec::new();
    // A close and a reset both end the read; an open connection would block it.
    let _ = connection.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[tokio::test]
async fn fails_if_the_port_is_in_use() {
    let server = MockServer::start().await.unwrap();
    let taken = MockServer::builder().port(server.address().port());
    assert!(taken.start().await.is_err());
}

#[test]
fn starts_from_synchronous_code() {
    let server = MockServer::start_blocking().unwrap();
    let mut connection = TcpStream::connect(server.address()).unwrap();
    let request = b"GET /v2/ping HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n";
    connection.write_all(request).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
}

#[tokio::test]
async fn observers_get_requests_that_the_log_has_dropped() {
    // F6
    let observed = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&observed);
    let builder = MockServer::builder()
        .retention_limit(0)
        .observe(move |request| {
            assert_eq!(
                (request.operation, request.status, request.executed),
                (Some("ping"), Some(200), true)
            );
            counter.fetch_add(1, Ordering::SeqCst);
        });
    let service = TestService::inference(builder).await;
    service.get("/ping").await;
    service.get("/ping").await;
    assert_eq!(observed.load(Ordering::SeqCst), 2);
    assert!(service.server.requests().is_empty());
}

#[tokio::test]
async fn a_reset_removes_all_stored_data() {
    let service = TestService::start().await;
    let server = &service.server;
    service.post(CHAT, &chat("one")).await;
    server.fault("ping", Fault::status(500)).unwrap();
    server.expect_health_check(|_, then| then.status(500));
    server.reset();
    assert!(server.requests().is_empty());
    assert_eq!(
        service.get("/chat/completions?max_items=5").await,
        json!([])
    );
    assert_eq!(
        service.get("/usage").await,
        json!({"usage": [], "overall": []})
    );
    service.get("/ping").await;
    service.get("/health").await;
    assert_eq!(server.verify_expectations(), Ok(()));
}
