//! Blocking clients for synchronous programs.
//!
//! [`Client`] is the blocking counterpart of [`imagine_sdk::Client`](crate::InferenceClient), and [`MediaClient`] of
//! [`imagine_sdk::MediaClient`](crate::MediaClient). Operations, setters and responses are the same. Call `send`
//! instead of awaiting:
//!
#![cfg_attr(feature = "inference", doc = "```no_run")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use imagine_sdk::blocking::Client;
//!
//! # fn main() -> Result<(), imagine_sdk::Error> {
//! let client = Client::from_env()?; // IMAGINE_API_ENDPOINT, IMAGINE_API_KEY
//! let reply = client.chat("Best Spanish cheese?").temperature(0.2).send()?;
//! println!("{}", reply.text().unwrap_or_default());
//!
//! for chunk in client.chat("Tell me a story").stream()? {
//!     print!("{}", chunk?.text().unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Threads
//!
//! Each client has its own thread, named `imagine-blocking`, which drives its connections. Clones share the thread. It
//! ends when the last clone, builder and iterator is dropped. The calling thread polls its call, and sleeps while the
//! call waits. Any number of threads may call concurrently.
//!
//! # In asynchronous programs
//!
//! Calls work under any runtime, but block the calling thread and all its tasks. For instance, a server in the same
//! current-thread runtime cannot respond. Inside tokio, each call and each item of a stream additionally starts a
//! short-lived thread. Use the asynchronous client there, or a separate thread for blocking calls.
//!
//! Calls fail on the client's own thread, which for instance polls the reader of an upload.

#[cfg(feature = "bulk")]
mod bulk;
mod generated;
mod iter;
#[cfg(feature = "media")]
mod media;
mod request_builder;
mod runtime;
#[cfg_attr(
    not(any(feature = "inference", feature = "media")),
    allow(dead_code, unused_imports, reason = "other APIs have no chats")
)]
mod tools;

pub use self::generated::*;
pub use self::iter::Iter;
#[cfg(feature = "media")]
pub use self::media::ProgressStream;
pub use self::runtime::Blocking;

/// The client of the inference API.
#[cfg(feature = "inference")]
pub type Client = InferenceClient;

/// An iterator over the events of a tool run. Each item blocks the calling thread.
pub type ToolStream = Iter<crate::chat::tools::ToolStream>;

/// An iterator over the events of a stream. Each item blocks the calling thread.
pub type EventStream<T> = Iter<crate::stream::EventStream<T>>;

/// An iterator over the chunks of a file. Each item blocks the calling thread.
pub type FileStream = Iter<crate::stream::FileStream>;

/// An iterator over the results of a run over many inputs. Each item blocks the calling thread.
#[cfg(feature = "bulk")]
pub type BulkIter<'a, T> = Iter<crate::bulk::BulkStream<'a, T>>;

/// An iterator over the partial values of a structured output. Each item blocks the calling thread.
pub type ParseStream<T> = Iter<crate::chat::structured::ParseStream<T>>;

/// An iterator over the elements of a list in a structured output. Each item blocks the calling thread.
pub type ItemStream<T> = Iter<crate::chat::structured::ItemStream<T>>;
