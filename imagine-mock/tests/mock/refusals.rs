//! What is wrong with a request is said in the service's form.

use imagine_mock::MockServer;
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::json;

use crate::client::{Service, chat, http, refused, with};

const CHAT: &str = "/chat/completions";

#[tokio::test]
async fn any_key_is_taken_but_none_is_not() {
    let service = Service::start().await;
    let bare = || service.bare(Method::GET, "/ping");
    assert_eq!(refused(bare()).await.0, 401);
    assert_eq!(
        refused(bare().header("authorization", "Bearer ")).await.0,
        401
    );
    assert_eq!(refused(bare().basic_auth("user", Some("key"))).await.0, 401);
    let response = bare().bearer_auth("anything").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-request-id"], "mock-000004");
}

#[tokio::test]
async fn with_a_key_set_only_that_is_taken() {
    let server = MockServer::builder()
        .api_key("right")
        .start()
        .await
        .unwrap();
    let url = format!("{}/ping", server.endpoint());
    let request = |key| http().get(&url).bearer_auth(key);
    let (status, message) = refused(request("wrong")).await;
    assert_eq!(status, 401);
    assert!(!message.contains("right") && !message.contains("wrong"));
    assert_eq!(request("right").send().await.unwrap().status(), 200);
    let shown = format!("{:?}", server.requests());
    assert!(
        !shown.contains("right") && !shown.contains("wrong"),
        "{shown}"
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_apart() {
    let service = Service::start().await;
    let get = |path| service.request(Method::GET, path);
    assert_eq!(refused(get("/nothing")).await.0, 404);
    assert_eq!(refused(get("/files/none.png")).await.0, 404);
    assert_eq!(refused(get("/../elsewhere")).await.0, 404);
    let outside = format!("http://{}/ping", service.server.address());
    let (status, message) = refused(http().get(outside).bearer_auth("k")).await;
    assert_eq!(status, 404);
    assert!(message.contains("below /v2"), "{message}");
    assert!(message.contains("below /media"), "{message}");
    let elsewhere = service.server.requests().pop().unwrap();
    assert_eq!((elsewhere.api, &*elsewhere.path), (None, "/ping"));
    let request = service.request(Method::DELETE, CHAT);
    assert_eq!(refused(request).await.0, 405);
    let request = service.request(Method::DELETE, CHAT);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["allow"], "POST, GET");
}

#[tokio::test]
async fn bodies_that_break_the_schema_are_refused_with_the_place() {
    let service = Service::start().await;
    for (change, place) in [
        (json!({"temperature": 3}), "body/temperature: "),
        (json!({"max_tokens": "many"}), "body/max_tokens: "),
        (
            json!({"messages": [{"content": "x"}]}),
            "body/messages/0/role: ",
        ),
        (
            json!({"messages": [{"role": "boss"}]}),
            "body/messages/0/role: ",
        ),
        (
            json!({"messages": [{"role": "user", "content": [{"type": 1}]}]}),
            "body/messages/0/content/0/type: ",
        ),
        (json!({"stream": "yes"}), "body/stream: "),
    ] {
        let request = with(chat("Hi"), change);
        let request = service.request(Method::POST, CHAT).json(&request);
        let (status, message) = refused(request).await;
        assert_eq!(status, 422, "{message}");
        assert!(message.contains(place), "{message}");
    }
}

#[tokio::test]
async fn queries_that_break_the_schema_are_refused() {
    let service = Service::start().await;
    for (path, place) in [
        (CHAT, "query/max_items: is required"),
        ("/chat/completions?max_items=x", "query/max_items: "),
        ("/usage?from=yesterday", "query/from: "),
    ] {
        let (status, message) = refused(service.request(Method::GET, path)).await;
        assert_eq!(status, 422, "{message}");
        assert!(message.contains(place), "{message}");
    }
    service.get("/ping?unknown=parameter").await;
}

#[tokio::test]
async fn bodies_of_another_kind_are_refused() {
    let service = Service::start().await;
    let post = |path| service.request(Method::POST, path);
    let json = "application/json";
    for (request, expected) in [
        (post(CHAT).header("content-type", json).body("{\"a\":"), 400),
        (post(CHAT).header("content-type", json), 400),
        (
            post(CHAT)
                .header("content-type", json)
                .body(b"\xff\xfe".to_vec()),
            400,
        ),
        (
            post(CHAT)
                .header("content-type", json)
                .body("[".repeat(10_000)),
            400,
        ),
        (
            post(CHAT).header("content-type", "text/plain").body("{}"),
            422,
        ),
        (post(CHAT).header("content-type", json).body("[]"), 422),
        (post("/transcribe").json(&json!({})), 422),
        (post("/transcribe").multipart(Form::new()), 400),
        (
            post("/transcribe").header("content-type", "multipart/form-data; boundary=x"),
            400,
        ),
        (service.request(Method::GET, "/ping").body("{}"), 422),
    ] {
        let (status, message) = refused(request).await;
        assert_eq!(status, expected, "{message}");
    }
}

#[tokio::test]
async fn a_form_needs_its_parts_and_a_file_its_name() {
    let service = Service::start().await;
    let upload = |form| service.request(Method::POST, "/transcribe").multipart(form);
    let (status, message) = refused(upload(Form::new().text("model", "whisper-tiny"))).await;
    assert_eq!(status, 422);
    assert!(message.contains("body/file: is required"), "{message}");
    let form = Form::new()
        .text("model", "whisper-tiny")
        .text("file", "RIFF");
    let (status, message) = refused(upload(form)).await;
    assert_eq!(status, 422);
    assert!(
        message.contains("body/file: a file needs a file name"),
        "{message}"
    );
}

#[tokio::test]
async fn unknown_models_are_not_found() {
    let service = Service::start().await;
    for model in ["nonsense", "whisper-tiny"] {
        let request = with(chat("Hi"), json!({"model": model}));
        let request = service.request(Method::POST, CHAT).json(&request);
        let (status, message) = refused(request).await;
        assert_eq!(status, 404);
        assert!(
            message.starts_with(&format!("model '{model}' not found")),
            "{message}"
        );
    }
}
