//! Response fixtures, as bytes.

pub const RESPONSE: &[u8] = include_bytes!("../../../tests/fixtures/chat.json");

pub const EVENTS: &str = include_str!("../../../tests/fixtures/chat.sse");
