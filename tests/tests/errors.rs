//! Error messages: the operation, the failure and the fix in one line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::StatusCode;
use imagine_sdk::inference::ImageError;
use imagine_sdk::media::{Generation, WaitError};
use imagine_sdk::{ApiError, Error, TimeoutKind};
use imagine_tests::{
    Case, HttpService, MockResponse, Setting, TestClient, assert_error_line, assert_not_in_error,
    cases, fixtures, json,
};
use serde_json::{Value, json};

/// An error body of a server, and the expected error.
struct ErrorBody {
    status: u16,
    content_type: &'static str,
    body: &'static str,
    message: &'static str,
    code: Option<&'static str>,
    kind: fn(&Error) -> bool,
}

const ANY: fn(&Error) -> bool = |error| {
    !(error.is_authentication()
        || error.is_not_found()
        || error.is_rate_limited()
        || error.is_decode())
};

const JSON: &str = "application/json";

const ERROR_BODIES: &[ErrorBody] = &[
    ErrorBody {
        status: 422,
        content_type: JSON,
        body: r#"{"detail":[{"loc":["body","prompt"],"msg":"field required","type":"missing"}]}"#,
        message: "body.prompt: field required",
        code: None,
        kind: ANY,
    },
    ErrorBody {
        status: 422,
        content_type: JSON,
        body: r#"{"detail":"bad"}"#,
        message: "bad",
        code: None,
        kind: ANY,
    },
    ErrorBody {
        status: 400,
        content_type: JSON,
        body: r#"{"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400}"#,
        message: "bad",
        code: Some("400"),
        kind: ANY,
    },
    ErrorBody {
        status: 400,
        content_type: JSON,
        body: r#"{"error":{"message":"bad","code":"x"}}"#,
        message: "bad",
        code: Some("x"),
        kind: ANY,
    },
    ErrorBody {
        status: 400,
        content_type: JSON,
        body: r#"{"error":"bad"}"#,
        message: "bad",
        code: None,
        kind: ANY,
    },
    ErrorBody {
        status: 429,
        content_type: JSON,
        body: r#"{"message":"slow"}"#,
        message: "slow",
        code: None,
        kind: Error::is_rate_limited,
    },
    ErrorBody {
        status: 502,
        content_type: "text/html",
        body: "<html><head><title>502 Bad\nGateway</title></head>\n<body><h1>502</h1></body></html>",
        message: "502 Bad Gateway 502",
        code: None,
        kind: ANY,
    },
    ErrorBody {
        status: 503,
        content_type: JSON,
        body: "",
        message: "the response contains no error message",
        code: None,
        kind: ANY,
    },
    ErrorBody {
        status: 401,
        content_type: JSON,
        body: r#"{"message":["a","b"]}"#,
        message: "a; b",
        code: None,
        kind: Error::is_authentication,
    },
    ErrorBody {
        status: 403,
        content_type: JSON,
        body: r#"{"message":"not yours","status":"error"}"#,
        message: "not yours",
        code: None,
        kind: Error::is_authentication,
    },
    ErrorBody {
        status: 404,
        content_type: JSON,
        body: r#"{"message":"model not found","status":"error"}"#,
        message: "model not found",
        code: None,
        kind: Error::is_not_found,
    },
    ErrorBody {
        status: 500,
        content_type: JSON,
        body: r#"{"message":"out of memory","status":"error"}"#,
        message: "out of memory",
        code: None,
        kind: ANY,
    },
    ErrorBody {
        status: 500,
        content_type: JSON,
        body: r#"{"message":"Invalid API key, No Authorization header found","status":"error"}"#,
        message: "Invalid API key, No Authorization header found",
        code: None,
        kind: Error::is_authentication,
    },
];

impl ErrorBody {
    fn reply(&self) -> MockResponse {
        MockResponse::status(self.status)
            .header("content-type", self.content_type)
            .header("x-request-id", "r1")
            .chunks([Bytes::from_static(self.body.as_bytes())])
    }

    fn check(&self, error: &Error) {
        let api = error.api_error().unwrap_or_else(|| panic!("{error}"));
        assert_eq!((api.message(), api.code()), (self.message, self.code));
        assert_eq!(api.status(), self.status, "{error}");
        assert_eq!(api.body(), self.body, "{error}");
        assert_eq!(api.headers()["x-request-id"], "r1", "{error}");
        assert_eq!(error.status().unwrap(), self.status, "{error}");
        assert_eq!(error.request_id(), Some("r1"), "{error}");
        assert!((self.kind)(error), "{error}");
        let text = error.to_string();
        for word in [&self.status.to_string(), self.message, "request id r1"] {
            assert!(text.contains(word), "{text} should contain {word}");
        }
    }
}

