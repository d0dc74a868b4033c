//! The responses of all benchmarks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The response of a chat.
pub const CHAT: &[u8] = include_bytes!("../../tests/fixtures/chat.json");

/// The response of a transcription.
pub const TRANSCRIPT: &[u8] = include_bytes!("../../tests/fixtures/transcribe.json");

/// The events of a chat.
const CHAT_EVENTS: &str = include_str!("../../tests/fixtures/chat.sse");

/// Returns the second event of a chat, which resembles most events of every stream.
pub fn event() -> &'static str {
    let event = CHAT_EVENTS.split_inclusive("\n\n").nth(1);
    event.unwrap()
}

/// The text of [`event`].
pub const EVENT_TEXT: &str = "Man";

/// The end of the events of a chat.
pub const DONE: &str = "data: [DONE]\n\n";

/// Returns a time without a fraction of a second, as async-openai needs it.
pub fn in_seconds(response: &str) -> String {
    response.replace("1767225600.25", "1767225600")
}

/// Returns the response of a chat with this number of choices.
pub fn choices(count: usize) -> Vec<u8> {
    let mut chat: Value = serde_json::from_slice(CHAT).unwrap();
    let choices = chat["choices"].as_array_mut().unwrap();
    let choice = choices[0].clone();
    choices.resize(count, choice);
    chat.to_string().into_bytes()
}

/// Returns vectors as servers write them that compute in 32 bits and print 64.
pub fn embeddings(vectors: usize, dimensions: usize) -> Vec<u8> {
    let mut random = 1_u64;
    let mut number = || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let unit = (random >> 40) as f32 / (1_u32 << 24) as f32;
        f64::from((unit - 0.5) * 0.1)
    };
    let data: Vec<_> = (0..vectors)
        .map(|index| {
            let vector: Vec<f64> = (0..dimensions).map(|_| number()).collect();
            json!({"object": "embedding", "index": index, "embedding": vector})
        })
        .collect();
    let usage = json!({"prompt_tokens": 5120, "total_tokens": 5120, "completion_tokens": 0});
    let body = json!({"id": "1", "object": "list", "model": "m", "data": data, "usage": usage});
    body.to_string().into_bytes()
}

/// Returns the inputs of embeddings.
pub fn texts(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("Cheese {index}")).collect()
}

/// Returns a file of this many bytes.
pub fn file(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|index| (index * 7 % 251) as u8).collect()
}

/// Returns the response of an image model with a file in base64.
pub fn image(file: &[u8]) -> Vec<u8> {
    let data = json!([{"b64_json": STANDARD.encode(file)}]);
    let body =
        json!({"id": "1", "object": "text_to_image", "model": "m", "created": 1, "data": data});
    body.to_string().into_bytes()
}
