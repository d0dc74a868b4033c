//! The areas of the SDK that are measured one by one, without a network.

use std::hint::black_box;

use bytes::Bytes;
use imagine_sdk::sse::Decoder;
use imagine_sdk::{ChatMessage, Client, FilePart, RateLimits, RetryPolicy};

use crate::fixtures;
use crate::in_memory::{Reply, client, now};

/// An area of the SDK.
#[derive(Debug)]
pub struct Area {
    /// A word for the command line.
    pub name: &'static str,
    /// Prepares the data and returns the measured work, which does the same each time.
    pub prepare: fn() -> Box<dyn FnMut()>,
}

/// All areas. `call` is the smallest call; the others add one thing to it.
pub const AREAS: [Area; 11] = [
    area("call", call),
    area("encode", encode),
    area("decode", decode),
    area("embeddings", embeddings),
    area("image", image),
    area("sse", sse),
    area("stream", stream),
    area("multipart", multipart),
    area("retry", retry),
    area("limits", limits),
    area("error", error),
];

const fn area(name: &'static str, prepare: fn() -> Box<dyn FnMut()>) -> Area {
    Area { name, prepare }
}

/// The number of messages, choices and events.
const ITEMS: usize = 100;

const VECTORS: usize = 16;
const DIMENSIONS: usize = 1024;

/// The size of a file in bytes.
const FILE: usize = 256 << 10;

const NO_MODEL: &str = r#"{"error": {"message": "The model does not exist", "code": 404}}"#;

fn chat(client: Client) -> Box<dyn FnMut()> {
    Box::new(move || {
        let response = now(client.chat("Hi").model("m").send()).unwrap();
        assert!(black_box(response).text().is_some());
    })
}

fn call() -> Box<dyn FnMut()> {
    chat(client([Reply::json(fixtures::CHAT)]).build().unwrap())
}

/// A call with a long conversation.
fn encode() -> Box<dyn FnMut()> {
    let client = client([Reply::json(fixtures::CHAT)]).build().unwrap();
    let text = "Which cheese is aged for a year?\n\"Manchego\".".repeat(8);
    let conversation = vec![ChatMessage::user(text); ITEMS];
    Box::new(move || {
        let call = client.chat(&conversation[..]).model("m").send();
        black_box(now(call).unwrap());
    })
}

/// A call with many choices.
fn decode() -> Box<dyn FnMut()> {
    let response = Reply::json(fixtures::choices(ITEMS));
    chat(client([response]).build().unwrap())
}

/// A call for vectors as `f32`.
fn embeddings() -> Box<dyn FnMut()> {
    let response = Reply::json(fixtures::embeddings(VECTORS, DIMENSIONS));
    let client = client([response]).build().unwrap();
    let texts = fixtures::texts(VECTORS);
    Box::new(move || {
        let response = now(client.embeddings(texts.clone()).send_f32()).unwrap();
        assert_eq!(black_box(response).into_vectors().len(), VECTORS);
    })
}

/// A call for an image as bytes.
fn image() -> Box<dyn FnMut()> {
    let response = Reply::json(fixtures::image(&fixtures::file(FILE)));
    let client = client([response]).build().unwrap();
    Box::new(move || {
        let mut response = now(client.images_generate("A cat").send()).unwrap();
        let bytes = response.data.remove(0).into_bytes().unwrap();
        assert_eq!(black_box(bytes).len(), FILE);
    })
}

/// Returns the events of a stream, half of them one to a chunk and half of them in one chunk.
fn events() -> Vec<Bytes> {
    let event = fixtures::event();
    let mut chunks = vec![Bytes::from(event); ITEMS / 2];
    chunks.push(event.repeat(ITEMS / 2).into());
    chunks.push(fixtures::DONE.into());
    chunks
}

/// The decoder of server-sent events alone.
fn sse() -> Box<dyn FnMut()> {
    let chunks = events();
    Box::new(move || {
        let mut decoder = Decoder::new(1 << 20);
        let mut events = 0;
        for chunk in &chunks {
            decoder.push_bytes(chunk.clone());
            while let Some(event) = decoder.next().unwrap() {
                black_box(event.data());
                events += 1;
            }
        }
        assert_eq!(events, ITEMS + 1);
    })
}

/// A stream of a chat.
fn stream() -> Box<dyn FnMut()> {
    let client = client([Reply::events(events())]).build().unwrap();
    Box::new(move || {
        let text = now(async {
            let mut stream = client.chat("Hi").model("m").stream().await.unwrap();
            let mut bytes = 0;
            while let Some(chunk) = stream.next().await {
                bytes += chunk.unwrap().text().map_or(0, |text| text.len());
            }
            bytes
        });
        assert_eq!(text, ITEMS * fixtures::EVENT_TEXT.len());
    })
}

/// An upload from memory.
fn multipart() -> Box<dyn FnMut()> {
    let client = client([Reply::json(fixtures::TRANSCRIPT)]).build().unwrap();
    let file = Bytes::from(fixtures::file(FILE));
    Box::new(move || {
        let part = FilePart::bytes("a.wav", file.clone());
        black_box(now(client.transcribe(part).send()).unwrap());
    })
}

/// A call with a retry.
fn retry() -> Box<dyn FnMut()> {
    let responses = [Reply::error(503, "{}"), Reply::json(fixtures::CHAT)];
    let policy = RetryPolicy::new().budget(None);
    chat(client(responses).retry_policy(policy).build().unwrap())
}

/// More calls than the clock lets happen in a minute.
const CALLS_OF_A_MINUTE: usize = 1000;

/// A call under rate limits that it does not reach, after as many calls as fit into their minute.
fn limits() -> Box<dyn FnMut()> {
    let limits = RateLimits::new()
        .requests_per_minute(1_000_000)
        .tokens_per_minute(1_000_000_000);
    let client = client([Reply::json(fixtures::CHAT)]).rate_limits(limits);
    let mut call = chat(client.build().unwrap());
    (0..CALLS_OF_A_MINUTE).for_each(|_| call());
    call
}

/// A call with an error response.
fn error() -> Box<dyn FnMut()> {
    let client = client([Reply::error(404, NO_MODEL)]).build().unwrap();
    Box::new(move || {
        let error = now(client.chat("Hi").model("m").send()).unwrap_err();
        assert!(black_box(error).status().is_some());
    })
}
