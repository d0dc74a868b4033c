//! Streaming responses: typed events from server-sent events.

mod body;
mod events;
pub mod sse;

pub(crate) use self::body::BodyStream;
pub(crate) use self::events::StreamLimits;
pub use self::events::{EventStream, StreamEnd};
