//! Streams of events: bytes arrive, typed events come out.

mod body;
mod events;
pub mod sse;

pub(crate) use self::body::BodyStream;
pub use self::events::{EventStream, StreamEnd};
