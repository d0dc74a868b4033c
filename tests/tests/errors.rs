//! What goes wrong, and what the SDK says of it: which operation, what was wrong, what to do, in one line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::error::Error as _;
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::StatusCode;
use imagine_mock::MockServer;
use imagine_sdk::{ApiError, Client, Error};
use imagine_tests::{Bench, HttpService, KEY, Reply, cases, json, recorded};
use serde_json::{Value, json};

/// What every error must be: one line that names the operation, without the key.
#[track_caller]
fn check_line(error: &Error, operation: &str) {
    let text = error.to_string();
    assert!(text.starts_with(&format!("{operation}: ")), "{text}");
    assert!(!text.contains('\n') && !text.contains(KEY), "{text}");
    assert_eq!(error.operation(), Some(operation), "{text}");
}

/// A body with which servers refuse, and what the SDK must read from it.
struct Refusal {
    status: u16,
    content_type: &'static str,
    body: &'static str,
    message: &'static str,
    code: Option<&'static str>,
    kind: fn(&Error) -> bool,
}

const ANY: fn(&Error) -> bool = |error| {
    !(error.is_auth() || error.is_not_found() || error.is_rate_limited() || error.is_decode())
};

const JSON: &str = "application/json";

const REFUSALS: &[Refusal] = &[
    Refusal {
        status: 422,
        content_type: JSON,
        body: r#"{"detail":[{"loc":["body","prompt"],"msg":"field required","type":"missing"}]}"#,
        message: "body.prompt: field required",
        code: None,
        kind: ANY,
    },
    Refusal {
        status: 422,
        content_type: JSON,
        body: r#"{"detail":"bad"}"#,
        message: "bad",
        code: None,
        kind: ANY,
    },
    Refusal {
        status: 400,
        content_type: JSON,
        body: r#"{"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400}"#,
        message: "bad",
        code: Some("400"),
        kind: ANY,
    },
    Refusal {
        status: 400,
        content_type: JSON,
        body: r#"{"error":{"message":"bad","code":"x"}}"#,
        message: "bad",
        code: Some("x"),
        kind: ANY,
    },
    Refusal {
        status: 400,
        content_type: JSON,
        body: r#"{"error":"bad"}"#,
        message: "bad",
        code: None,
        kind: ANY,
    },
    Refusal {
        status: 429,
        content_type: JSON,
        body: r#"{"message":"slow"}"#,
        message: "slow",
        code: None,
        kind: Error::is_rate_limited,
    },
    Refusal {
        status: 502,
        content_type: "text/html",
        body: "<html><head><title>502 Bad\nGateway</title></head>\n<body><h1>502</h1></body></html>",
        message: "502 Bad Gateway 502",
        code: None,
        kind: ANY,
    },
    Refusal {
        status: 503,
        content_type: JSON,
        body: "",
        message: "the answer does not say why",
        code: None,
        kind: ANY,
    },
    Refusal {
        status: 401,
        content_type: JSON,
        body: r#"{"message":["a","b"]}"#,
        message: "a; b",
        code: None,
        kind: Error::is_auth,
    },
    Refusal {
        status: 403,
        content_type: JSON,
        body: r#"{"message":"not yours","status":"error"}"#,
        message: "not yours",
        code: None,
        kind: Error::is_auth,
    },
    Refusal {
        status: 404,
        content_type: JSON,
        body: r#"{"message":"model not found","status":"error"}"#,
        message: "model not found",
        code: None,
        kind: Error::is_not_found,
    },
    Refusal {
        status: 500,
        content_type: JSON,
        body: r#"{"message":"out of memory","status":"error"}"#,
        message: "out of memory",
        code: None,
        kind: ANY,
    },
    Refusal {
        status: 500,
        content_type: JSON,
        body: r#"{"message":"Invalid API key, No Authorization header found","status":"error"}"#,
        message: "Invalid API key, No Authorization header found",
        code: None,
        kind: Error::is_auth,
    },
];

impl Refusal {
    fn reply(&self) -> Reply {
        Reply::status(self.status)
            .header("content-type", self.content_type)
            .header("x-request-id", "r1")
            .chunks([Bytes::from_static(self.body.as_bytes())])
    }

