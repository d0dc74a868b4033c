//! Streams of events: bytes arrive, typed events come out.

mod events;
pub mod sse;

pub use self::events::{EventStream, StreamEvent};
