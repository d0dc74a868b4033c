//! A typed, asynchronous client for the two services that call themselves Imagine: the inference API (the
//! Qualcomm AI Inference Suite), whose client is [`Client`], and the audiovisual API, whose client is
//! [`MediaClient`].
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
//! Each operation is a method of [`Client`]: what it requires are arguments, what is optional are setters
//! on the builder that it returns. Awaiting the builder sends it; where a future is asked for, `send` gives one.
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! let answer = client
//!     .chat("Best Spanish cheese?")
//!     .temperature(0.2) // a field of the request
//!     .with_extra_field("ignore_eos", true) // a field by its name, whether this SDK names it or not
//!     .with_timeout(std::time::Duration::from_secs(30)) // an option of this call
//!     .send_with_response() // or `send`, `send_raw` for bytes, `stream` for events
//!     .await?;
//! println!("{} at attempt {}", answer.status(), answer.attempts());
//! # Ok(())
//! # }
//! ```
//!
//! # Streams
//!
//! A stream is read with `next`, which needs no trait, or put together with
//! [`collect`](EventStream::collect). One that stops before the service said that it was done is an
//! error, and keeps what had come. Dropping it closes the connection.
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
//!     Ok(whole) => println!("{}", whole.text().unwrap_or_default()),
//!     Err(error) if error.is_truncated() => {
//!         let partial = error.partial_response::<ChatCompletionResponse>();
//!         println!("so far: {:?}", partial.and_then(|whole| whole.text()));
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Tools and structured responses
//!
//! With the feature `schema` a function is a tool, and a type is what a response must fit. [`tools`] and [`structured`]
//! say more, also about schemas that are written by hand.
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
//! use imagine_sdk::{Toolbox, schemars::JsonSchema};
//!
//! #[derive(serde::Deserialize, JsonSchema)]
//! #[schemars(crate = "imagine_sdk::schemars")]
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
//! What the audiovisual API generates is a job: submit it, wait for it, download what it made. [`media`] says more.
//!
#![cfg_attr(all(feature = "media", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "media", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::MediaClient::builder().endpoint(server.media_endpoint()).api_key("any").build()?;
//! # let path = std::env::temp_dir().join("imagine-doc-cat.png");
//! let job = client.text2img("A cat on a bicycle").width(64).height(64).await?;
//! let done = client.wait(&job).await?; // the handle is serialisable: another process can wait as well
//! client.download(&done).save_to(&path).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Errors and retries
//!
//! Every failure is an [`Error`], which answers questions: the special ones before the general.
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
//!     Err(error) => println!("{error}"), // one line: the operation, what was wrong, what to do
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What may pass is tried again: 3 times unless [`max_retries`](ClientBuilder::max_retries) says otherwise, after growing
//! and random pauses of up to 8 seconds or as long as the service asks, if that is no longer than 2 minutes. A generation,
//! which is charged, is sent again only when it provably did not start; a stream never, once it has begun.
//!
//! # Timeouts
//!
//! | limit | of | unless changed |
//! |---|---|---|
//! | [`timeout`](ClientBuilder::timeout) | a whole call with its retries; a stream until it begins | 60 seconds |
//! | [`idle_timeout`](ClientBuilder::idle_timeout) | a pause in a response that has begun | 120 seconds |
//! | `connect_timeout` | one attempt to connect | 10 seconds |
//!
//! `with_timeout` sets that of one call, for a stream to its end. Dropping a call or a stream ends it.
//!
//! # What the service leaves out
//!
//! Answers are read tolerantly: `null` counts as absent, a required value that is missing reads as its
//! default (empty or zero), unknown values of enums are kept in their `Other` variant, and unknown fields
//! in `extra`. Only the field that makes a response what it is must be there, such as `choices`.
//!
//! # Testing your application
//!
//! `imagine-mock` is both services as a server: give your code a client of it, say what is expected and how it is
//! answered, and make it fail. With the feature `testing` there is a transport that answers from memory.
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
//! let asked = server.expect_chat(|when, then| {
//!     when.messages(containing("cheese"));
//!     then.reply("Manchego")
//! });
//!
//! let reply = client.chat("Best Spanish cheese?").await?; // your code, which takes a client
//! assert_eq!(reply.text().as_deref(), Some("Manchego"));
//! asked.assert();
//! server.assert_contract(); // every request kept to the specification
//! # Ok(())
//! # }
//! ```
//!
//! # A transport of your own
//!
//! Everything goes through a [`Transport`](transport::Transport), which sends one request once. A reqwest client of yours,
//! a `tower` service or anything else can be one: [`transport`] shows how.
//!
//! # Programs that are not asynchronous
//!
//! With the feature `blocking` the module `blocking` has the same clients, whose calls end in `send()?` instead
//! of `await?`, and whose streams are iterators.
//!
//! # Operations of your own
//!
//! What a service has and this SDK does not name is declared in a few lines and called like the rest: see [`operation`].
//!
//! # What is traced
//!
//! With a subscriber of [`tracing`](https://docs.rs/tracing) each call is a span `call` at the level "info", as
//! long as its response or its stream lasts, and each attempt a span `attempt` below it at the level "debug".
//! Their fields have the names of OpenTelemetry's semantic conventions 1.41, so that a layer such as
//! `tracing-opentelemetry` can hand them on: the operation, model and sampling parameters that were asked for,
//! the id, the reasons for the end and the tokens that the response names, the time to the first chunk, server,
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
//! | `schema` | schemas of tools and of structured responses from Rust types, by schemars |
//! | `blocking` | the clients for programs that are not asynchronous |
//! | `testing` | a transport in memory, for tests of your program |
//!
//! # Guides
//!
//! The repository has guides in `docs/`, on streams, tools, errors and retries, jobs, production, testing, operations of
//! your own and the way from the Python SDK, and a program for each capability in `imagine-sdk/examples/`.

