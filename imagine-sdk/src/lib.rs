//! A typed, asynchronous client for the two services named Imagine: the inference API (the Qualcomm AI Inference
//! Suite), whose client is [`Client`], and the media API (images, video, audio), whose client is [`MediaClient`].
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
//! println!("{}", reply.text().unwrap_or_default());
//!
//! let mut stream = client.chat("Tell me a story").stream().await?;
//! while let Some(chunk) = stream.next().await {
//!     print!("{}", chunk?.text().unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! Each operation is a method of [`Client`] that returns a builder: required fields are arguments, optional fields are
//! setters. Builders implement `IntoFuture`. Where a `Future` is required (`tokio::spawn`, `join!`), call `send`.
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! let response = client
//!     .chat("Best Spanish cheese?")
//!     .temperature(0.2) // a field of the request
//!     .with_extra_field("ignore_eos", true) // any field by its name
//!     .with_timeout(std::time::Duration::from_secs(30)) // an option of this call
//!     .send_with_response() // or `send`, `send_raw` for bytes, `stream` for events
//!     .await?;
//! println!("{} at attempt {}", response.status(), response.attempts());
//! # Ok(())
//! # }
//! ```
//!
//! Requests are values: `client.call(request)` returns the same builder for a request from a history, a queue or a
//! file, and `into_request` returns the request of a builder.
//!
//! # Streams
//!
//! `next` reads a stream and needs no trait; [`collect`](EventStream::collect) accumulates it. A stream that ends
//! before the service has marked its end is an error, which contains the part that was received. Dropping a stream
//! closes its connection.
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! use imagine_sdk::inference::ChatCompletionResponse;
//!
//! let stream = client.chat("Tell me a story").stream().await?;
//! match stream.collect().await {
//!     Ok(response) => println!("{}", response.text().unwrap_or_default()),
//!     Err(error) if error.is_truncated() => {
//!         let partial = error.partial_response::<ChatCompletionResponse>();
//!         println!("so far: {:?}", partial.and_then(|response| response.text()));
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Tools and structured responses
//!
//! With the feature `schema`, a function is a tool, and a type is the schema of a response. [`tools`] and
//! [`structured`] describe both, and schemas that are written by hand.
//!
#![cfg_attr(
    all(feature = "inference", feature = "rustls", feature = "schema"),
    doc = "```"
)]
#![cfg_attr(
    not(all(feature = "inference", feature = "rustls", feature = "schema")),
    doc = "```ignore"
)]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! use imagine_sdk::Toolbox;
//! use imagine_sdk::schemars::{self, JsonSchema};
//!
//! #[derive(serde::Deserialize, JsonSchema)]
//! struct Place {
//!     /// Name of the city, without its country.
//!     city: String,
//! }
//!
//! let toolbox = Toolbox::new().function(
//!     "get_weather",
//!     "The weather of a city, now",
//!     |Place { city }: Place| Ok::<_, String>(format!("31 degrees in {city}")),
//! );
//! let run = client.chat("How is the weather in Toledo?").run_tools(&toolbox).await?;
//! println!("{}", run.text().unwrap_or_default());
//!
//! let place = client.chat("Where is the Prado?").parse::<Place>().await?;
//! println!("{}", place.value.city);
//! # Ok(())
//! # }
//! ```
//!
//! # Jobs
//!
//! The media API generates in jobs: submit a job, wait for it, download its result. [`media`] describes them.
//!
#![cfg_attr(all(feature = "media", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "media", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::MediaClient::builder().endpoint(server.media_endpoint()).api_key("any").build()?;
//! # let path = std::env::temp_dir().join("imagine-doc-cat.png");
//! let job = client.text2img("A cat on a bicycle").width(64).height(64).await?;
//! let finished = client.wait(&job).await?; // the handle can be serialized, so another process can wait as well
//! client.download(&finished).save_to(&path).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Errors and retries
//!
//! A call fails with an [`Error`]. Classify it with predicates, or match on [`Error::kind`].
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! # server.fault("chat", imagine_mock::Fault::status(429).retry_after(600))?;
//! match client.chat("Hello").await {
//!     Ok(reply) => println!("{}", reply.text().unwrap_or_default()),
//!     Err(error) if error.is_rate_limited() => println!("later, in {:?}", error.retry_after()),
//!     Err(error) => println!("{error}"), // one line: the operation, the problem, the fix
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Transient failures are retried up to 3 times, after random pauses that grow up to 8 s, or after the pause that the
//! service asks for, up to 120 s. After a 429 the whole client cools down for a while; [`RateLimits`] avoid that, and a
//! [`Budget`] limits the spending. [`RetryPolicy`] sets these limits. Billable operations are retried only if they did
//! not start. A stream is never retried after its start.
//!
//! # Timeouts
//!
//! | setting | limits | default |
//! |---|---|---|
//! | [`timeout`](ClientBuilder::timeout) | a complete call with its retries; a stream up to its start | 60 s |
//! | [`idle_timeout`](ClientBuilder::idle_timeout) | a pause within a response | 120 s |
//! | [`first_event_timeout`](ClientBuilder::first_event_timeout) | a stream up to its first event | none |
//! | `connect_timeout` | one attempt to connect | 10 s |
//!
//! `with_timeout` sets the timeout of one call, and limits a stream up to its end. Dropping a call or a stream cancels
//! it.
//!
//! # Lenient decoding
//!
//! `null` counts as absent, and a required value that is missing becomes the default of its type (empty or zero).
//! Unknown values of enums are kept in their `Other` variant, unknown fields in `extra`. A field whose value does not
//! fit its type is left unset, and its value is kept in `extra` too. A response is an error only if a field that
//! identifies it, such as `choices`, is missing or does not fit.
//!
//! # Testing your application
//!
//! `imagine-mock` is a server that implements both services. Point a client at it, set expectations and responses, and
//! inject faults. The feature `testing` adds a transport with scripted responses in memory.
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! use imagine_mock::MockServer;
//! use imagine_mock::expect::containing;
//! use imagine_sdk::Client;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::builder().strict().start().await?;
//! let client = Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! let chat = server.expect_chat(|when, then| {
//!     when.messages(containing("cheese"));
//!     then.reply("Manchego")
//! });
//!
//! let reply = client.chat("Best Spanish cheese?").await?; // your code, which takes a client
//! assert_eq!(reply.text().as_deref(), Some("Manchego"));
//! chat.assert();
//! server.assert_contract(); // every request matched the specification
//! # Ok(())
//! # }
//! ```
//!
//! # Custom transports
//!
//! A [`Transport`](transport::Transport) sends one request once. Your own reqwest client, a `tower` service or any
//! other type can be one; [`transport`] shows how.
//!
//! # Synchronous programs
//!
//! With the feature `blocking`, the module `blocking` has the same clients. Their calls end in `send()?` instead of
//! `await?`, and their streams are iterators.
//!
//! # Your own operations
//!
//! An operation that this SDK lacks is declared in a few lines and called like the others: see [`operation`].
//!
//! # Tracing
//!
//! With a subscriber of [`tracing`](https://docs.rs/tracing), each call is a span `call` at the level "info" until the
//! end of its response or stream, and each attempt a span `attempt` below it at the level "debug". Field names follow
//! OpenTelemetry's semantic conventions 1.41, so that a layer such as `tracing-opentelemetry` can export them: the
//! operation, model and sampling parameters of the request; the id, finish reasons and token counts of the response;
//! the time to the first chunk; server, status and kind of error. No span contains prompts, responses or keys. Without
//! a subscriber nothing is computed. `examples/observe.rs` prints them.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `inference`, `media` (default) | the clients of the two APIs |
//! | `rustls` (default) | the built-in transport, with TLS by rustls and aws-lc-rs |
//! | `rustls-ring` | the built-in transport, with TLS by rustls and ring |
//! | `rustls-no-provider` | the built-in transport, with TLS by rustls and the default provider of the process |
//! | `native-tls` | the built-in transport, with the TLS of the system |
//! | `reqwest` | a [`transport`] that wraps your own reqwest client, without any of the four above |
//! | `tower` | [`transport`]s from `tower` services, and services from transports |
//! | `schema` | schemas of tools and of structured responses from Rust types, by schemars |
//! | `blocking` | the clients for synchronous programs |
//! | `bulk` (default) | [runs](bulk) over many inputs, with journals |
//! | `persist` (default) | [rate limits](RateLimits::persist) that processes share in a file; `bulk` enables it |
//! | `testing` | a transport in memory, for tests of your program |
//! | `types` | the types of all APIs, [to encode requests and to decode responses](operation#without-a-client) |
//!
//! `types` without the default features needs no runtime and no HTTP client: for programs that store or forward
//! requests and responses, or have an HTTP client of their own.
//!
//! Choose the TLS feature that matches the other users of rustls in your program. Cargo unifies the features of rustls,
//! and rustls has a default provider only if exactly one is enabled:
//!
//! | program | features of imagine-sdk |
//! |---|---|
//! | uses no rustls, or the default features of rustls or reqwest | the default |
//! | uses rustls with ring | `default-features = false`, `rustls-ring`, and `inference` or `media` |
//! | calls `install_default` of a provider, or is a library | the same with `rustls-no-provider` |
//! | needs the certificates, policies or hardware of the system's TLS | the same with `native-tls` |
//!
//! A default provider of the process takes precedence over that of a feature. The SDK installs none. If several of these
//! features are enabled, `rustls` precedes `rustls-ring`, and both precede `native-tls`.
//!
//! # Guides
//!
//! `guides` in this documentation covers streams, conversations, tools, errors and retries, jobs, many inputs, queues,
//! production, testing, your own operations, and the way from the Python SDK. `imagine-sdk/examples/` in the repository
//! has a program for each capability.

