//! Cases of the inference API.

use imagine_sdk::FilePart;
use serde_json::{Value, json};

use super::{Body, Case, ExpectedRequest, Part, RoundTrip, StreamCase, case, get, post, wav};
use crate::clients::factories;

/// One case per method of the client.
pub(super) fn cases() -> Vec<Case> {
    let cases = [
        generation(),
        retrieval(),
        conversion(),
        histories(),
        service(),
    ];
    cases.into_iter().flatten().collect()
}

fn generation() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Inference, |client| client.chat("Hello")),
            expected: post("/chat/completions", chat_body(false)),
            ..case("chat", "chat.json")
        },
        Case {
            factory: factories!(Inference, |client| client.completion("Once upon")),
            expected: post("/completions", completion_body(false)),
            ..case("completion", "completion.json")
        },
        Case {
            factory: factories!(Inference, |client| client
                .translate("Hello", "Helsinki-NLP/opus-mt-en-es")),
            expected: post(
                "/translate",
                json!({"prompt": "Hello", "model": "Helsinki-NLP/opus-mt-en-es", "stream": false}),
            ),
            ..case("translate", "translate.json")
        },
    ]
}

fn retrieval() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Inference, |client| client.embeddings(["a", "b"])),
            expected: post(
                "/embeddings",
                json!({"input": ["a", "b"], "model": "BAAI/bge-large-en-v1.5"}),
            ),
            ..case("embeddings", "embeddings.json")
        },
        Case {
            factory: factories!(Inference, |client| client
                .reranker("query", ["doc a", "doc b"])),
            expected: post(
                "/reranker",
                json!({"query": "query", "documents": ["doc a", "doc b"], "model": "BAAI/bge-reranker-base"}),
            ),
            ..case("reranker", "reranker.json")
        },
    ]
}

fn conversion() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Inference, |client| client.images_generate("a cat")),
            expected: post("/images/generations", images_body(false)),
            ..case("images_generate", "images_generate.json")
        },
        Case {
            factory: factories!(Inference, |client| client
                .transcribe(FilePart::bytes("speech.wav", wav()))),
            expected: ExpectedRequest {
                body: Body::Form(transcribe_parts()),
                ..post("/transcribe", Value::Null)
            },
            ..case("transcribe", "transcribe.json")
        },
    ]
}

fn histories() -> Vec<Case> {
    let one = &[("max_items", "1")];
    vec![
        Case {
            factory: factories!(Inference, |client| client.chat_history()),
            expected: get("/chat/completions", one),
            ..case("chat_history", "chat_history.json")
        },
        Case {
            factory: factories!(Inference, |client| client.completion_history()),
            expected: get("/completions", one),
            ..case("completion_history", "completion_history.json")
        },
        Case {
            factory: factories!(Inference, |client| client.embedding_history()),
            expected: get("/embeddings", one),
            ..case("embedding_history", "embedding_history.json")
        },
        Case {
            factory: factories!(Inference, |client| client.reranker_history()),
            expected: get("/reranker", one),
            ..case("reranker_history", "reranker_history.json")
        },
    ]
}

fn service() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Inference, |client| client.available_models_by_type()),
            expected: get("/models", &[]),
            round_trip: RoundTrip::Same { maps: &[""] },
            ..case("available_models_by_type", "available_models_by_type.json")
        },
        Case {
            operation: "available_models_by_type",
            factory: factories!(Inference, |client| client.available_models()),
            expected: get("/models", &[]),
            round_trip: RoundTrip::View(json!([
                "BAAI/bge-large-en-v1.5",
                "Llama-3.1-8B",
                "Llama-3.3-70B",
                "BAAI/bge-reranker-base",
                "sdxl-turbo",
                "whisper-tiny",
                "Helsinki-NLP/opus-mt-en-es",
            ])),
            ..case("available_models", "available_models_by_type.json")
        },
        Case {
            factory: factories!(Inference, |client| client.health_check()),
            expected: get("/health", &[]),
            ..case("health_check", "health_check.json")
        },
        Case {
            factory: factories!(Inference, |client| client.ping()),
            expected: get("/ping", &[]),
            ..case("ping", "ping.json")
        },
        Case {
            factory: factories!(Inference, |client| client.usage()),
            expected: get("/usage", &[]),
            ..case("usage", "usage.json")
        },
    ]
}

/// One case per streaming method.
pub(super) fn stream_cases() -> Vec<StreamCase> {
    vec![
        StreamCase {
            method: "chat",
            factory: factories!(Inference, |client| client.chat("Hello")),
            path: "/chat/completions",
            body: chat_body(true),
            fixture: "chat.sse",
            accumulated: json!({
                "id": "chatcmpl-8f2e41",
                "object": "chat.completion",
                "created": 1_767_225_600.25,
                "model": "Llama-3.1-8B",
                "choices": [{
                    "index": 0,
                    "message": {"role": "assistant", "content": "Manchego, aged for a year."},
                    "finish_reason": "stop",
                }],
                "usage": {"prompt_tokens": 14, "completion_tokens": 9, "total_tokens": 23},
            }),
        },
        StreamCase {
            method: "completion",
            factory: factories!(Inference, |client| client.completion("Once upon")),
            path: "/completions",
            body: completion_body(true),
            fixture: "completion.sse",
            accumulated: json!({
                "id": "cmpl-77aa10",
                "object": "completion",
                "created": 1_767_225_600.5,
                "model": "Llama-3.1-8B",
                "choices": [{"index": 0, "text": " a time there was a cheese.", "finish_reason": "length"}],
                "usage": {"prompt_tokens": 3, "completion_tokens": 7, "total_tokens": 10},
            }),
        },
        StreamCase {
            method: "images_generate",
            factory: factories!(Inference, |client| client.images_generate("a cat")),
            path: "/images/generations",
            body: images_body(true),
            fixture: "images_generate.sse",
            accumulated: json!({
                "id": "img-90",
                "object": "text_to_image",
                "created": 1_767_225_602.5,
                "model": "sdxl-turbo",
                "data": [{"b64_json": "iVBORw0KGgo="}, {"b64_json": "AAAA"}],
            }),
        },
    ]
}

fn chat_body(stream: bool) -> Value {
    json!({
        "messages": [{"role": "user", "content": "Hello"}],
        "model": "Llama-3.1-8B",
        "stream": stream,
    })
}

fn completion_body(stream: bool) -> Value {
    json!({"prompt": "Once upon", "model": "Llama-3.1-8B", "stream": stream})
}

fn images_body(stream: bool) -> Value {
    json!({
        "prompt": "a cat",
        "model": "sdxl-turbo",
        "stream": stream,
        "negative_prompt": "blurry",
        "seed": 27,
        "seed_increment": 100,
        "n": 1,
        "num_inference_steps": 20,
        "size": "512x512",
        "guidance_scale": 6.5,
        "response_format": "b64_json",
    })
}

fn transcribe_parts() -> Vec<Part> {
    vec![
        Part {
            name: "model",
            file_name: None,
            content_type: None,
            data: b"whisper-tiny".to_vec(),
        },
        Part {
            name: "file",
            file_name: Some("speech.wav"),
            content_type: Some("audio/x-wav"),
            data: wav(),
        },
    ]
}