// Where the documentation is published, each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The derives write paths from the outside, so that they work in this crate and in any other.
extern crate self as imagine_sdk;

#[cfg(not(any(feature = "inference", feature = "media")))]
compile_error!(
    "enable the feature `inference`, the feature `media`, or both: without either there is no client"
);

mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod chat;
mod client;
mod clock;
mod error;
mod generated;
pub mod inference;
mod json;
#[cfg(feature = "media")]
pub mod media;
pub mod operation;
mod pipeline;
mod request;
mod response;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;
pub mod transport;
mod types;

pub use bytes::Bytes;
pub use http;
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "schema")]
pub use schemars;

pub use self::auth::{ApiKey, ApiKeyProvider, AuthScheme, CredentialsError};
pub use self::chat::tools::Toolbox;
pub use self::chat::{structured, tools};
pub use self::client::{ApiClient, ClientBuilder};
pub use self::clock::{Clock, SystemClock};
pub use self::error::{ApiError, Error, ErrorKind, FieldError, TimeoutKind};
#[cfg(feature = "inference")]
pub use self::inference::InferenceClient;
pub use self::inference::{ChatMessage, ImageSamplingParams, ModelType, SamplingParams, Tool};
#[cfg(feature = "media")]
pub use self::media::MediaClient;
pub use self::pipeline::RetryPolicy;
pub use self::request::{
    Authentication, BodyEncoding, FilePart, FinishTracker, Operation, RetrySafety, StreamEvent,
};
pub use self::response::Response;
pub use self::stream::sse;
pub use self::stream::{EventStream, StreamEnd};
pub use self::types::{Image, OneOrMany, Seconds, Timestamp, UsageTime};

/// The client of the inference API.
#[cfg(feature = "inference")]
pub type Client = InferenceClient;

/// What the derives refer to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use bytes::Bytes;
    pub use futures_util::future::BoxFuture;
    pub use {serde, serde_json};

    #[cfg(feature = "blocking")]
    pub use crate::blocking;
    pub use crate::client::{ApiClient, ApiRequest, Async, Connection, RequestBuilder};
    pub use crate::error::{Error, InvalidField};
    pub use crate::json::{
        ExtraFields, Key, Lenient, Observed, Observer, new, next_field, next_serde_field,
        next_unknown, open_enum,
    };
    pub use crate::operation::fits;
    pub use crate::request::{
        BodyEncoding, Content, Operation, Request, RequestEncoder, StreamRequest, WireValue,
        check_format, check_number, check_value,
    };
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