    fn check(&self, error: &Error) {
        let api = error.api().unwrap_or_else(|| panic!("{error}"));
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

#[tokio::test]
async fn every_body_of_a_refusal_is_understood() {
    for refusal in REFUSALS {
        let bench = Bench::with([refusal.reply()], |builder| builder.max_retries(0));
        let error = bench.client.chat("Hi").await.unwrap_err();
        check_line(&error, "chat");
        refusal.check(&error);
    }
}

#[tokio::test]
async fn every_operation_and_every_way_to_send_it_says_how_it_was_refused() {
    for refusal in REFUSALS {
        for case in cases() {
            let script = (0..4).map(|_| refusal.reply());
            let bench = Bench::with(script, |builder| builder.max_retries(0));
            let call = || (case.call)(&bench.client);
            let errors = [
                call().send().await.unwrap_err(),
                call().awaited().await.unwrap_err(),
                call().send_with_meta().await.unwrap_err(),
                call().send_raw().await.unwrap_err(),
            ];
            for error in errors {
                check_line(&error, case.operation);
                refusal.check(&error);
            }
        }
    }
}

#[tokio::test]
async fn a_refused_stream_is_refused_before_it_begins() {
    for refusal in REFUSALS {
        let bench = Bench::with([refusal.reply()], |builder| builder.max_retries(0));
        let error = bench.client.completion("Hi").stream().await.unwrap_err();
        check_line(&error, "completion");
        refusal.check(&error);
    }
}

#[tokio::test]
async fn the_fields_of_a_validation_error_are_listed() {
    let body = json!({"detail": [
        {"loc": ["body", "messages", 0, "role"], "msg": "field required", "type": "missing"},
        {"loc": ["query", "max_items"], "msg": "no number", "type": "int_parsing"},
    ]});
    let reply = Reply::status(422).chunks([body.to_string().into()]);
    let error = Bench::new([reply]).client.chat("Hi").await.unwrap_err();
    let fields = error.api().map(ApiError::fields).unwrap();
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
async fn a_compressed_refusal_is_read() {
    let headers = [
        ("content-type", JSON),
        ("content-encoding", "gzip"),
        ("x-request-id", "r1"),
    ];
    let body = recorded::bytes("variants/error_500.json.gz");
    let service = HttpService::replying(StatusCode::INTERNAL_SERVER_ERROR, &headers, body);
    let call = service.client().chat("Hi").with_max_retries(0);
    let error = call.await.unwrap_err();
    assert_eq!(error.api().unwrap().message(), "out of memory");
    assert_eq!(error.request_id(), Some("r1"));
}

#[tokio::test]
async fn the_rest_of_a_huge_refusal_is_not_read() {
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
    let reply = Reply::status(500)
        .header("x-request-id", "r1")
        .body(body.boxed());
    let bench = Bench::with([reply], |builder| builder.max_retries(0));
    let error = bench.client.chat("Hi").await.unwrap_err();
    check_line(&error, "chat");
    let api = error.api().unwrap();
    assert!(api.message().contains("busy"), "{error}");
    assert!(api.message().len() < 1000 && api.body().len() <= 64 * 1024);
    assert_eq!(
        (api.status().as_u16(), error.request_id()),
        (500, Some("r1"))
    );
    assert!(read.load(Ordering::Relaxed) <= 2 * MIB, "{read:?}");
}

#[tokio::test]
async fn what_was_said_before_the_connection_failed_counts() {
    let reply = Reply::status(400).chunks([Bytes::from_static(br#"{"message":"bad"}"#)]);
    let error = Bench::new([reply.then_fails()])
        .client
        .ping()
        .await
        .unwrap_err();
    assert_eq!(error.api().unwrap().message(), "bad");
}

/// An answer that is broken at one place, and the path at which the error must say so.
const BROKEN: &[(&str, &str, &str)] = &[
    ("chat", "/choices/0/message", "choices[0].message"),
    ("chat", "/choices/0/index", "choices[0].index"),
    ("chat", "/usage/total_tokens", "usage.total_tokens"),
    (
        "completion",
        "/choices/0/finish_reason",
        "choices[0].finish_reason",
    ),
    ("translate", "/choices", "choices"),
    ("embeddings", "/data/1/embedding/2", "data[1].embedding[2]"),
    (
        "reranker",
        "/data/0/relevance_score",
        "data[0].relevance_score",
    ),
    ("images_generate", "/data/0/b64_json", "data[0].b64_json"),
    ("transcribe", "/generation_time", "generation_time"),
    ("health_check", "/redis", "redis"),
    ("ping", "/message", "message"),
    ("usage", "/usage/0/total_tokens", "usage[0].total_tokens"),
];

/// An object or a list where neither belongs, with something of the answer in it.
fn break_at(answer: Value, pointer: &str) -> Value {
    let wrong = match answer.pointer(pointer).unwrap() {
        Value::Array(_) | Value::Object(_) => json!("canary-answer"),
        _ => json!([{"canary-answer": "canary-answer"}]),
    };
    json::with(answer, pointer, wrong)
}

#[tokio::test]
async fn a_decode_failure_names_the_path_and_repeats_nothing() {
    for (method, pointer, path) in BROKEN {
        let case = cases()
            .into_iter()
            .find(|case| case.method == *method)
            .unwrap();
        let answer = break_at(case.answer(), pointer);
        let bench = Bench::new([Reply::json(&answer).header("x-request-id", "r1")]);
        let error = (case.call)(&bench.client).send().await.unwrap_err();
        check_line(&error, method);
        assert!(error.is_decode(), "{error}");
        assert_eq!(error.decode_path(), Some(*path), "{error}");
        assert_eq!(error.status().unwrap(), 200, "{error}");
        assert_eq!(error.request_id(), Some("r1"), "{error}");
        let text = error.to_string();
        assert!(text.contains(path) && text.contains("send_raw"), "{text}");
        assert_silent(&error, "canary-answer");
        let body = error.body().expect("the body is there for who asks");
        assert_eq!(serde_json::from_slice::<Value>(body).unwrap(), answer);
        assert_eq!(bench.seen().len(), 1, "{method}");
    }
}

/// Nothing that an error prints, its causes included, contains `secret`.
#[track_caller]
fn assert_silent(error: &Error, secret: &str) {
    let mut printed = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        printed += &format!(" {error} {error:?}");
        cause = error.source();
    }
    assert!(!printed.contains(secret), "{printed}");
}

#[tokio::test]
async fn a_history_entry_of_another_shape_is_named_by_its_index() {
    let pair = recorded::json("chat_history.json")[0].clone();
    let answer = json!([pair, {"canary-answer": 1}]);
    let bench = Bench::new([Reply::json(&answer), Reply::json(&answer)]);
    let error = bench.client.chat_history().await.unwrap_err();
    check_line(&error, "chat_history");
    assert!(
        error.is_decode() && error.to_string().contains("entry 1"),
        "{error}"
    );
    assert_silent(&error, "canary-answer");
    let raw = bench.client.chat_history().send_raw().await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&raw).unwrap(), answer);
}

#[tokio::test]
async fn what_is_no_json_says_what_it_is_instead() {
    let answers = [
        ("text/html", "<html>canary-answer</html>", "text/html"),
        (JSON, "", "empty"),
        (JSON, "{\"id\": \"canary-answer", "not JSON"),
        (JSON, "{\"message\": NaN}", "not JSON"),
        (JSON, "{\"message\": -Infinity}", "not JSON"),
        (JSON, "{\"message\": \"\\ud83d\"}", "not JSON"),
        (JSON, "{} canary-answer", "not JSON"),
    ];
    for (content_type, body, word) in answers {
        let reply = Reply::bytes(content_type, body).header("x-request-id", "r1");
        let error = Bench::new([reply]).client.ping().await.unwrap_err();
        check_line(&error, "ping");
        assert!(
            error.is_decode() && error.to_string().contains(word),
            "{error}"
        );
        assert_eq!(error.decode_path(), Some("$"), "{error}");
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(StatusCode::OK), Some("r1"))
        );
        assert_silent(&error, "canary-answer");
    }
}

#[tokio::test]
async fn an_error_in_the_place_of_an_answer_is_one() {
    let answers = [
        json!({"error": {"message": "busy", "code": "x"}}),
        json!({"error": "busy"}),
        json!({"detail": "busy"}),
        json!({"object": "error", "message": "busy"}),
    ];
    for case in cases() {
        for answer in &answers {
            // A message with a status, and a map of anything, are answers of these operations.
            let error_like = matches!(case.method, "ping" | "health_check")
                || case.operation == "available_models_by_type" && answer.get("error").is_none();
            if error_like {
                continue;
            }
            let bench = Bench::new([Reply::json(answer).header("x-request-id", "r1")]);
            let error = (case.call)(&bench.client).send().await.unwrap_err();
            check_line(&error, case.operation);
            let message = error.api().map(ApiError::message);
            assert_eq!(message, Some("busy"), "{}: {error}", case.method);
        }
    }
}

#[tokio::test]
async fn a_redirect_names_the_new_address() {
    for status in [301, 302, 303, 307, 308] {
        for case in cases() {
            let reply =
                Reply::status(status).header("location", "https://new.test/apis/v3/?k=secret");
            let bench = Bench::new([reply]);
            let error = (case.call)(&bench.client).send().await.unwrap_err();
            check_line(&error, case.operation);
            assert!(error.is_protocol(), "{error}");
            let text = error.to_string();
            assert!(text.contains("https://new.test/apis/v3/"), "{text}");
            assert_silent(&error, "secret");
            assert_eq!(bench.seen().len(), 1, "{}", case.method);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_not_followed() {
    let headers = [("location", "/apis/v2/chat/completions/")];
    let service = HttpService::replying(StatusCode::MOVED_PERMANENTLY, &headers, Bytes::new());
    let error = service.client().chat("Hi").await.unwrap_err();
    assert!(
        error.to_string().contains("/apis/v2/chat/completions/"),
        "{error}"
    );
    assert_eq!(service.only().method, http::Method::POST);
}

/// Runs a test of this file in a process of its own, with this environment, and gives what it prints.
fn with_environment(variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--ignored",
            "--nocapture",
            "prints_a_client_from_the_environment",
        ])
        .env_remove("IMAGINE_API_ENDPOINT")
        .env_remove("IMAGINE_API_KEY")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let line = printed
        .lines()
        .find_map(|line| line.split_once("from_env: "));
    line.unwrap_or_else(|| panic!("{printed}")).1.to_owned()
}

#[test]
#[ignore = "the test below runs it in a process with another environment"]
fn prints_a_client_from_the_environment() {
    match Client::from_env() {
        Ok(_) => println!("from_env: a client"),
        Err(error) => println!("from_env: {} {error}", error.is_config()),
    }
}

#[test]
fn a_missing_variable_is_named() {
    let endpoint = ("IMAGINE_API_ENDPOINT", "https://h/v2");
    let key = ("IMAGINE_API_KEY", KEY);
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "IMAGINE_API_ENDPOINT is not set"),
        (&[key], "IMAGINE_API_ENDPOINT is not set"),
        (&[endpoint], "IMAGINE_API_KEY is not set"),
        (
            &[("IMAGINE_API_ENDPOINT", " "), key],
            "IMAGINE_API_ENDPOINT is empty",
        ),
        (
            &[endpoint, ("IMAGINE_API_KEY", "")],
            "IMAGINE_API_KEY is empty",
        ),
    ];
    for (variables, problem) in cases {
        let printed = with_environment(variables);
        assert!(
            printed.starts_with(&format!("true {problem}; ")),
            "{printed}"
        );
        assert!(!printed.contains(KEY), "{printed}");
    }
    assert_eq!(with_environment(&[endpoint, key]), "a client");
}

