//! The parts of chats that both APIs share.

mod accumulate;
#[cfg(feature = "__client")]
pub mod structured;
mod text_calls;
mod tool_calls;
#[cfg(feature = "__client")]
pub mod tools;
pub(crate) mod validate;

use self::accumulate::OutputText;
pub use self::accumulate::{ChatAccumulator, CompletionAccumulator};

/// The chunks of a streaming chat response.
#[cfg(feature = "__client")]
pub type ChatStream =
    crate::stream::EventStream<crate::generated::inference::types::ChatCompletionStreamResponse>;
