//! A typed, asynchronous client for the two services that call themselves Imagine: the inference API (the
//! Qualcomm AI Inference Suite), whose client is [`Client`], and the audiovisual API, whose client is
//! [`media::Client`].
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # async fn run() -> Result<(), imagine_sdk::Error> {
//! use imagine_sdk::{ChatMessage, Client};
//!
//! let client = Client::from_env()?; // IMAGINE_API_ENDPOINT, IMAGINE_API_KEY
//!
//! let reply = client
//!     .chat([ChatMessage::system("Be brief"), ChatMessage::user("Best Spanish cheese?")])
//!     .temperature(0.2)
//!     .await?;
//! println!("{}", reply.first_content().unwrap_or_default());
//!
//! let mut stream = client.chat("Tell me a story").stream().await?;
//! while let Some(chunk) = stream.next().await {
//!     print!("{}", chunk?.first_content().unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! Each operation is a method of [`Client`]: what it requires are arguments, what is optional are setters
//! on the builder that it returns. Awaiting the builder sends it. `send_with_meta` keeps status, headers,
//! request id and the number of attempts, `send_raw` the undecoded bytes, and `stream` the events where an
//! operation has them. Options of the call begin with `with_`; `extra` sends a field that this SDK does
//! not name.
//!
//! # Failures
//!
//! Every failure is an [`Error`] that answers questions. What may pass is tried again (3 times, after
//! growing and random pauses, or as long as the service asks), within the time that the call has. A
//! stream is never tried again once it has begun.
//!
//! # What the service leaves out
//!
//! Answers are read tolerantly: `null` counts as absent, a required value that is missing reads as its
//! default (empty or zero), unknown values of enums are kept in their `Other` variant, and unknown fields
//! in `extra`. Only the field that makes an answer what it is must be there, such as `choices`.
//!
//! # What is traced
//!
//! With a subscriber of [`tracing`](https://docs.rs/tracing) each call is a span `call` at the level "info", as
//! long as its answer or its stream lasts, and each attempt a span `attempt` below it at the level "debug".
//! Their fields have the names of OpenTelemetry's semantic conventions 1.41, so that a layer such as
//! `tracing-opentelemetry` can hand them on: the operation, model and sampling parameters that were asked for,
//! the id, the reasons for the end and the tokens that the answer names, the time to the first chunk, server,
//! status and kind of error. Prompts, answers and keys are in none. Without a subscriber nothing is
//! computed. `examples/observe.rs` prints them.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `inference`, `media` (default) | the clients of the two APIs |
//! | `rustls` (default) | the built-in transport, with TLS by rustls and ring |
//! | `native-tls` | the built-in transport, with the TLS of the system; where `rustls` is on as well, that is used |
//! | `reqwest` | [`transport`] over a reqwest client of yours, without either of the two above |
//! | `tower` | [`transport`]s from `tower` services, and services from transports |
//! | `testing` | a transport in memory, for tests of your program |

// Where the documentation is published, each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The derives write paths from the outside, so that they work in this crate and in any other.
extern crate self as imagine_sdk;

#[cfg(not(any(feature = "inference", feature = "media")))]
compile_error!(
    "enable the feature `inference`, the feature `media`, or both: without either there is no client"
);

#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod call;
mod caller;
mod clock;
mod config;
mod decode;
mod error;
mod generated;
pub mod inference;
#[cfg(feature = "media")]
pub mod media;
mod op;
pub mod operation;
mod parts;
mod pipeline;
mod response;
mod stream;
pub mod structured;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tools;
mod trace;
pub mod transport;
mod types;
mod wire;

pub use bytes::Bytes;
pub use http;
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "schema")]
pub use schemars;

pub use self::body::FilePart;
pub use self::caller::Async;
pub use self::clock::{Clock, SystemClock};
pub use self::config::{BuiltIn, ClientBuilder, Own, Service, Wiring};
pub use self::error::{ApiError, Error, FieldMessage, Phase};
#[cfg(feature = "inference")]
pub use self::inference::Client;
pub use self::inference::{ChatMessage, ImageSamplingParams, ModelType, SamplingParams, Tool};
#[cfg(feature = "media")]
pub use self::media::Client as MediaClient;
pub use self::op::{Operation, Payload, Retry};
pub use self::pipeline::AuthScheme;
pub use self::response::Response;
pub use self::stream::sse;
pub use self::stream::{Endings, EventStream, StreamEvent};
pub use self::tools::Toolbox;
pub use self::types::{DateTime, Image, Timestamp};

/// What the derives refer to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use bytes::Bytes;
    pub use futures_util::future::BoxFuture;
    pub use {serde, serde_json};

    #[cfg(feature = "blocking")]
    pub use crate::blocking;
    pub use crate::call::{Request, StreamRequest};
    pub use crate::caller::{Async, Caller, Pending};
    pub use crate::config::Service;
    pub use crate::decode::{Key, Tolerant, Unknown, next_value, null_as_default, open_enum};
    pub use crate::error::{Error, InvalidField};
    pub use crate::op::{Operation, Payload};
    pub use crate::operation::fits;
    pub use crate::parts::{Content, Parts, WireValue, check_format, check_number, check_value};
    pub use crate::response::Response;
    pub use crate::stream::EventStream;
}

/// Keeps what the derives print for the blocking clients, where there are any. The feature is asked for here,
/// because in an expansion it would be one of the crate that uses the derive.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($($expansion:tt)*) => { $($expansion)* };
}

/// Drops what the derives print for the blocking clients: there are none.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($($expansion:tt)*) => {};
}
