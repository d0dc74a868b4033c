//! One contract case for each operation.

use http::Method;
use imagine_sdk::{Client, FilePart};
use serde_json::{Value, json};

use crate::{MakeCall, StreamCall, recorded};

/// What a method of the client sends at least, and what it makes of an answer.
pub struct Case {
    /// The method.
    pub method: &'static str,
    /// The operation that it calls.
    pub operation: &'static str,
    /// The call with its required arguments alone.
    pub call: MakeCall,
    /// The request that must go out, and nothing besides.
    pub wanted: Wanted,
    /// A file with an answer.
    pub recorded: &'static str,
    /// What the answer is when it is encoded again.
    pub reencoded: Reencoded,
}

impl Case {
    /// The answer's bytes as JSON.
    pub fn answer(&self) -> Value {
        recorded::json(self.recorded)
    }
}

/// A request, exactly.
pub struct Wanted {
    /// The method.
    pub method: Method,
    /// The path below the base.
    pub path: &'static str,
    /// The query, decoded.
    pub query: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: Body,
}

/// A body, exactly.
pub enum Body {
    /// None.
    Empty,
    /// This JSON.
    Json(Value),
    /// A form with these parts in this order.
    Form(Vec<Part>),
}

/// A part of a form, exactly.
#[derive(Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// The name of its file.
    pub file_name: Option<&'static str>,
    /// Its media type.
    pub content_type: Option<&'static str>,
    /// What it carries.
    pub data: Vec<u8>,
}

/// What becomes of an answer that is decoded and encoded again.
pub enum Reencoded {
    /// The same, unknown members of objects included.
    Same,
    /// The same. It is a map, which has no unknown members.
    SameMap,
    /// Another view of it.
    View(Value),
}

/// The same for an operation that can stream.
pub struct StreamCase {
    /// The method, and the operation that it calls.
    pub method: &'static str,
    /// The call with its required arguments alone.
    pub call: fn(&Client) -> Box<dyn StreamCall>,
    /// The path below the base.
    pub path: &'static str,
    /// The body that must go out, and nothing besides.
    pub body: Value,
    /// A file with the events of an answer.
    pub recorded: &'static str,
    /// What the events add up to.
    pub sum: Value,
}

/// One case for each method of the client.
pub fn cases() -> Vec<Case> {
    let cases = [generation(), retrieval(), media(), histories(), service()];
    cases.into_iter().flatten().collect()
}

fn generation() -> Vec<Case> {
    vec![
        Case {
            call: |client| Box::new(client.chat("Hello")),
            wanted: post("/chat/completions", chat_body(false)),
            ..case("chat", "chat.json")
        },
        Case {
            call: |client| Box::new(client.completion("Once upon")),
            wanted: post("/completions", completion_body(false)),
            ..case("completion", "completion.json")
        },
        Case {
            call: |client| Box::new(client.translate("Hello", "Helsinki-NLP/opus-mt-en-es")),
            wanted: post(
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
            call: |client| Box::new(client.embeddings(["a", "b"])),
            wanted: post(
                "/embeddings",
                json!({"input": ["a", "b"], "model": "BAAI/bge-large-en-v1.5"}),
            ),
            ..case("embeddings", "embeddings.json")
        },
        Case {
            call: |client| Box::new(client.reranker("query", ["doc a", "doc b"])),
            wanted: post(
                "/reranker",
                json!({"query": "query", "documents": ["doc a", "doc b"], "model": "BAAI/bge-reranker-base"}),
            ),
            ..case("reranker", "reranker.json")
        },
    ]
}

fn media() -> Vec<Case> {
    vec![
        Case {
            call: |client| Box::new(client.images_generate("a cat")),
            wanted: post("/images/generations", images_body(false)),
            ..case("images_generate", "images_generate.json")
        },
        Case {
            call: |client| Box::new(client.transcribe(FilePart::bytes("speech.wav", wav()))),
            wanted: Wanted {
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
            call: |client| Box::new(client.chat_history()),
            wanted: get("/chat/completions", one),
            ..case("chat_history", "chat_history.json")
        },
        Case {
            call: |client| Box::new(client.completion_history()),
            wanted: get("/completions", one),
            ..case("completion_history", "completion_history.json")
        },
        Case {
            call: |client| Box::new(client.embedding_history()),
            wanted: get("/embeddings", one),
            ..case("embedding_history", "embedding_history.json")
        },
        Case {
            call: |client| Box::new(client.reranker_history()),
            wanted: get("/reranker", one),
            ..case("reranker_history", "reranker_history.json")
        },
    ]
}

fn service() -> Vec<Case> {
    vec![
        Case {
            call: |client| Box::new(client.available_models_by_type()),
            wanted: get("/models", &[]),
            reencoded: Reencoded::SameMap,
            ..case("available_models_by_type", "available_models_by_type.json")
        },
        Case {
            operation: "available_models_by_type",
            call: |client| Box::new(client.available_models()),
            wanted: get("/models", &[]),
            reencoded: Reencoded::View(json!([
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
            call: |client| Box::new(client.health_check()),
            wanted: get("/health", &[]),
            ..case("health_check", "health_check.json")
        },
        Case {
            call: |client| Box::new(client.ping()),
            wanted: get("/ping", &[]),
            ..case("ping", "ping.json")
        },
        Case {
            call: |client| Box::new(client.usage()),
            wanted: get("/usage", &[]),
            ..case("usage", "usage.json")
        },
    ]
}

/// One case for each method that can stream.
pub fn stream_cases() -> Vec<StreamCase> {
    vec![
        StreamCase {
            method: "chat",
            call: |client| Box::new(client.chat("Hello")),
            path: "/chat/completions",
            body: chat_body(true),
            recorded: "chat.sse",
            sum: json!({
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
            call: |client| Box::new(client.completion("Once upon")),
            path: "/completions",
            body: completion_body(true),
            recorded: "completion.sse",
            sum: json!({
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
            call: |client| Box::new(client.images_generate("a cat")),
            path: "/images/generations",
            body: images_body(true),
            recorded: "images_generate.sse",
            sum: json!({
                "id": "img-90",
                "object": "text_to_image",
                "created": 1_767_225_602.5,
                "model": "sdxl-turbo",
                "data": [{"b64_json": "iVBORw0KGgo="}, {"b64_json": "AAAA"}],
            }),
        },
    ]
}

/// What most cases have in common; the call and the request are to be filled in.
fn case(method: &'static str, recorded: &'static str) -> Case {
    Case {
        method,
        operation: method,
        call: |_| unreachable!("every case has a call of its own"),
        wanted: get("", &[]),
        recorded,
        reencoded: Reencoded::Same,
    }
}

fn get(path: &'static str, query: &'static [(&'static str, &'static str)]) -> Wanted {
    Wanted {
        method: Method::GET,
        path,
        query,
        body: Body::Empty,
    }
}

fn post(path: &'static str, body: Value) -> Wanted {
    Wanted {
        method: Method::POST,
        path,
        query: &[],
        body: Body::Json(body),
    }
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

/// A WAV file of one channel with 80 samples of silence.
pub fn wav() -> Vec<u8> {
    const DATA: u32 = 160;
    const RATE: u32 = 8000;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + DATA).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(DATA.to_le_bytes());
    file.resize(44 + DATA as usize, 0);
    file
}
