//! Spans and fields of calls, under the names of OpenTelemetry's semantic conventions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use imagine_sdk::transport::TransportErrorKind;
use imagine_tests::{MockResponse, TestClient, Trace, TraceRecord};
use serde_json::json;

/// Records the traces of `calls`.
async fn record_trace(calls: impl Future<Output = ()>) -> Trace {
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    calls.await;
    drop(guard);
    trace
}

#[track_caller]
fn assert_fields(span: &TraceRecord, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.to_vec();
    let fields = span.fields.iter();
    let fields: Vec<_> = fields.map(|(name, value)| (*name, &**value)).collect();
    assert_eq!(fields, expected, "{}", span.name);
}

#[tokio::test]
async fn a_call_span_contains_one_span_per_attempt() {
    let response = json!({
        "id": "chat-1",
        "model": "m-0613",
        "choices": [
            {"message": {"content": "canary-response"}, "finish_reason": "stop"},
            {"message": {"content": "canary-response"}, "finish_reason": "length"},
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    });
    let test = TestClient::new([MockResponse::status(503), MockResponse::json(&response)]);
    let trace = record_trace(async {
        let call = test
            .client
            .chat("canary-prompt")
            .model("m")
            .with_extra_field("n", 2);
        call.temperature(0.5).max_tokens(64).await.unwrap();
    })
    .await;
    let spans = trace.spans();
    let [call, first, second] = &spans[..] else {
        panic!("{spans:#?}");
    };
    assert_fields(
        call,
        &[
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "imagine"),
            ("gen_ai.request.choice.count", "2"),
            ("gen_ai.request.max_tokens", "64"),
            ("gen_ai.request.model", "m"),
            ("gen_ai.request.temperature", "0.5"),
            ("gen_ai.response.finish_reasons", r#"["stop", "length"]"#),
            ("gen_ai.response.id", "chat-1"),
            ("gen_ai.response.model", "m-0613"),
            ("gen_ai.usage.input_tokens", "11"),
            ("gen_ai.usage.output_tokens", "7"),
            ("otel.kind", "client"),
            ("otel.name", "chat m"),
            ("server.address", "service.test"),
            ("server.port", "443"),
        ],
    );
    assert_fields(
        first,
        &[
            ("error.type", "503"),
            ("http.request.method", "POST"),
            ("http.response.status_code", "503"),
            ("otel.kind", "client"),
            ("otel.status_code", "ERROR"),
            ("server.address", "service.test"),
            ("server.port", "443"),
            ("url.template", "/chat/completions"),
        ],
    );
    assert_fields(
        second,
        &[
            ("http.request.method", "POST"),
            ("http.request.resend_count", "1"),
            ("http.response.status_code", "200"),
            ("otel.kind", "client"),
            ("server.address", "service.test"),
            ("server.port", "443"),
            ("url.template", "/chat/completions"),
        ],
    );
    assert_eq!(
        [call.parent, first.parent, second.parent],
        [None, Some(0), Some(0)]
    );
    assert!(spans.iter().all(|span| span.closed));
}

/// Two events. The second one finishes the response and contains the usage.
fn events() -> [Bytes; 3] {
    [
        r#"data: {"id":"c","choices":[{"index":0,"delta":{"content":"canary-response"}}]}"#,
        r#"data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
        "data: [DONE]",
    ]
    .map(|event| format!("{event}\n\n").into())
}

#[tokio::test]
async fn a_stream_span_lasts_until_the_stream_ends() {
    let [first, last, done] = events();
    let (send, wait) = tokio::sync::oneshot::channel();
    let late = stream::once(async move { Ok(wait.await.unwrap()) });
    let reply = MockResponse::event_bytes([])
        .body(late)
        .chunks([last, done]);
    let test = TestClient::new([reply]);
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    let mut stream = test.client.chat("canary-prompt").stream().await.unwrap();
    let closed = || {
        trace
            .spans()
            .iter()
            .map(|span| span.closed)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        closed(),
        [false, true],
        "the attempt has ended, but not the call"
    );
    test.clock.advance(Duration::from_millis(1500));
    send.send(first).unwrap();
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    assert_eq!(closed(), [true, true]);
    drop(guard);
    let call = &trace.spans()[0];
    for (name, value) in [
        ("gen_ai.request.stream", "true"),
        ("gen_ai.response.time_to_first_chunk", "1.5"),
        ("gen_ai.response.id", "c"),
        ("gen_ai.response.finish_reasons", r#"["stop"]"#),
        ("gen_ai.usage.input_tokens", "3"),
        ("gen_ai.usage.output_tokens", "2"),
    ] {
        assert_eq!(call.fields[name], value, "{name}");
    }
    assert!(!call.fields.contains_key("error.type"));
}

#[tokio::test]
async fn a_dropped_stream_closes_its_span() {
    let [first, ..] = events();
    let test = TestClient::new([MockResponse::event_bytes([first]).then_hangs()]);
    let trace = Trace::default();
    let _guard = tracing::subscriber::set_default(trace.subscriber());
    let mut stream = test.client.chat("Hi").stream().await.unwrap();
    stream.next().await.unwrap().unwrap();
    assert!(stream.next().now_or_never().is_none());
    assert!(!trace.spans()[0].closed);
    drop(stream);
    let call = &trace.spans()[0];
    assert!(call.closed);
    assert_eq!(call.fields["gen_ai.response.id"], "c");
}

#[tokio::test]
async fn a_span_records_the_error_type() {
    let [first, ..] = events();
    let unreadable = json!({"choices": "canary-response"});
    let cases = [
        (MockResponse::status(401), "401", "401"),
        (
            MockResponse::fails(TransportErrorKind::Connect),
            "connect",
            "connect",
        ),
        (
            MockResponse::fails(TransportErrorKind::ConnectionLost),
            "transport",
            "transport",
        ),
        (MockResponse::hangs(), "timeout", "timeout"),
        (MockResponse::json(&unreadable), "decode", ""),
        (MockResponse::event_bytes([first]), "truncated", ""),
    ];
    for (reply, of_call, of_attempt) in cases {
        let test = TestClient::new([reply]);
        let trace = record_trace(async {
            let call = test.client.chat("canary-prompt").with_max_retries(0);
            match of_call {
                "truncated" => {
                    drop(StreamExt::collect::<Vec<_>>(call.stream().await.unwrap()).await)
                }
                _ => drop(call.await.unwrap_err()),
            }
        })
        .await;
        let [call, attempt] = &trace.spans()[..] else {
            panic!("{of_call}: {trace:#?}");
        };
        let class = |span: &TraceRecord| span.fields.get("error.type").cloned().unwrap_or_default();
        assert_eq!([class(call), class(attempt)], [of_call, of_attempt]);
        assert_eq!(call.fields["otel.status_code"], "ERROR");
    }
}

#[tokio::test]
async fn spans_record_models_of_forms_and_semantic_convention_fields() {
    let test = TestClient::from_fn(|_| MockResponse::status(500));
    let client = &test.client;
    let trace = record_trace(async {
        let upload = client.transcribe(b"RIFF".to_vec()).model("whisper");
        let _ = upload.with_max_retries(0).await;
        let _ = client
            .completion("Hi")
            .with_extra_field("model", "other")
            .with_max_retries(0)
            .await;
        let _ = client.ping().with_max_retries(0).await;
    })
    .await;
    let names: Vec<_> = trace
        .spans()
        .into_iter()
        .filter(|span| span.name == "call")
        .collect();
    let names: Vec<_> = names
        .iter()
        .map(|span| &*span.fields["otel.name"])
        .collect();
    assert_eq!(
        names,
        ["transcribe whisper", "text_completion other", "ping"]
    );
}