#[test]
fn an_endpoint_that_cannot_be_used_is_refused() {
    let bad = [
        ("", "address"),
        ("no address", "address"),
        ("/v2", "address"),
        ("ftp://h/v2", "https://"),
        ("https://h/v2?key=canary-secret", "extra_query"),
        ("https://h/v2#canary-secret", "extra_query"),
        ("https://canary-secret@h/v2", "api_key"),
        ("https://user:canary-secret@h/v2", "api_key"),
    ];
    for (endpoint, word) in bad {
        let built = Client::builder().endpoint(endpoint).api_key(KEY).build();
        let error = built.unwrap_err();
        assert!(error.is_config(), "{endpoint}: {error}");
        let text = error.to_string();
        assert!(text.contains("endpoint") && text.contains(word), "{text}");
        assert!(!text.contains('\n'), "{text}");
        assert_silent(&error, "canary-secret");
    }
    let error = Client::builder().api_key(KEY).build().unwrap_err();
    assert!(
        error.to_string().contains("IMAGINE_API_ENDPOINT"),
        "{error}"
    );
}

#[test]
fn a_key_that_cannot_be_used_is_refused() {
    for key in ["", "  \n", "canary\u{7f}secret", "canary\nsecret"] {
        let built = Client::builder()
            .endpoint("https://h/v2")
            .api_key(key)
            .build();
        let error = built.unwrap_err();
        assert!(
            error.is_config() && error.to_string().contains("key"),
            "{error}"
        );
        assert_silent(&error, "canary");
    }
    let error = Client::builder()
        .endpoint("https://h/v2")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("IMAGINE_API_KEY"), "{error}");
}

