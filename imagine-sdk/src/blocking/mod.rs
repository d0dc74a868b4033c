//! The same clients for programs that are not asynchronous.
//!
//! [`Client`] is the blocking counterpart of [`imagine_sdk::Client`](crate::InferenceClient), and
//! [`MediaClient`] that of [`imagine_sdk::MediaClient`](crate::MediaClient). Operations, setters and answers
//! are the same; where the asynchronous client is awaited, this one is told to `send`:
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
//! Each client has one thread of its own, named `imagine-blocking`, which drives its connections. Clones
//! share it, and it ends when the last of them, of their builders and of their iterators is dropped. A call
//! is worked on by the thread that makes it, which waits without turning. Any number of threads may call
//! at once.
//!
//! # In asynchronous programs
//!
//! A call works there too, under any runtime, but holds up the thread that it is made on and with it
//! whatever else that thread has to do: a server in the same runtime of one thread cannot answer it. Inside
//! tokio, each call and each item of a stream also takes a short-lived thread. Use the asynchronous client
//! there, or a thread for what blocks.
//!
//! The one place where a call cannot work is the client's own thread, on which for instance a reader runs
//! that is being uploaded. A call made there is an error at once.

#[cfg(feature = "inference")]
mod inference;
mod iter;
#[cfg(feature = "media")]
mod media;
mod request_builder;
mod runtime;
mod tools;

#[cfg(feature = "inference")]
pub use self::inference::InferenceClient;
pub use self::iter::Iter;
#[cfg(feature = "media")]
pub use self::media::{FileStream, MediaClient, ProgressStream};
pub use self::runtime::Blocking;

/// The client of the inference API.
#[cfg(feature = "inference")]
pub type Client = InferenceClient;

/// The steps of a run of tools, each waited for.
pub type ToolStream = Iter<crate::chat::tools::ToolStream>;

/// The events of a stream as they come, each waited for.
pub type EventStream<T> = Iter<crate::stream::EventStream<T>>;
