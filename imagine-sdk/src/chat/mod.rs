//! What the language models of both APIs share.

mod accumulate;
pub mod structured;
mod tool_calls;
pub mod tools;

pub use self::accumulate::{ChatAccumulator, CompletionAccumulator};
use crate::generated::inference::types::ChatCompletionStreamResponse;
use crate::stream::EventStream;

/// The chunks of a message.
pub type ChatStream = EventStream<ChatCompletionStreamResponse>;
