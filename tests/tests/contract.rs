//! Contract tests of every operation's request and response.
//!
//! An HTTP server records the requests. The tests check them with the schemas of the specification instead of the
//! SDK's types, because an error in a type would go unnoticed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use imagine_mock::contract::PayloadSpec;
use imagine_sdk::{Authentication, BodyEncoding, FilePart, RetrySafety};
use imagine_tests::{
    Api, Body, Call, Case, ExpectedRequest, HttpService, KEY, MockResponse, Part, RoundTrip,
    SentRequest, StreamCase, TestClient, cases, documented_fields, fixtures, json, stream_cases,
};
use serde_json::{Map, Value};

const SSE: &str = "text/event-stream";
const JSON: &str = "application/json";

fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    items.into_iter().collect()
}

#[test]
fn every_operation_has_a_case() {
    let tested = set(cases().iter().map(|case| (case.api(), case.operation)));
    let tabled = Api::ALL.iter().flat_map(|api| {
        let operations = api.operations().iter();
        operations.map(|operation| (*api, operation.id))
    });
    assert_eq!(tested, set(tabled));
    let specified = Api::ALL.iter().flat_map(|api| {
        let operations = api.contract().operations();
        operations.map(|operation| (*api, operation.id.as_str()))
    });
    assert_eq!(tested, set(specified));
}

#[test]
fn every_streaming_operation_has_a_stream_case() {
    let tested = set(stream_cases().iter().map(|case| (case.api(), case.method)));
    let tabled = Api::ALL.iter().flat_map(|api| {
        let operations = api
            .operations()
            .iter()
            .filter(|operation| operation.streams);
        operations.map(|operation| (*api, operation.id))
    });
    assert_eq!(tested, set(tabled));
    let specified = Api::ALL.iter().flat_map(|api| {
        let operations = api.contract().operations();
        let streaming = operations.filter(|operation| operation.event.is_some());
        streaming.map(|operation| (*api, operation.id.as_str()))
    });
    assert_eq!(tested, set(specified));
}

