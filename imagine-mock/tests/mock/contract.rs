//! The checker is strict where the server is lenient.

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

fn of_chat(body: &Value) -> Vec<Violation> {
    violations(
        &Method::POST,
        "/chat/completions",
        &[],
        body.to_string().as_bytes(),
    )
}

fn locations(violations: &[Violation]) -> Vec<&str> {
    let mut locations: Vec<_> = violations.iter().map(|one| one.location.as_str()).collect();
    locations.sort_unstable();
    locations
}

#[test]
fn a_proper_request_has_no_violations_and_may_carry_more() {
    assert_eq!(of_chat(&chat("Hi")), []);
    let mut more = chat("Hi");
    more["do_sample"] = true.into();
    assert_eq!(of_chat(&more), []);
    assert_eq!(violations(&Method::GET, "/ping", &[("x", "y")], b""), []);
}

#[test]
fn every_violation_is_listed_with_its_place() {
    let body = json!({"messages": [{"role": "user", "content": 1}], "top_p": "high"});
    let found = of_chat(&body);
    let expected = [
        "body/messages/0/content",
        "body/model",
        "body/stream",
        "body/top_p",
    ];
    assert_eq!(locations(&found), expected);
}

#[test]
fn violations_never_repeat_the_value() {
    let found = of_chat(&json!({"messages": "a secret", "model": 5, "stream": "a secret"}));
    assert!(found.len() > 2);
    assert!(
        found.iter().all(|one| !one.to_string().contains("secret")),
        "{found:?}"
    );
}

#[test]
fn parameters_path_and_body_are_checked() {
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
fn headers_that_are_parameters_are_checked() {
    let contract = json!({"$defs": {}, "operations": [{
        "id": "ping", "method": "GET", "path": "/ping", "retry": "idempotent",
        "authentication": "client", "exclusive": false,
        "parameters": [{
            "name": "X-Depth", "in": "header", "required": true, "schema": {"type": "integer"},
        }],
    }]});
    let contract = Contract::parse(&contract.to_string()).unwrap();
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
            .map(|one| one.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(Some("3")), [""; 0]);
    assert_eq!(found(None), ["header/X-Depth: is required and missing"]);
    assert_eq!(found(Some("deep")).len(), 1);
}

#[test]
fn responses_and_events_are_checked() {
    let contract = Contract::inference();
    let proper = json!({"message": "pong", "status": "ok", "more": 1});
    assert_eq!(contract.check_response("ping", &proper), Ok(()));
    let found = contract
        .check_response("ping", &json!({"message": 1}))
        .unwrap_err();
    assert_eq!(locations(&found), ["response/message", "response/status"]);
    let found = contract.check_event("ping", &proper).unwrap_err();
    assert_eq!(locations(&found), ["event"]);
    assert!(contract.check_response("nothing", &proper).is_err());
}

#[test]
fn each_api_has_a_contract_of_its_own() {
    let proper = json!({"generation_uuid": "g", "cost": 1, "queue_length": 0});
    assert_eq!(Contract::media().check_response("foley", &proper), Ok(()));
    assert!(
        Contract::inference()
            .check_response("foley", &proper)
            .is_err()
    );
}

#[test]
fn a_text_that_is_no_contract_is_an_error() {
    for (text, expected) in [
        ("", "the contract is not JSON"),
        ("{}", "the contract has no proper `$defs`"),
        (
            r#"{"$defs": {}}"#,
            "the contract has no proper `operations`",
        ),
        (
            r#"{"$defs": {}, "operations": [{}]}"#,
            "the contract has no proper `method`",
        ),
    ] {
        assert_eq!(Contract::parse(text).unwrap_err().to_string(), expected);
    }
}
