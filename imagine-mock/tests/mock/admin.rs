//! The admin API of a running mock.

use imagine_mock::MockServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{LLM, TestService, chat, http, send_err, wav};

const CHAT: &str = "/chat/completions";

/// Sends a request to the admin API, and returns the status and the JSON.
async fn admin(
    service: &TestService,
    method: Method,
    path: &str,
    body: impl Into<String>,
) -> (u16, Value) {
    let url = format!("http://{}/__mock{path}", service.server.address());
    let response = http()
        .request(method, url)
        .body(body.into())
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn lists_the_recorded_requests() {
    let service = TestService::start().await;
    service
        .server
        .fault("transcribe", "status=503,times=1".parse().unwrap())
        .unwrap();
    service.post(CHAT, &chat("Hi")).await;
    service
        .upload(wav(1, 8_000, 250))
        .await
        .send()
        .await
        .unwrap();
    let (status, body) = admin(&service, Method::GET, "/requests", "").await;
    assert_eq!(status, 200);
    let [first, second] = &body["requests"].as_array().unwrap()[..] else {
        panic!("{body}");
    };
    assert_eq!(first["body"], chat("Hi"));
    assert_eq!(first["headers"]["authorization"], "[redacted]");
    let fields = [
        "method",
        "api",
        "path",
        "operation",
        "status",
        "executed",
        "disconnected",
    ];
    let values = fields.map(|field| first[field].clone());
    assert_eq!(
        json!(values),
        json!(["POST", "inference", CHAT, "chat", 200, true, false])
    );
    assert_eq!(
        (&second["fault"], &second["status"]),
        (&json!("status=503,times=1"), &json!(503))
    );
    assert!(second["body_base64"].is_string() || second["body"].is_string());
    let (_, cleared) = admin(&service, Method::DELETE, "/requests", "").await;
    assert_eq!(cleared, json!({"requests": []}));
}

#[tokio::test]
async fn is_not_part_of_the_record_or_the_contract() {
    let builder = MockServer::builder()
        .api_key("right")
        .strict()
        .chaos(1.0, 7);
    let service = TestService::inference(builder).await;
    for (method, path, expected) in [
        (Method::GET, "/requests", 200),
        (Method::GET, "/nothing", 404),
        (Method::PUT, "/faults", 405),
        (Method::GET, "/reset", 405),
    ] {
        assert_eq!(
            admin(&service, method, path, "").await.0,
            expected,
            "{path}"
        );
    }
    assert!(service.server.requests().is_empty());
    service.server.assert_contract();
}

#[tokio::test]
async fn adds_faults_as_text_and_as_json() {
    let service = TestService::start().await;
    let text = "ping:status=429,retry-after=2,times=1\nhealth_check:malformed";
    let (status, listed) = admin(&service, Method::POST, "/faults", text).await;
    assert_eq!(status, 201);
    let entry = |operation: &str, fault: &str, applied: u32| json!({"operation": operation, "fault": fault, "applied": applied});
    let expected = [
        entry("ping", "status=429,retry-after=2,times=1", 0),
        entry("health_check", "malformed", 0),
    ];
    assert_eq!(listed, json!({"faults": expected}));
    assert_eq!(send_err(service.request(Method::GET, "/ping")).await.0, 429);

    let json = json!([
        {"operation": "usage", "fault": "status=500"},
        {"operation": "models", "fault": {"status": 500}},
    ]);
    let (status, body) = admin(&service, Method::POST, "/faults", json.to_string()).await;
    assert_eq!(status, 400, "one invalid fault rejects all");
    assert!(
        body["error"]
            .as_str()
            .unwrap()
            .starts_with("unknown operation `models`"),
        "{body}"
    );
    let json =
        json!({"operation": "usage", "fault": {"status": 503, "times": 2, "executed": true}});
    admin(&service, Method::POST, "/faults", json.to_string()).await;
    assert_eq!(
        send_err(service.request(Method::GET, "/usage")).await.0,
        503
    );
    let (_, listed) = admin(&service, Method::GET, "/faults", "").await;
    let expected = [
        entry("health_check", "malformed", 0),
        entry("usage", "status=503,times=2,executed=true", 1),
    ];
    assert_eq!(listed, json!({"faults": expected}));

    for (body, expected) in [
        ("", "the body contains no fault"),
        ("ping", "a fault is an operation and its options"),
        ("ping:stat=1", "unknown fault option `stat`"),
        (
            "{\"operation\": \"ping\"}",
            "`fault` must be a string or an object",
        ),
        ("{", "the body is not JSON"),
    ] {
        let (status, error) = admin(&service, Method::POST, "/faults", body).await;
        assert_eq!(status, 400);
        assert!(
            error["error"].as_str().unwrap().starts_with(expected),
            "{error}"
        );
    }
    admin(&service, Method::DELETE, "/faults", "").await;
    service.get("/usage").await;
}

#[tokio::test]
async fn adds_expectations_and_reports_what_is_unmet() {
    let service = TestService::start().await;
    let chat_expectation = json!({
        "operation": "chat",
        "when": {"fields": {"model": LLM}, "containing": {"messages": "cheese"}},
        "then": {"stream": ["Man", "chego"], "times": 1},
    });
    let own = json!({
        "request": "GET /documents/{id}",
        "when": {"arguments": {"id": "7"}, "parameters": {"page": "2"}, "headers": {"x-a": "b"}},
        "then": {"json": {"title": "Cheese"}, "headers": {"x-c": "d"}, "status": 203},
    });
    for expectation in [&chat_expectation, &own] {
        let (status, body) = admin(
            &service,
            Method::POST,
            "/expectations",
            expectation.to_string(),
        )
        .await;
        assert_eq!(status, 201, "{body}");
    }
    let response = service.post(CHAT, &chat("Spanish cheese?")).await;
    assert_eq!(response["choices"][0]["message"]["content"], "Manchego");
    let request = service
        .request(Method::GET, "/documents/7?page=2")
        .header("x-a", "b");
    let response = request.send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-c"]),
        (203, &"d".parse().unwrap())
    );
    let unmatched = service.request(Method::GET, "/documents/8?page=2");
    assert_eq!(send_err(unmatched).await.0, 501);

    let (_, listed) = admin(&service, Method::GET, "/expectations", "").await;
    let calls = ["/expectations/0/calls", "/expectations/1/calls"]
        .map(|pointer| listed.pointer(pointer).unwrap());
    assert_eq!(calls, [1, 1]);
    assert_eq!(listed["expectations"][1]["request"], "GET /documents/{id}");
    assert_eq!(
        listed["expectations"][0]["location"],
        "POST /__mock/expectations"
    );
    let unmet = listed["unmet"].as_array().unwrap();
    assert_eq!(unmet.len(), 1, "{listed}");
    assert!(unmet[0].as_str().unwrap().contains("path/id"), "{listed}");
    let (_, cleared) = admin(&service, Method::DELETE, "/expectations", "").await;
    assert_eq!(cleared, json!({"expectations": [], "unmet": []}));
}

