//! Streaming responses: typed events from server-sent events or JSON lines, and files.

mod body;
mod events;
mod file;
mod frames;
mod json_lines;

pub(crate) use self::body::BodyStream;
pub(crate) use self::events::StreamLimits;
pub use self::events::{EventStream, StreamEnd};
pub use self::file::{FileStream, SavedFile};
pub(crate) use self::file::{save, save_bytes};