/// The status, the headers and the request id belong to the error of a response that is truncated or stalls (E6).
#[tokio::test]
async fn a_truncated_response_has_its_head() {
    let reply = || MockResponse::bytes("application/json", "{").header("x-request-id", "r-1");
    let test = TestClient::new([reply().then_fails(), reply().then_hangs()]);
    for _ in 0..2 {
        let error = test.client.ping().with_max_retries(0).await.unwrap_err();
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(200),
            "{error}"
        );
        assert_eq!(error.request_id(), Some("r-1"), "{error}");
    }
}

#[tokio::test]
async fn case_16_every_form_of_error_body_is_decoded() {
    for error_response in ERROR_BODIES {
        let test =
            TestClient::with_settings([error_response.reply()], |builder| builder.max_retries(0));
        let error = test.client.chat("Hi").await.unwrap_err();
        assert_error_line(&error, "chat");
        error_response.check(&error);
    }
}

#[tokio::test]
async fn every_operation_and_send_method_returns_the_error_response() {
    for error_response in ERROR_BODIES {
        for case in cases() {
            let script = (0..4).map(|_| error_response.reply());
            let test = TestClient::new(script);
            let call = || {
                // The client cools down after a 429.
                test.clock.advance(Duration::from_secs(3600));
                case.call(&test).with(Setting::MaxRetries(0))
            };
            let errors = [
                call().send().await.unwrap_err(),
                call().await_builder().await.unwrap_err(),
                call().send_with_response().await.unwrap_err(),
                call().send_raw().await.unwrap_err(),
            ];
            for error in errors {
                assert_error_line(&error, case.operation);
                error_response.check(&error);
            }
        }
    }
}

#[tokio::test]
async fn an_error_response_to_a_stream_is_returned_before_it_starts() {
    for error_response in ERROR_BODIES {
        let test =
            TestClient::with_settings([error_response.reply()], |builder| builder.max_retries(0));
        let error = test.client.completion("Hi").stream().await.unwrap_err();
        assert_error_line(&error, "completion");
        error_response.check(&error);
    }
}

