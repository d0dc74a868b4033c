//! The contract checker, which is strict where the server is lenient.

use imagine_mock::MockServer;
use imagine_mock::contract::{Contract, RequestParts, Violation};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::client::chat;

fn violations(method: &Method, path: &str, query: &[(&str, &str)], body: &[u8]) -> Vec<Violation> {
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    let request = RequestParts {
        method,
        path,
        query: &query,
        headers: &headers,
        body,
    };
    let checked = Contract::inference().check_request(&request);
    checked.err().unwrap_or_default()
}

fn chat_violations(body: &Value) -> Vec<Violation> {
    violations(
        &Method::POST,
        "/chat/completions",
        &[],
        body.to_string().as_bytes(),
    )
}

fn locations(violations: &[Violation]) -> Vec<&str> {
    let mut locations: Vec<_> = violations
        .iter()
        .map(|violation| violation.location.as_str())
        .collect();
    locations.sort_unstable();
    locations
}

#[test]
fn accepts_a_valid_request() {
    assert_eq!(chat_violations(&chat("Hi")), []);
}

#[test]
fn misspelled_fields_and_parameters_are_violations() {
    let mut misspelled = chat("Hi");
    misspelled["temprature"] = 0.5.into();
    let found = chat_violations(&misspelled);
    assert_eq!(locations(&found), ["body/temprature"]);
    let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
    let expected =
        "body/temprature: is not in the specification; the nearest field is `temperature`";
    assert!(messages.contains(&expected.to_owned()), "{messages:?}");
    let query = [("max_items", "1"), ("max_item", "1")];
    let found = violations(&Method::GET, "/reranker", &query, b"");
    assert_eq!(locations(&found), ["query/max_item"]);
}

#[tokio::test]
async fn extra_fields_are_allowed_by_name() {
    let send = async |server: &MockServer| {
        let mut extended = chat("Hi");
        extended["do_sample"] = true.into();
        let client = reqwest::Client::new();
        let url = format!("{}/chat/completions?trace=1", server.inference_endpoint());
        let request = client.post(url).bearer_auth("key").json(&extended);
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    let builder = MockServer::builder();
    let builder = builder.with_extra_field("chat", "/do_sample").unwrap();
    let server = builder.with_extra_field("chat", "/trace").unwrap();
    let server = server.start().await.unwrap();
    send(&server).await;
    server.assert_contract();

    let builder = MockServer::builder()
        .with_extra_field("completion", "/do_sample")
        .unwrap();
    let server = builder.start().await.unwrap();
    send(&server).await;
    let violations = server.verify_contract().unwrap_err();
    let found = locations(&violations.requests()[0].violations);
    assert_eq!(found, ["body/do_sample", "query/trace"]);
    assert!(
        MockServer::builder()
            .with_extra_field("chats", "/a")
            .is_err()
    );
}

#[test]
fn lists_all_violations_with_their_locations() {
    let body = json!({"messages": [{"role": "user", "content": 1}], "top_p": "high"});
    let found = chat_violations(&body);
    let expected = [
        "body/messages/0/content",
        "body/model",
        "body/stream",
        "body/top_p",
    ];
    assert_eq!(locations(&found), expected);
}

#[test]
fn violations_never_contain_the_value() {
    let found = chat_violations(&json!({"messages": "a secret", "model": 5, "stream": "a secret"}));
    assert!(found.len() > 2);
    assert!(
        found
            .iter()
            .all(|violation| !violation.to_string().contains("secret")),
        "{found:?}"
    );
}

#[test]
fn checks_parameters_path_and_body() {
    let get = |path, query: &[(&str, &str)]| violations(&Method::GET, path, query, b"");
    assert_eq!(locations(&get("/reranker", &[])), ["query/max_items"]);
    assert_eq!(
        locations(&get("/reranker", &[("max_items", "1.5")])),
        ["query/max_items"]
    );
    assert_eq!(get("/reranker", &[("max_items", "5")]), []);
    assert_eq!(
        locations(&get("/models", &[("model_type", "odd")])),
        ["query/model_type"]
    );
    assert_eq!(locations(&get("/nothing", &[])), ["path"]);
    assert_eq!(
        locations(&violations(&Method::GET, "/ping", &[], b"{}")),
        ["body"]
    );
    assert_eq!(
        locations(&violations(&Method::POST, "/transcribe", &[], b"{}")),
        ["header/content-type"]
    );
}

#[test]
fn checks_header_parameters() {
    let document = "
openapi: 3.0.3
paths:
  /ping:
    get:
      operationId: ping
      x-imagine-retry: idempotent
      parameters: [{name: X-Depth, in: header, required: true, schema: {type: integer}}]
      responses: {}
";
    let contract = Contract::from_openapi(document).unwrap();
    let found = |depth: Option<&'static str>| {
        let depth = depth.map(|depth| ("x-depth".parse().unwrap(), depth.parse().unwrap()));
        let headers: HeaderMap = depth.into_iter().collect();
        let request = RequestParts {
            method: &Method::GET,
            path: "/ping",
            query: &[],
            headers: &headers,
            body: b"",
        };
        let found = contract.check_request(&request).err().unwrap_or_default();
        found
            .into_iter()
            .map(|violation| violation.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(Some("3")), [""; 0]);
    assert_eq!(found(None), ["header/X-Depth: is required"]);
    assert_eq!(found(Some("deep")).len(), 1);
}

#[test]
fn checks_responses_and_events() {
    let contract = Contract::inference();
    let valid = json!({"message": "pong", "status": "ok", "more": 1});
    assert_eq!(contract.check_response("ping", &valid), Ok(()));
    let found = contract
        .check_response("ping", &json!({"message": 1}))
        .unwrap_err();
    assert_eq!(locations(&found), ["response/message", "response/status"]);
    let found = contract.check_event("ping", &valid).unwrap_err();
    assert_eq!(locations(&found), ["event"]);
    assert!(contract.check_response("nothing", &valid).is_err());
}

#[test]
fn each_api_has_its_own_contract() {
    let valid = json!({"generation_uuid": "g", "cost": 1, "queue_length": 0});
    assert_eq!(Contract::media().check_response("foley", &valid), Ok(()));
    assert!(
        Contract::inference()
            .check_response("foley", &valid)
            .is_err()
    );
}

#[test]
fn concrete_paths_take_precedence_over_templates() {
    let document = "
openapi: 3.0.3
paths:
  /voices/{id}: {get: {operationId: voice, x-imagine-retry: idempotent, responses: {}}}
  /voices/search: {get: {operationId: search, x-imagine-retry: idempotent, responses: {}}}
";
    let contract = Contract::from_openapi(document).unwrap();
    let found = |path| contract.find(&Method::GET, path).unwrap().0.id.clone();
    assert_eq!(found("/voices/search"), "search");
    assert_eq!(found("/voices/other"), "voice");
}
