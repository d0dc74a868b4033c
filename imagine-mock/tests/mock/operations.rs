//! Requests and responses of every operation conform to the contract.

use imagine_mock::contract::{Contract, OperationSpec};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::{LLM, TestService, chat, send_ok, wav};

/// Returns a request for an operation.
async fn request(service: &TestService, operation: &OperationSpec) -> RequestBuilder {
    let get = |path| service.request(Method::GET, path);
    let post = |path, body: Value| service.request(Method::POST, path).json(&body);
    match operation.id.as_str() {
        "chat" => post("/chat/completions", chat("Hi")),
        "chat_history" => get("/chat/completions?max_items=3"),
        "completion" => post(
            "/completions",
            json!({"model": LLM, "prompt": "Once upon a time", "stream": false}),
        ),
        "completion_history" => get("/completions?max_items=3"),
        "embeddings" => post(
            "/embeddings",
            json!({"model": "BAAI/bge-large-en-v1.5", "input": ["a", "b"]}),
        ),
        "embedding_history" => get("/embeddings?max_items=3"),
        "reranker" => post(
            "/reranker",
            json!({"model": "BAAI/bge-reranker-base", "query": "a", "documents": ["a", "b"]}),
        ),
        "reranker_history" => get("/reranker?max_items=3"),
        "translate" => post(
            "/translate",
            json!({"model": "Helsinki-NLP/opus-mt-en-es", "prompt": "Hello", "stream": false}),
        ),
        "images_generate" => post(
            "/images/generations",
            json!({"model": "sdxl-turbo", "prompt": "a cat", "size": "8x8", "stream": false}),
        ),
        "transcribe" => service.upload(wav(1, 8_000, 80)).await,
        "available_models_by_type" => get("/models"),
        "health_check" => get("/health"),
        "ping" => get("/ping"),
        "usage" => get("/usage?aggregation_duration=day&from=2026-01-01+00:00:00"),
        _ => service.generic_request(Contract::inference(), operation),
    }
}

#[tokio::test]
async fn every_operation_conforms_to_the_contract() {
    let service = TestService::start().await;
    let contract = Contract::inference();
    // In the second pass, histories and usage are not empty.
    for operation in contract.operations().chain(contract.operations()) {
        let response = send_ok(request(&service, operation).await).await;
        let checked = contract.check_response(&operation.id, &response);
        assert_eq!(checked, Ok(()), "{}: {response}", operation.id);
        let requests = service.server.requests();
        let sent = requests.last().unwrap();
        let called = contract.check_request(&sent.parts()).unwrap();
        assert_eq!(called.id, operation.id);
        assert_eq!(sent.api, Some("inference"));
        assert_eq!(sent.operation, Some(operation.id.as_str()));
        assert_eq!(sent.status, Some(200));
    }
}

#[tokio::test]
async fn every_event_conforms_to_the_contract() {
    let service = TestService::start().await;
    let contract = Contract::inference();
    for operation in contract
        .operations()
        .filter(|operation| operation.event.is_some())
    {
        let built = request(&service, operation).await.build().unwrap();
        let body = built.body().unwrap().as_bytes().unwrap();
        let mut body: Value = serde_json::from_slice(body).unwrap();
        body["stream"] = true.into();
        let events = service.events(&operation.path, &body).await;
        assert!(!events.is_empty());
        for event in events {
            let checked = contract.check_event(&operation.id, &event);
            assert_eq!(checked, Ok(()), "{}: {event}", operation.id);
        }
    }
}

#[tokio::test]
async fn groups_models_by_type_and_includes_all_defaults() {
    let service = TestService::start().await;
    let all = service.get("/models").await.to_string();
    for operation in Contract::inference().operations() {
        let default = operation.default_model.as_deref().unwrap_or_default();
        assert!(all.contains(default), "{default}");
    }
    let llms = service.get("/models?model_type=llm").await;
    let names = llms["llm"].as_array().unwrap();
    assert!(
        names.contains(&json!(LLM)) && names.contains(&json!("Llama-3.3-70B")),
        "{llms}"
    );
    assert_eq!(llms.as_object().unwrap().len(), 1);
    assert_eq!(service.get("/models?model_type=telepathy").await, json!({}));
}