#[tokio::test]
async fn white_space_around_the_key_is_cut_off() {
    let bench = Bench::with([Reply::status(200)], |builder| builder.api_key(" abc\n"));
    bench.client.ping().send_raw().await.unwrap();
    assert_eq!(bench.only().header("authorization"), Some("Bearer abc"));
}

#[tokio::test]
async fn a_base_is_kept_whole() {
    let bases = [
        "https://service.test/apis/v2",
        "https://service.test/apis/v2/",
        " https://service.test/apis/v2 ",
    ];
    for base in bases {
        for case in cases() {
            let script = [Reply::status(200)];
            let bench = Bench::with(script, |builder| builder.endpoint(base));
            (case.call)(&bench.client).send_raw().await.unwrap();
            assert_eq!(bench.only().path, case.wanted.path, "{base}");
        }
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    let builder = || Client::builder().endpoint("https://h/v2").api_key(KEY);
    let proxy = builder()
        .proxy("http://user:canary-secret@:no port")
        .build()
        .unwrap_err();
    assert!(
        proxy.is_config() && proxy.to_string().contains("proxy"),
        "{proxy}"
    );
    assert_silent(&proxy, "canary-secret");
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let error = builder().add_root_certificate(pem).build().unwrap_err();
        assert!(
            error.is_config() && error.to_string().contains("certificate"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_is_named() {
    let mock = MockServer::start().await.unwrap();
    let client = Client::builder()
        .endpoint(mock.endpoint())
        .api_key(KEY)
        .no_proxy();
    let client = client.build().unwrap();
    for path in ["no/such/speech.wav", env!("CARGO_MANIFEST_DIR")] {
        let error = client.transcribe(path).await.unwrap_err();
        check_line(&error, "transcribe");
        assert!(
            error.is_upload() && error.to_string().contains(path),
            "{error}"
        );
    }
    assert_eq!(mock.requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_model_is_not_found() {
    let mock = MockServer::start().await.unwrap();
    let client = Client::builder()
        .endpoint(mock.endpoint())
        .api_key(KEY)
        .no_proxy();
    let client = client.build().unwrap();
    let error = client.chat("Hi").model("no-such-model").await.unwrap_err();
    check_line(&error, "chat");
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("no-such-model"), "{error}");
    assert!(
        error.request_id().is_some_and(|id| id.starts_with("mock-")),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_an_error_of_its_own_kind() {
    let mock = MockServer::builder()
        .api_key("right")
        .start()
        .await
        .unwrap();
    let client = Client::builder()
        .endpoint(mock.endpoint())
        .api_key(KEY)
        .no_proxy();
    let client = client.build().unwrap();
    for case in cases() {
        let error = (case.call)(&client).send().await.unwrap_err();
        check_line(&error, case.operation);
        assert!(error.is_auth(), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_a_failed_connection() {
    // The port is free again when the listener is gone, and nobody else is given it so soon.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let builder = Client::builder()
        .endpoint(format!("http://{address}/v2"))
        .api_key(KEY);
    let client = builder.no_proxy().max_retries(0).build().unwrap();
    let call = client
        .chat("canary-prompt")
        .extra_query("k", "canary-query");
    let error = call.await.unwrap_err();
    check_line(&error, "chat");
    assert!(
        error.is_connect() && error.to_string().contains("endpoint"),
        "{error}"
    );
    for secret in [KEY, "canary-prompt", "canary-query"] {
        assert_silent(&error, secret);
    }
}