#[tokio::test]
async fn rejects_invalid_expectations_with_the_field() {
    let service = TestService::start().await;
    for (expectation, expected) in [
        (json!([]), "the expectation must be an object"),
        (json!({}), "set exactly one of `operation` and `request`"),
        (json!({"operation": "talk"}), "unknown operation `talk`"),
        (
            json!({"request": "/x"}),
            "`request` must be a method and a path",
        ),
        (
            json!({"operation": "chat", "than": {}}),
            "unknown field `than`",
        ),
        (
            json!({"operation": "chat", "when": {"model": 1}}),
            "unknown field `when.model`",
        ),
        (
            json!({"operation": "chat", "when": {"headers": {"a": 1}}}),
            "`when.headers` must be an object with strings",
        ),
        (
            json!({"operation": "chat", "then": {"status": "x"}}),
            "`then.status` must be a number",
        ),
        (
            json!({"operation": "chat", "then": {"status": 99}}),
            "99 is not a valid response status",
        ),
        (
            json!({"operation": "chat", "then": {"delay": "5"}}),
            "`then.delay` must be a time",
        ),
        (
            json!({"operation": "ping", "then": {"reply": "x"}}),
            "`then.reply` does not apply to `ping`",
        ),
        (
            json!({"operation": "translate", "then": {"stream": ["x"]}}),
            "`then.stream` does not apply to `translate`",
        ),
        (
            json!({"operation": "ping", "then": {"events": []}}),
            "`then.events` does not apply to `ping`",
        ),
        (
            json!({"operation": "chat", "then": {"reply": "x", "json": 1}}),
            "`then` has more than one",
        ),
        (
            json!({"operation": "ping", "then": {"json": {"message": 1}}}),
            "response/",
        ),
        (
            json!({"operation": "chat", "then": {"fault": "odd"}}),
            "unknown fault option `odd`",
        ),
    ] {
        let (status, body) = admin(
            &service,
            Method::POST,
            "/expectations",
            expectation.to_string(),
        )
        .await;
        assert_eq!(status, 400, "{expectation}");
        assert!(
            body["error"].as_str().unwrap().starts_with(expected),
            "{body}"
        );
    }
    let (_, listed) = admin(&service, Method::GET, "/expectations", "").await;
    assert_eq!(listed["expectations"], json!([]));
}

#[tokio::test]
async fn resets_the_mock() {
    let service = TestService::media(MockServer::builder().credits(100)).await;
    service
        .post("/images/text2img", &json!({"prompt": "a cat"}))
        .await;
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (75, 1)
    );
    assert_eq!(
        admin(&service, Method::POST, "/reset", "").await,
        (200, json!({}))
    );
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (100, 0)
    );
    assert!(service.server.requests().is_empty());
}