// Where the documentation is published, each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The types need a part of the rows below the clients.
#![cfg_attr(
    not(feature = "__client"),
    allow(dead_code, unused_imports, reason = "only clients use the rest")
)]

// The derives emit paths such as `::imagine_sdk::..`, in this crate as in any other.
extern crate self as imagine_sdk;

mod apis;
mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "bulk")]
pub mod bulk;
#[cfg_attr(
    not(any(feature = "inference", feature = "media")),
    allow(dead_code, unused_imports, reason = "other APIs have no chats")
)]
mod chat;
#[cfg(feature = "__client")]
mod client;
#[cfg(feature = "__client")]
mod clock;
mod error;
mod generated;
// The tests of the workspace compile and run the code of the guides.
#[cfg(all(doc, not(doctest)))]
pub mod guides;
pub mod inference;
mod json;
#[cfg(feature = "__media_types")]
pub mod media;
pub mod operation;
#[cfg(feature = "__client")]
mod pipeline;
mod request;
mod response;
pub mod sse;
#[cfg(feature = "__client")]
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "__client")]
mod trace;
#[cfg(feature = "__client")]
pub mod transport;
mod types;

pub use bytes::Bytes;
pub use http;
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "schema")]
pub use schemars;

#[allow(unused_imports, reason = "there may be no such API")]
pub use self::apis::generated::*;
pub use self::auth::AuthScheme;
#[cfg(feature = "__client")]
pub use self::auth::{ApiKey, ApiKeyProvider, CredentialsError};
#[cfg(feature = "__client")]
pub use self::chat::tools::Toolbox;
#[cfg(feature = "__client")]
pub use self::chat::{structured, tools};
#[cfg(feature = "__client")]
pub use self::client::generated::*;
#[cfg(feature = "__client")]
pub use self::client::{ApiClient, ClientBuilder};
#[cfg(feature = "__client")]
pub use self::clock::{Clock, SystemClock};
pub use self::error::{
    ApiError, BudgetExceeded, Error, ErrorKind, FieldError, RateLimitExceeded, TimeoutKind,
};
pub use self::inference::{ChatMessage, ImageSamplingParams, ModelType, SamplingParams, Tool};
pub use self::json::UnknownFields;
#[cfg(feature = "__client")]
pub use self::pipeline::{
    Budget, RateLimitStatus, RateLimits, RateUnit, RetryEvent, RetryPolicy, Spent,
    SpentByOperation, TokenEstimate, WindowStatus,
};
pub use self::request::{
    Authentication, BodyEncoding, FilePart, FinishTracker, Operation, RetrySafety, StreamEvent,
};
pub use self::response::Response;
#[cfg(feature = "__client")]
pub use self::stream::{EventStream, FileStream, SavedFile, StreamEnd};
pub use self::types::{Image, InvalidTimestamp, OneOrMany, Seconds, Timestamp, UsageTime};

