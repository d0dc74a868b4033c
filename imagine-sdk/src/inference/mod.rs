//! The inference API: the client, its types, and conveniences on them.
//!
//! [`InferenceClient`] has a method for each operation. It returns a builder, which sends the request when awaited:
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
//! Without the feature `inference` this module contains no client, but the types, some of which the language model of
//! the media API shares.
//!
//! The builders and types are generated from `openapi/inference.yaml`. The conveniences are hand-written.

#[cfg(feature = "inference")]
mod chat;
#[cfg(feature = "inference")]
mod completion;
#[cfg(feature = "inference")]
mod embeddings;
mod responses;
#[cfg(feature = "__client")]
mod save;
pub(crate) mod validate;
mod vectors;

pub use self::responses::ImageError;
pub use self::vectors::{EmbeddingF32, EmbeddingF32Response};
#[cfg(feature = "__client")]
pub use crate::chat::ChatStream;
pub use crate::chat::{ChatAccumulator, CompletionAccumulator};
#[cfg(feature = "inference")]
pub use crate::client::generated::InferenceClient;
#[cfg(feature = "inference")]
pub use crate::generated::inference::builder;
pub use crate::generated::inference::data::*;
pub use crate::generated::inference::operations::{self, ALL as OPERATIONS};
pub use crate::types::{
    Base64, Content, EmbeddingInput, History, HistoryEntry, InvalidArguments, InvalidBase64,
    Messages, ModelNames, ModelsByType, UnreadableEntry,
};

/// The chunks of a streaming text completion.
#[cfg(feature = "__client")]
pub type CompletionStream = crate::stream::EventStream<CompletionStreamResponse>;

/// The images of a streaming image generation.
#[cfg(feature = "__client")]
pub type ImageStream = crate::stream::EventStream<ImageResponse>;

#[cfg(feature = "inference")]
impl crate::client::Prepare for InferenceClient {}
