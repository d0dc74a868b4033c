//! The inference API: the client, its types, and what makes both pleasant to use.
//!
//! [`InferenceClient`] has a method for each operation. It returns a builder, which is sent when it is awaited:
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # async fn run() -> Result<(), imagine_sdk::Error> {
//! use imagine_sdk::Client;
//!
//! let client = Client::from_env()?;
//! let reply = client.chat("Best Spanish cheese?").temperature(0.2).await?;
//! println!("{}", reply.text().unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! Without the feature `inference` there is no client here, but the types of chats are: the audiovisual
//! API's language model speaks them too.
//!
//! Builders and types are made from `openapi/inference.yaml`; the conveniences on them are written by hand.

#[cfg(feature = "inference")]
mod chat;
#[cfg(feature = "inference")]
mod client;
mod responses;

#[cfg(feature = "inference")]
pub use self::client::InferenceClient;
pub use self::responses::ImageError;
pub use crate::chat::{ChatAccumulator, ChatStream, CompletionAccumulator};
#[cfg(feature = "inference")]
pub use crate::generated::inference::builder;
pub use crate::generated::inference::data::*;
pub use crate::generated::inference::operations::{self, ALL as OPERATIONS};
use crate::stream::EventStream;
pub use crate::types::{
    Content, EmbeddingInput, History, HistoryEntry, InvalidArguments, Messages, ModelNames,
    ModelsByType,
};

/// The pieces of a continued text.
pub type CompletionStream = EventStream<CompletionStreamResponse>;

/// Images as they are made.
pub type ImageStream = EventStream<ImageResponse>;
