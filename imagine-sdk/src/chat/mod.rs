//! The parts of chats that both APIs share.

mod accumulate;
pub mod structured;
mod text_calls;
mod tool_calls;
pub mod tools;
pub(crate) mod validate;

use self::accumulate::OutputText;
pub use self::accumulate::{ChatAccumulator, CompletionAccumulator};
use crate::generated::inference::types::ChatCompletionStreamResponse;
use crate::stream::EventStream;

/// The chunks of a streaming chat response.
pub type ChatStream = EventStream<ChatCompletionStreamResponse>;
