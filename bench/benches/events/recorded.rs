//! Answers that were recorded, as bytes.

pub const ANSWER: &[u8] = include_bytes!("../../../tests/fixtures/chat.json");

pub const EVENTS: &str = include_str!("../../../tests/fixtures/chat.sse");
