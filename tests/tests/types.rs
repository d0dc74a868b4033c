//! The feature `types`: requests and responses without a client.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use http::{HeaderMap, Request, Response, StatusCode, header};
use imagine_sdk::inference::{
    ChatCompletionRequest, EmbeddingRequest, PingParams, TranscribeRequest, UsageParams,
};
use imagine_sdk::media::DeleteVoiceParams;
use imagine_sdk::operation::{decode, encode, encode_stream};
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::{Bytes, Client, ErrorKind, FilePart, MediaClient};
use serde_json::json;

const ENDPOINT: &str = "https://my-endpoint/v2";

/// The crates that only clients need.
const OF_CLIENTS: [&str; 9] = [
    "async-compression",
    "fs4",
    "futures-util",
    "hyper",
    "reqwest",
    "rustls",
    "tokio",
    "tokio-util",
    "tracing",
];

/// Returns the names of the crates that a program with these features builds.
fn crates(features: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "imagine-sdk"])
        .args(["--no-default-features", "--features", features])
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{tree:?}");
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn types_need_no_runtime_and_no_http_client() {
    let needs = |features| {
        let crates = crates(features);
        OF_CLIENTS.map(|name| crates.contains(name))
    };
    assert_eq!(needs("types"), [false; 9]);
    assert_eq!(needs("inference,bulk,rustls"), [true; 9], "{OF_CLIENTS:?}");
}

/// Returns the parts of a message that a program with its own HTTP client sends.
fn parts(message: &Request<Bytes>) -> (String, HeaderMap, Vec<u8>) {
    let mut headers = message.headers().clone();
    let of_client = [
        header::ACCEPT_ENCODING,
        header::AUTHORIZATION,
        header::CONTENT_LENGTH,
        header::USER_AGENT,
    ];
    for name in of_client {
        headers.remove(name);
    }
    headers.remove("ch-api-key");
    let target = format!("{} {}", message.method(), message.uri());
    let body = String::from_utf8_lossy(message.body());
    let Some(boundary) = boundary(&headers) else {
        return (target, headers, body.into_owned().into_bytes());
    };
    headers.remove(header::CONTENT_TYPE);
    (target, headers, body.replace(&boundary, "").into_bytes())
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().unwrap();
    let (_, boundary) = content_type.split_once("boundary=")?;
    Some(boundary.to_owned())
}

/// Compares a message with the request that a client sends.
macro_rules! assert_sent {
    ($client:ty, $encode:ident, $send:ident, $request:expr) => {{
        let transport = MockTransport::new([MockResponse::json(&json!({}))]);
        let client = <$client>::builder().endpoint(ENDPOINT).api_key("any-key");
        let client = client
            .transport(transport.clone())
            .max_retries(0)
            .build()
            .unwrap();
        let _ = client.call($request).$send().await;
        let message = $encode(&$request, ENDPOINT).unwrap();
        assert_eq!(parts(&message), parts(&transport.requests()[0]));
    }};
}

#[tokio::test]
async fn a_message_is_the_request_that_a_client_sends() {
    assert_sent!(Client, encode, send, ChatCompletionRequest::new("Hi"));
    assert_sent!(
        Client,
        encode_stream,
        stream,
        ChatCompletionRequest::new("Hi")
    );
    assert_sent!(Client, encode, send, PingParams::new());
    let mut usage = UsageParams::new();
    usage.model = Some("a b&c".to_owned());
    assert_sent!(Client, encode, send, usage.clone());
    let file = FilePart::bytes("speech.wav", &b"RIFF"[..]);
    assert_sent!(Client, encode, send, TranscribeRequest::new(file.clone()));
    assert_sent!(MediaClient, encode, send, DeleteVoiceParams::new("../x"));
}

#[test]
fn a_message_has_no_headers_of_the_http_client() {
    let message = encode(&ChatCompletionRequest::new("Hi"), ENDPOINT).unwrap();
    for name in [
        header::ACCEPT_ENCODING,
        header::CONTENT_LENGTH,
        header::AUTHORIZATION,
    ] {
        assert!(!message.headers().contains_key(name));
    }
}

#[test]
fn encode_rejects_invalid_requests() {
    let mut request = ChatCompletionRequest::new("Hi");
    request.temperature = Some(3.0);
    let error = encode(&request, ENDPOINT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(error.invalid_field(), Some("temperature"));
    for endpoint in ["my-endpoint", "ftp://my-endpoint"] {
        let error = encode(&ChatCompletionRequest::new("Hi"), endpoint).unwrap_err();
        assert!(
            error.to_string().starts_with("chat: `endpoint` must be"),
            "{error}"
        );
    }
}

#[test]
fn files_must_be_in_memory() {
    let reader = FilePart::reader("speech.wav", &b"RIFF"[..], 4);
    for file in [FilePart::from("speech.wav"), reader] {
        let error = encode(&TranscribeRequest::new(file), ENDPOINT).unwrap_err();
        assert!(error.is_file_read());
        assert!(
            error.to_string().contains("`speech.wav` is not in memory"),
            "{error}"
        );
    }
}

fn received(status: u16, body: &'static str) -> Response<Bytes> {
    let response = Response::builder()
        .status(status)
        .header("retry-after", "7");
    response.body(Bytes::from(body)).unwrap()
}

#[test]
fn a_response_is_completed_with_the_facts_of_its_request() {
    let mut request = ChatCompletionRequest::new("Weather?");
    let tool = json!({"type": "function", "function": {"name": "get_weather"}});
    request.tools = Some(vec![serde_json::from_value(tool).unwrap()]);
    let body = r#"{"choices": [{"message": {"content":
        "<tool_call>{\"name\": \"get_weather\", \"arguments\": {}}</tool_call>"}}]}"#;
    let response = decode(&request, received(200, body)).unwrap();
    assert_eq!(response.value().tool_calls()[0].name(), Some("get_weather"));
    assert_eq!(response.status(), StatusCode::OK);
    request.tools = None;
    let response = decode(&request, received(200, body)).unwrap();
    assert!(response.value().tool_calls().is_empty());
}

#[test]
fn a_response_that_lacks_data_is_an_error() {
    let error = decode(&ChatCompletionRequest::new("Hi"), received(200, "{}")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let two = EmbeddingRequest::new(["a", "b"]);
    let one = r#"{"data": [{"embedding": [1], "index": 0}]}"#;
    let error = decode(&two, received(200, one)).unwrap_err();
    assert!(
        error.to_string().contains("1 vectors for 2 inputs"),
        "{error}"
    );
}

#[test]
fn an_error_response_is_an_error_of_its_kind() {
    let request = ChatCompletionRequest::new("Hi");
    let error = decode(&request, received(429, r#"{"detail": "slow down"}"#)).unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.api_error().unwrap().message(), "slow down");
    assert_eq!(error.operation(), Some("chat"));
    let error = decode(
        &request,
        received(200, r#"{"error": {"message": "overloaded"}}"#),
    );
    assert_eq!(
        error.unwrap_err().api_error().unwrap().message(),
        "overloaded"
    );
}