#[test]
fn operation_tables_match_the_specifications() {
    for api in Api::ALL {
        for operation in api.operations() {
            let specified = api.contract().operation(operation.id).unwrap();
            let retry = match operation.retry_safety {
                RetrySafety::Idempotent => "idempotent".to_owned(),
                _ => "unstarted".to_owned(),
            };
            let id = operation.id;
            assert_eq!(
                (&operation.method, operation.path, operation.streams, &retry),
                (
                    &specified.method,
                    &*specified.path,
                    specified.event.is_some(),
                    &specified.retry
                ),
                "{id}"
            );
            let authentication = match operation.authentication {
                Authentication::Client => "client",
                Authentication::Bearer => "bearer",
                Authentication::None => "none",
                Authentication::Header(name) => name,
                _ => panic!("{id} has an unknown authentication"),
            };
            let body = match operation.body_encoding {
                BodyEncoding::None => None,
                BodyEncoding::Json => Some("application/json"),
                BodyEncoding::Multipart => Some("multipart/form-data"),
                _ => panic!("{id} has an unknown body"),
            };
            let specified_body = specified.payload.as_ref();
            assert_eq!(
                (authentication, operation.exclusive, body),
                (
                    specified.authentication.as_str(),
                    specified.exclusive,
                    specified_body.map(|payload| payload.media_type.as_str())
                ),
                "{id}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_15_minimal_requests_contain_exactly_the_required_fields_and_defaults() {
    for case in cases() {
        let service = HttpService::ok(JSON, fixtures::bytes(case.fixture));
        case.call(&service.clients()).send().await.unwrap();
        let request = service.single_request();
        assert_eq!(request.operation(), case.operation, "{}", case.method);
        check_request(&case, &request);
        check_headers(case.method, &request, JSON);
    }
}

#[tokio::test]
async fn a_deserialized_request_is_sent_like_the_original() {
    for case in cases() {
        let response = MockResponse::bytes(JSON, fixtures::bytes(case.fixture));
        let test = TestClient::new([response]);
        let recalled = case.call(&test).rebuild(&test, &Map::new());
        recalled.send().await.unwrap();
        check_request(&case, &test.single_request());
    }
}

/// Optional fields too: a misspelled one violates the specification, and the documented one is missing.
#[tokio::test]
async fn every_documented_field_is_sent_by_its_name() {
    for case in cases() {
        let contract = case.api().contract();
        let operation = contract.operation(case.operation).unwrap();
        let fields = documented_fields(operation, contract.definitions());
        let mut request_fields = fields.clone();
        // These fields have other names in Rust, because `from` would look like a conversion.
        for (name, field) in [("from", "since"), ("to", "until")] {
            let value = request_fields.remove(name);
            request_fields.extend(value.map(|value| (field.to_owned(), value)));
        }
        let response = MockResponse::bytes(JSON, fixtures::bytes(case.fixture));
        let test = TestClient::new([response]);
        let call = case.call(&test).rebuild(&test, &request_fields);
        let sent = call.send_raw().await;
        sent.unwrap_or_else(|error| panic!("{}: {error}", case.method));
        let request = test.single_request();
        assert_eq!(request.operation(), case.operation, "{}", case.method);
        let body = match request.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&request.body).unwrap_or_default(),
        };
        for name in fields.keys() {
            let is_sent = body.get(name).is_some() || !request.query(name).is_empty();
            assert!(is_sent, "{} does not send `{name}`", case.method);
        }
    }
}

/// Requests with files have no other form to set their fields than the setters.
#[tokio::test]
async fn every_documented_part_of_a_form_is_sent_by_its_name() {
    let file = || FilePart::bytes("speech.wav", b"RIFF".as_slice());
    let clone = |test: &TestClient| -> Box<dyn Call> {
        let call = test.media.voice_clone().sample(file()).model("all");
        let call = call.name("Me").existing_id("v1").transcript("Hello");
        Box::new(call.reference_text("Hello").character_id_str("a/b"))
    };
    type MakeCall<'a> = &'a dyn Fn(&TestClient) -> Box<dyn Call>;
    let calls: [(&str, MakeCall<'_>); 3] = [
        ("transcribe", &|test| {
            Box::new(test.client.transcribe(file()))
        }),
        ("stt", &|test| Box::new(test.media.stt(file()))),
        ("voice_clone", &clone),
    ];
    let is_form = |payload: &PayloadSpec| payload.media_type == "multipart/form-data";
    for api in Api::ALL {
        let operations = api.contract().operations();
        for operation in operations {
            let Some(payload) = operation
                .payload
                .as_ref()
                .filter(|payload| is_form(payload))
            else {
                continue;
            };
            let call = calls.iter().find(|(id, _)| *id == operation.id);
            let (_, call) = call.unwrap_or_else(|| panic!("{} has no call", operation.id));
            let test = TestClient::new([MockResponse::status(200)]);
            call(&test).send_raw().await.unwrap();
            let request = test.single_request();
            assert_eq!(request.operation(), operation.id);
            let definitions = api.contract().definitions();
            let documented = definitions.properties(payload.schema.source());
            let documented = set(documented.into_iter().map(|(name, _)| name.to_owned()));
            let sent = set(request.form().into_iter().map(|part| part.name));
            assert_eq!(sent, documented, "{}", operation.id);
        }
    }
}

fn check_request(case: &Case, request: &SentRequest) {
    let ExpectedRequest {
        method,
        path,
        query,
        body,
    } = &case.expected;
    assert_eq!((&request.method, request.path.as_str()), (method, *path));
    let sent: Vec<_> = request
        .query
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(sent, *query, "{}", case.method);
    match body {
        Body::Empty => assert!(request.body.is_empty(), "{} has a body", case.method),
        Body::Json(body) => assert_eq!(request.json(), *body, "{}", case.method),
        Body::Form(parts) => check_form(request, parts),
    }
}

fn check_form(request: &SentRequest, parts: &[Part]) {
    let sent = request.form();
    assert_eq!(sent.len(), parts.len());
    for (sent, part) in sent.iter().zip(parts) {
        assert_eq!(sent.name, part.name);
        assert_eq!(sent.file_name.as_deref(), part.file_name);
        assert_eq!(sent.content_type.as_deref(), part.content_type);
        assert_eq!(sent.data, part.data);
    }
}

fn check_headers(method: &str, request: &SentRequest, accept: &str) {
    let expected = request.api().key_headers(request.operation(), KEY);
    assert_eq!(request.key_headers(), expected, "{method}");
    assert_eq!(request.header("accept"), Some(accept), "{method}");
    let agent = request.header("user-agent").unwrap();
    assert!(agent.starts_with("imagine-sdk/"), "{method}: {agent}");
    check_content(method, request);
}

/// A body has a content type and a length. A request without a body has neither.
fn check_content(method: &str, request: &SentRequest) {
    let content_type = request.header("content-type");
    let length = request.header("content-length");
    assert_eq!(request.header("transfer-encoding"), None, "{method}");
    if request.body.is_empty() {
        assert_eq!((content_type, length), (None, None), "{method}");
        return;
    }
    assert_eq!(length, Some(&*request.body.len().to_string()), "{method}");
    let content_type = content_type.unwrap();
    assert!(
        content_type == JSON || content_type.starts_with("multipart/form-data; boundary="),
        "{method}: {content_type}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stream_requests_set_the_flag_and_the_accept_header() {
    for case in stream_cases() {
        let service = HttpService::ok(SSE, fixtures::bytes(case.fixture));
        let events = case.call(&service.clients()).stream().await.unwrap();
        events.try_collect::<Vec<_>>().await.unwrap();
        let request = service.single_request();
        assert_eq!(request.operation(), case.method);
        assert_eq!(request.path, case.path);
        assert_eq!(request.json(), case.body);
        assert_eq!(request.json()["stream"], true);
        check_headers(case.method, &request, SSE);
        // A proxy that buffers for compression would delay events.
        assert_eq!(request.header("accept-encoding"), Some("identity"));
        assert_eq!(request.header("cache-control"), Some("no-cache"));
    }
}

#[tokio::test]
async fn fixtures_match_the_specification_and_survive_a_round_trip() {
    for case in cases() {
        let response = case.response();
        case.api()
            .contract()
            .check_response(case.operation, &response)
            .unwrap_or_else(|violations| panic!("{}: {violations:?}", case.fixture));
        let expected = match &case.round_trip {
            RoundTrip::Same { .. } => &response,
            RoundTrip::View(view) => view,
        };
        let decoded = decoded(&case, &response).await;
        assert_eq!(
            json::canonical(&decoded),
            json::canonical(expected),
            "{}",
            case.method
        );
    }
}

#[tokio::test]
async fn unknown_fields_survive_a_round_trip_at_every_level() {
    for case in cases() {
        let RoundTrip::Same { maps } = case.round_trip else {
            continue;
        };
        let response = json::with_unknown_members(&case.response(), maps);
        let decoded = decoded(&case, &response).await;
        assert_eq!(
            json::canonical(&decoded),
            json::canonical(&response),
            "{}",
            case.method
        );
    }
}

async fn decoded(case: &Case, response: &Value) -> Value {
    let test = TestClient::new([MockResponse::json(response)]);
    let mut decoded = case.call(&test).send().await.unwrap();
    // The handles of jobs contain their operation, which is no field of the service.
    if let Some(operation) = response
        .get("generation_uuid")
        .and(decoded.get("operation"))
    {
        assert_eq!(operation, case.operation);
        decoded.as_object_mut().unwrap().remove("operation");
    }
    decoded
}

#[tokio::test]
async fn event_fixtures_match_the_specification_and_survive_a_round_trip() {
    for case in stream_cases() {
        let events = fixtures::events(case.fixture);
        for event in &events {
            case.api()
                .contract()
                .check_event(case.method, event)
                .unwrap_or_else(|violations| panic!("{}: {violations:?}", case.fixture));
        }
        check_events(&case, &events).await;
        let unknown: Vec<_> = events
            .iter()
            .map(|event| json::with_unknown_members(event, &[]))
            .collect();
        check_events(&case, &unknown).await;
    }
}

async fn check_events(case: &StreamCase, events: &[Value]) {
    let body: String = events
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .chain(["data: [DONE]\n\n".to_owned()])
        .collect();
    let test = TestClient::new([MockResponse::bytes(SSE, body)]);
    let decoded = case.call(&test).stream().await.unwrap();
    let decoded: Vec<_> = decoded.try_collect().await.unwrap();
    let canonical = |events: &[Value]| events.iter().map(json::canonical).collect::<Vec<_>>();
    assert_eq!(canonical(&decoded), canonical(events), "{}", case.method);
}

#[tokio::test]
async fn stream_fixtures_accumulate_to_a_complete_response() {
    for case in stream_cases() {
        let test = TestClient::new([MockResponse::bytes(SSE, fixtures::bytes(case.fixture))]);
        let sum = case.call(&test).collect().await.unwrap();
        assert_eq!(
            json::canonical(&sum),
            json::canonical(&case.accumulated),
            "{}",
            case.method
        );
        case.api()
            .contract()
            .check_response(case.method, &sum)
            .unwrap_or_else(|violations| panic!("{}: {violations:?}", case.method));
    }
}