#[tokio::test]
async fn a_validation_error_lists_its_fields() {
    let body = json!({"detail": [
        {"loc": ["body", "messages", 0, "role"], "msg": "field required", "type": "missing"},
        {"loc": ["query", "max_items"], "msg": "no number", "type": "int_parsing"},
    ]});
    let reply = MockResponse::status(422).chunks([body.to_string().into()]);
    let error = TestClient::new([reply])
        .client
        .chat("Hi")
        .await
        .unwrap_err();
    let fields = error.api_error().map(ApiError::fields).unwrap();
    let read = fields
        .iter()
        .map(|field| (&*field.location, &*field.message, &*field.kind));
    assert_eq!(
        read.collect::<Vec<_>>(),
        [
            ("body.messages[0].role", "field required", "missing"),
            ("query.max_items", "no number", "int_parsing"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_16_a_compressed_error_body_is_decoded() {
    let headers = [
        ("content-type", JSON),
        ("content-encoding", "gzip"),
        ("x-request-id", "r1"),
    ];
    let body = fixtures::bytes("variants/error_500.json.gz");
    let service = HttpService::new(StatusCode::INTERNAL_SERVER_ERROR, &headers, body);
    let call = service.client().chat("Hi").with_max_retries(0);
    let error = call.await.unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "out of memory");
    assert_eq!(error.request_id(), Some("r1"));
}

#[tokio::test]
async fn case_16_a_huge_error_body_is_read_only_up_to_a_limit() {
    const MIB: usize = 1 << 20;
    let read = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&read);
    let start = stream::iter([Bytes::from_static(br#"{"message":"busy","pad":""#)]);
    let body = start
        .chain(stream::repeat(Bytes::from(vec![b'x'; MIB])).take(100))
        .map(move |chunk| {
            counted.fetch_add(chunk.len(), Ordering::Relaxed);
            Ok(chunk)
        });
    let reply = MockResponse::status(500)
        .header("x-request-id", "r1")
        .body(body.boxed());
    let test = TestClient::with_settings([reply], |builder| builder.max_retries(0));
    let error = test.client.chat("Hi").await.unwrap_err();
    assert_error_line(&error, "chat");
    let api = error.api_error().unwrap();
    assert!(api.message().contains("busy"), "{error}");
    assert!(api.message().len() < 1000 && api.body().len() <= 64 * 1024);
    assert_eq!(
        (api.status().as_u16(), error.request_id()),
        (500, Some("r1"))
    );
    assert!(read.load(Ordering::Relaxed) <= 2 * MIB, "{read:?}");
}

#[tokio::test]
async fn an_error_body_is_kept_when_the_connection_fails() {
    let reply = MockResponse::status(400).chunks([Bytes::from_static(br#"{"message":"bad"}"#)]);
    let error = TestClient::new([reply.then_fails()])
        .client
        .ping()
        .await
        .unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "bad");
}

/// Responses with one invalid value of a required field, and the expected path in the error.
const INVALID_VALUES: &[(&str, &str, &str)] = &[
    ("chat", "/choices/0", "choices[0]"),
    ("translate", "/choices", "choices"),
    ("embeddings", "/data/1/embedding/2", "data[1].embedding[2]"),
    (
        "reranker",
        "/data/0/relevance_score",
        "data[0].relevance_score",
    ),
    ("health_check", "/models", "models"),
    ("ping", "/status", "status"),
    ("costs", "/costs/video", "costs.video"),
    ("my_images", "/nodes/1", "nodes[1]"),
    ("voices", "/voices/0/uuid", "voices[0].uuid"),
    ("stt", "/reference_text", "reference_text"),
];

/// Replaces a value with an object or a list that contains a value of the response.
fn invalidate_at(response: Value, pointer: &str) -> Value {
    let wrong = match response.pointer(pointer).unwrap() {
        Value::Array(_) | Value::Object(_) => json!("canary-response"),
        _ => json!([{"canary-response": "canary-response"}]),
    };
    json::replace_at(response, pointer, wrong)
}

#[tokio::test]
async fn a_decode_error_names_the_path_without_values() {
    for (method, pointer, path) in INVALID_VALUES {
        let case = cases()
            .into_iter()
            .find(|case| case.method == *method)
            .unwrap();
        let response = invalidate_at(case.response(), pointer);
        let test = TestClient::new([MockResponse::json(&response).header("x-request-id", "r1")]);
        let error = case.call(&test).send().await.unwrap_err();
        assert_error_line(&error, method);
        assert!(error.is_decode(), "{error}");
        assert_eq!(error.decode_path(), Some(*path), "{error}");
        assert_eq!(error.status().unwrap(), 200, "{error}");
        assert_eq!(error.request_id(), Some("r1"), "{error}");
        let text = error.to_string();
        assert!(text.contains(path) && text.contains("send_raw"), "{text}");
        assert_not_in_error(&error, "canary-response");
        let body = error.body().expect("the error keeps the body");
        assert_eq!(serde_json::from_slice::<Value>(body).unwrap(), response);
        assert_eq!(test.requests().len(), 1, "{method}");
    }
}

#[tokio::test]
async fn case_22_a_history_entry_that_cannot_be_read_is_kept_with_its_index() {
    let pair = fixtures::json("chat_history.json")[0].clone();
    let response = json!([pair, {"canary-response": 1}]);
    let test = TestClient::new([MockResponse::json(&response)]);
    let history = test.client.chat_history().await.unwrap();
    assert_eq!(history.len(), 1);
    let unreadable = &history.unreadable()[0];
    assert_eq!(
        (unreadable.index, unreadable.json.as_str()),
        (1, r#"{"canary-response":1}"#)
    );
}

#[tokio::test]
async fn case_14_a_response_that_is_not_json_is_described() {
    let responses = [
        (JSON, "", "empty"),
        (JSON, "{\"id\": \"canary-response", "not JSON"),
        (JSON, "{\"message\": NaN}", "not JSON"),
        (JSON, "{\"message\": -Infinity}", "not JSON"),
        (JSON, "<html>canary-response</html>", "not JSON"),
        (JSON, "{\"status\": \"ok\"} canary-response", "not JSON"),
    ];
    for (content_type, body, word) in responses {
        let reply = MockResponse::bytes(content_type, body).header("x-request-id", "r1");
        let error = TestClient::new([reply]).client.ping().await.unwrap_err();
        assert_error_line(&error, "ping");
        assert!(
            error.is_decode() && error.to_string().contains(word),
            "{error}"
        );
        assert_eq!(error.decode_path(), Some("$"), "{error}");
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(StatusCode::OK), Some("r1"))
        );
        assert_not_in_error(&error, "canary-response");
    }
}

#[tokio::test]
async fn an_html_page_as_a_response_is_an_error() {
    for case in cases() {
        let page = MockResponse::bytes("text/html; charset=utf-8", "<html>canary-response</html>");
        let test = TestClient::new([page.header("x-request-id", "r1")]);
        let error = case.call(&test).send().await.unwrap_err();
        assert_error_line(&error, case.operation);
        assert!(
            error.is_unexpected_response() && !error.is_decode(),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.contains("text/html") && text.contains("200"), "{text}");
        assert_eq!(error.request_id(), Some("r1"), "{error}");
        assert_eq!(error.body().unwrap(), "<html>canary-response</html>");
        assert_not_in_error(&error, "canary-response");
    }
}

/// The body decides, not the content type.
#[tokio::test]
async fn a_response_with_a_wrong_content_type_is_decoded() {
    for content_type in ["text/plain", "text/html"] {
        let pong = fixtures::bytes("ping.json");
        let test = TestClient::new([MockResponse::bytes(content_type, pong)]);
        assert_eq!(test.client.ping().await.unwrap().message, "pong");
    }
}

/// Wire case 3, for buffered responses and error responses.
#[tokio::test]
async fn case_03_a_lone_surrogate_is_replaced() {
    let half = r#"{"message":"a\ud83d","status":"error"}"#;
    let pong = MockResponse::bytes(JSON, half.replace("error", "ok"));
    let error_response = MockResponse::status(400).chunks([Bytes::from_static(half.as_bytes())]);
    let test = TestClient::new([pong, error_response]);
    let pong = test.client.ping().await.unwrap();
    assert_eq!(pong.message, "a\u{FFFD}");
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "a\u{FFFD}");
}

/// Asserts that an error with status 200 is reported with the service's message.
async fn check_error_with_status_200(case: &Case, response: &Value) {
    let test = TestClient::new([MockResponse::json(response).header("x-request-id", "r1")]);
    let result = case.call(&test).send().await;
    let Err(error) = result else {
        panic!("{} decodes the error {response} as a success", case.method);
    };
    assert_error_line(&error, case.operation);
    let message = error.api_error().map(ApiError::message);
    assert_eq!(message, Some("busy"), "{error}");
    assert_eq!(error.request_id(), Some("r1"), "{error}");
    assert!(
        !error.to_string().contains("stream"),
        "no error was expected: {error}"
    );
}

/// Returns true if a response may contain an error about a job instead of the call.
fn may_contain_job_error(case: &Case) -> bool {
    matches!(case.operation, "check" | "imagine_check")
}

/// Returns true if a response may be any object, so that only an error envelope is detectable.
fn accepts_any_object(case: &Case) -> bool {
    matches!(
        case.operation,
        "ping" | "health_check" | "available_models_by_type" | "delete_voice" | "update_project"
    )
}

#[tokio::test]
async fn an_error_object_with_status_200_is_an_error() {
    let responses = [
        json!({"error": {"message": "busy", "code": "x"}}),
        json!({"error": "busy"}),
        json!({"detail": "busy"}),
        json!({"object": "error", "message": "busy"}),
    ];
    let cases = cases();
    let told_apart = |case: &&Case| !(accepts_any_object(case) || may_contain_job_error(case));
    for case in cases.iter().filter(told_apart) {
        for response in &responses {
            check_error_with_status_200(case, response).await;
        }
    }
}

#[tokio::test]
async fn an_error_object_is_detected_where_any_object_is_valid() {
    for case in cases().iter().filter(|case| accepts_any_object(case)) {
        check_error_with_status_200(case, &json!({"error": {"message": "busy"}})).await;
        check_error_with_status_200(case, &json!({"error": "busy"})).await;
    }
}

#[tokio::test]
async fn case_20_a_redirect_names_the_new_url() {
    for status in [301, 302, 303, 307, 308] {
        for case in cases() {
            let reply = MockResponse::status(status)
                .header("location", "https://new.test/apis/v3/?k=secret");
            let test = TestClient::new([reply]);
            let error = case.call(&test).send().await.unwrap_err();
            assert_error_line(&error, case.operation);
            assert!(error.is_unexpected_response(), "{error}");
            let text = error.to_string();
            assert!(text.contains("https://new.test/apis/v3/"), "{text}");
            assert_not_in_error(&error, "secret");
            assert_eq!(test.requests().len(), 1, "{}", case.method);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_a_redirect_is_not_followed() {
    let headers = [("location", "/apis/v2/chat/completions/")];
    let service = HttpService::new(StatusCode::MOVED_PERMANENTLY, &headers, Bytes::new());
    let error = service.client().chat("Hi").await.unwrap_err();
    assert!(
        error.to_string().contains("/apis/v2/chat/completions/"),
        "{error}"
    );
    assert_eq!(service.single_request().method, http::Method::POST);
}

/// Errors of conveniences convert into `Error`, so that `?` accepts all of them.
#[tokio::test]
async fn errors_of_conveniences_convert_into_errors_with_predicates() {
    let job = || {
        let mut job = Generation::default();
        job.generation_uuid = Some("b9ae".to_owned());
        Box::new(job)
    };
    let failed = WaitError::JobFailed {
        job: job(),
        message: "too loud".into(),
        status: Box::default(),
    };
    let error = Error::from(failed);
    assert!(error.is_job_failed() && !error.is_outcome_unknown());
    assert_eq!(error.to_string(), "job b9ae failed: too loud");
    let unfinished = WaitError::TimedOut {
        job: job(),
        waited: Duration::from_secs(3),
        last: None,
    };
    let error = Error::from(unfinished);
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Call));
    assert_eq!(error.partial_response(), Some(&*job()));
    let original = error.get_ref::<WaitError>().unwrap();
    assert!(original.to_string().contains("to resume"));

    let test = TestClient::new([MockResponse::status(401)]);
    let rejected = WaitError::PollRejected {
        job: job(),
        error: test.media.check(&*job()).await.unwrap_err(),
    };
    let error = Error::from(rejected);
    assert!(error.is_authentication());
    assert_eq!(error.partial_response(), Some(&*job()));

    let error = Error::from(ImageError::Absent);
    assert!(error.is_invalid_output());
    assert_eq!(error.get_ref(), Some(&ImageError::Absent));
}

/// Some services add an empty error to a successful response. The paid result must not be lost.
#[tokio::test]
async fn an_empty_error_beside_a_response_is_ignored() {
    for empty in [json!(""), json!(false), json!({}), json!([]), json!(null)] {
        let accepted = json!({"generation_uuid": "g", "cost": 1, "error": empty});
        let test = TestClient::new([MockResponse::json(&accepted)]);
        let job = test.media.text2img("q").await.unwrap();
        assert_eq!(job.id(), Some("g"), "{empty}");
    }
    let test = TestClient::new([MockResponse::json(
        &json!({"generation_uuid": "g", "error": "busy"}),
    )]);
    let error = test.media.text2img("q").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

/// A retry helps against a rate limit, but not against an exceeded quota.
#[tokio::test]
async fn an_exceeded_quota_is_not_a_rate_limit() {
    let quota = json!({"error": {"message": "used up", "type": "insufficient_quota", "code": 429}});
    let test = TestClient::new([MockResponse::status(429).chunks([quota.to_string().into()])]);
    let error = test.client.ping().await.unwrap_err();
    assert!(
        error.is_quota_exceeded() && !error.is_rate_limited(),
        "{error}"
    );
    assert!(error.to_string().contains("quota"), "{error}");
    assert!(!error.to_string().contains("later"), "{error}");
    let test = TestClient::new([MockResponse::status(429)]);
    let error = test.client.ping().with_max_retries(0).await.unwrap_err();
    assert!(
        error.is_rate_limited() && !error.is_quota_exceeded(),
        "{error}"
    );
}

/// A service may quote the prompt in a message.
#[tokio::test]
async fn an_authentication_word_inside_a_500_message_is_not_an_authentication_error() {
    let body = json!({"message": "lost 'a poster about the Authorization header'"}).to_string();
    let test = TestClient::new([MockResponse::status(500).chunks([body.into()])]);
    let error = test.media.text2img("x").await.unwrap_err();
    assert!(
        error.is_outcome_unknown() && !error.is_authentication(),
        "{error}"
    );
}

/// External strings must not add lines to a log or produce unbounded lines.
#[tokio::test]
async fn an_error_is_one_short_line() {
    let forged = "a\nINFO forged".to_owned() + &"x".repeat(10_000);
    let costs = json!({"costs": {forged: "no number"}}).to_string();
    let location = "https://h/\u{85}".to_owned() + &"x".repeat(10_000);
    let moved = MockResponse::status(301).header("location", location.as_bytes());
    let test = TestClient::new([MockResponse::bytes("application/json", costs), moved]);
    for error in [
        test.media.costs().await.unwrap_err(),
        test.media.costs().await.unwrap_err(),
    ] {
        assert_error_line(&error, "costs");
        let text = error.to_string();
        assert!(text.len() < 1000 && !text.contains('\u{85}'), "{text}");
    }
}
