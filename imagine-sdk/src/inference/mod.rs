//! The inference API: the client, its types, and what makes both pleasant to use.
//!
//! [`Client`] has a method for each operation. It returns a builder, which is sent when it is awaited:
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # async fn run() -> Result<(), imagine_sdk::Error> {
//! use imagine_sdk::Client;
//!
//! let client = Client::from_env()?;
//! let reply = client.chat("Best Spanish cheese?").temperature(0.2).await?;
//! println!("{}", reply.first_content().unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! Without the feature `inference` there is no client here, but the types of chats are: the audiovisual
//! API's language model speaks them too.
//!
//! Builders and types are made from `openapi/inference.yaml`; the conveniences on them are written by hand.

mod accumulate;
mod answers;
#[cfg(feature = "inference")]
mod chat;
#[cfg(feature = "inference")]
mod client;
mod content;
mod embedding_input;
mod history;
mod message;
mod models;
mod tool;
mod tool_calls;

pub use self::accumulate::{ChatAccumulator, CompletionAccumulator};
pub use self::answers::ImageError;
#[cfg(feature = "inference")]
pub use self::client::Client;
pub use self::content::Content;
pub use self::embedding_input::EmbeddingInput;
pub use self::history::{History, HistoryEntry};
pub use self::message::Messages;
pub use self::models::{ModelNames, ModelsByType};
pub use self::tool::InvalidArguments;
pub use crate::generated::inference::ops::{self, ALL as OPERATIONS};
pub use crate::generated::inference::types::*;
use crate::stream::EventStream;

/// The pieces of a message.
pub type ChatStream = EventStream<ChatCompletionStreamResponse>;

/// The pieces of a continued text.
pub type CompletionStream = EventStream<CompletionStreamResponse>;

/// Images as they are made.
pub type ImageStream = EventStream<ImageResponse>;
