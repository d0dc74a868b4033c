//! Response fixtures, as bytes.

pub const RESPONSE: &[u8] = include_bytes!("../../../tests/recorded/chat.json");

pub const EVENTS: &str = include_str!("../../../tests/recorded/chat.sse");