/// The client of the inference API.
#[cfg(feature = "inference")]
pub type Client = InferenceClient;

/// Items that the expansions of the derives use. Not public API: they change without notice.
#[doc(hidden)]
pub mod __private {
    pub use bytes::Bytes;
    pub use futures_core::Stream;
    pub use futures_core::future::BoxFuture;
    pub use {serde, serde_json};

    #[cfg(feature = "blocking")]
    pub use crate::blocking;
    #[cfg(feature = "__client")]
    pub use crate::client::{ApiClient, ApiRequest, Async, Connection, RequestBuilder};
    pub use crate::error::{Error, InvalidField};
    pub use crate::json::{
        ExtraFields, JsonKind, KeepUnknown, Key, Lenient, Observed, Observer, UnionShape,
        VariantShape, new, next_field, next_json_text, next_serde_field, next_unknown, open_enum,
        serialize_tagged, union, variant,
    };
    pub use crate::operation::fits;
    pub use crate::request::{
        BodyEncoding, Content, ListStyle, Operation, PageRequest, Request, RequestEncoder,
        ResponseContext, StreamRequest, WireValue, check_format, check_length, check_number,
        check_value, json_contents,
    };
    pub use crate::response::Response;
    #[cfg(feature = "__client")]
    pub use crate::stream::{EventStream, FileStream, SavedFile};
}

/// Keeps the expansion of the derives for clients. The feature is tested here, because in an expansion it would be a
/// feature of the crate that uses the derive.
#[cfg(feature = "__client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($($expansion:tt)*) => { $($expansion)* };
}

/// Drops the expansion of the derives for clients.
#[cfg(not(feature = "__client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($($expansion:tt)*) => {};
}

/// Keeps the expansion of the derives for the blocking clients, as `__client` does for all clients.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($($expansion:tt)*) => { $($expansion)* };
}

/// Drops the expansion of the derives for the blocking clients.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($($expansion:tt)*) => {};
}
