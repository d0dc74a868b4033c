//! Error responses of the inference API.

use imagine_mock::MockServer;
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::json;

use crate::client::{TestService, chat, http, merge, send_err, send_ok};

const CHAT: &str = "/chat/completions";

#[tokio::test]
async fn accepts_any_key_but_requires_one() {
    let service = TestService::start().await;
    let bare = || service.request_without_key(Method::GET, "/ping");
    assert_eq!(send_err(bare()).await.0, 401);
    assert_eq!(
        send_err(bare().header("authorization", "Bearer ")).await.0,
        401
    );
    assert_eq!(
        send_err(bare().basic_auth("user", Some("key"))).await.0,
        401
    );
    let response = bare().bearer_auth("anything").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-request-id"], "mock-000004");
}

#[tokio::test]
async fn accepts_only_the_configured_key() {
    let server = MockServer::builder()
        .api_key("right")
        .start()
        .await
        .unwrap();
    let url = format!("{}/ping", server.inference_endpoint());
    let request = |key| http().get(&url).bearer_auth(key);
    let (status, message) = send_err(request("wrong")).await;
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
async fn distinguishes_unknown_paths_and_methods() {
    let service = TestService::start().await;
    let get = |path| service.request(Method::GET, path);
    assert_eq!(send_err(get("/nothing")).await.0, 404);
    assert_eq!(send_err(get("/files/none.png")).await.0, 404);
    assert_eq!(send_err(get("/../elsewhere")).await.0, 404);
    let outside = format!("http://{}/ping", service.server.address());
    let (status, message) = send_err(http().get(outside).bearer_auth("k")).await;
    assert_eq!(status, 404);
    assert!(message.contains("/v2 (inference)"), "{message}");
    assert!(message.contains("/media (media)"), "{message}");
    let elsewhere = service.server.requests().pop().unwrap();
    assert_eq!((elsewhere.api, &*elsewhere.path), (None, "/ping"));
    let request = service.request(Method::DELETE, CHAT);
    assert_eq!(send_err(request).await.0, 405);
    let request = service.request(Method::DELETE, CHAT);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["allow"], "POST, GET");
}

#[tokio::test]
async fn rejects_invalid_bodies_with_the_location() {
    let service = TestService::start().await;
    for (change, location) in [
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
        let request = merge(chat("Hi"), change);
        let request = service.request(Method::POST, CHAT).json(&request);
        let (status, message) = send_err(request).await;
        assert_eq!(status, 422, "{message}");
        assert!(message.contains(location), "{message}");
    }
}

#[tokio::test]
async fn rejects_invalid_queries_with_the_location() {
    let service = TestService::start().await;
    for (path, location) in [
        (CHAT, "query/max_items: is required"),
        ("/chat/completions?max_items=x", "query/max_items: "),
        ("/usage?from=yesterday", "query/from: "),
    ] {
        let (status, message) = send_err(service.request(Method::GET, path)).await;
        assert_eq!(status, 422, "{message}");
        assert!(message.contains(location), "{message}");
    }
    service.get("/ping?unknown=parameter").await;
}

#[tokio::test]
async fn rejects_malformed_bodies_and_wrong_media_types() {
    let service = TestService::start().await;
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
    ] {
        let (status, message) = send_err(request).await;
        assert_eq!(status, expected, "{message}");
    }
}

#[tokio::test]
async fn ignores_a_body_where_the_operation_has_none() {
    // M1: the vendor's client sends `{}` with every GET.
    let service = TestService::start().await;
    send_ok(service.request(Method::GET, "/ping").json(&json!({}))).await;
    let violations = service.server.verify_contract().unwrap_err();
    assert_eq!(violations.requests()[0].violations[0].location, "body");

    let strict = TestService::inference(MockServer::builder().strict()).await;
    let ping = strict.server.expect_ping(|_, _| ());
    let request = strict.request(Method::GET, "/ping").json(&json!({}));
    assert_eq!(send_err(request).await.0, 422);
    ping.assert_calls(0);
}

#[tokio::test]
async fn accepts_times_with_fractions_and_zones() {
    // M3
    let service = TestService::start().await;
    service.post(CHAT, &chat("Hi")).await;
    let count = async |from: &str| {
        let from = from.replace('+', "%2B");
        let request = service.request(Method::GET, &format!("/usage?from={from}"));
        send_ok(request).await["overall"].as_array().unwrap().len()
    };
    for from in [
        "2000-01-01 12:00:00.123456",
        "2000-01-01T12:00:00.123456789Z",
        "2000-01-01 12:00:00+02:00",
    ] {
        assert_eq!(count(from).await, 1, "{from}");
    }
    assert_eq!(count("2999-12-31 23:59:59.5-10:00").await, 0);
}

#[tokio::test]
async fn accepts_fields_in_the_shapes_of_openai() {
    // M5
    let service = TestService::start().await;
    let stopped = service
        .post(CHAT, &merge(chat("Tell me"), json!({"stop": "asked"})))
        .await;
    assert_eq!(stopped["choices"][0]["message"]["content"], "You asked");
    let brief = json!({"messages": [{"role": "developer", "content": "Be brief"}, {"role": "user", "content": "Hi"}]});
    let brief = service.post(CHAT, &merge(chat(""), brief)).await;
    assert_eq!(
        brief["choices"][0]["message"]["content"],
        "Briefly: you asked \"Hi\"."
    );
    let several = service
        .post(CHAT, &merge(chat("Hi"), json!({"n": 3})))
        .await;
    assert_eq!(several["choices"].as_array().unwrap().len(), 3);
    let prompts = json!({"model": "Llama-3.1-8B", "prompt": ["one", "two"], "n": 2});
    let completions = service.post("/completions", &prompts).await;
    let indices = completions["choices"].as_array().unwrap().iter();
    let indices: Vec<_> = indices
        .map(|choice| choice["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indices, [0, 1, 2, 3]);

    // Other fields of the same request are still validated.
    let invalid = merge(chat("Hi"), json!({"stop": "x", "top_k": "many"}));
    let (status, message) = send_err(service.request(Method::POST, CHAT).json(&invalid)).await;
    assert_eq!(status, 422);
    assert!(
        message.contains("body/top_k") && !message.contains("body/stop"),
        "{message}"
    );
}

#[tokio::test]
async fn a_form_requires_its_parts_and_a_file_requires_a_name() {
    let service = TestService::start().await;
    let upload = |form| service.request(Method::POST, "/transcribe").multipart(form);
    let (status, message) = send_err(upload(Form::new().text("model", "whisper-tiny"))).await;
    assert_eq!(status, 422);
    assert!(message.contains("body/file: is required"), "{message}");
    let form = Form::new()
        .text("model", "whisper-tiny")
        .text("file", "RIFF");
    let (status, message) = send_err(upload(form)).await;
    assert_eq!(status, 422);
    assert!(
        message.contains("body/file: a file requires a file name"),
        "{message}"
    );
}

#[tokio::test]
async fn rejects_unknown_models_with_404() {
    let service = TestService::start().await;
    for model in ["nonsense", "whisper-tiny"] {
        let request = merge(chat("Hi"), json!({"model": model}));
        let request = service.request(Method::POST, CHAT).json(&request);
        let (status, message) = send_err(request).await;
        assert_eq!(status, 404);
        assert!(
            message.starts_with(&format!("model '{model}' not found")),
            "{message}"
        );
    }
}
