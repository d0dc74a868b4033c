//! Structured output: the response of a model as your type.
//!
#![cfg_attr(all(feature = "inference", feature = "schema"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "schema")), doc = "```ignore")]
//! use imagine_sdk::{Client, Error, schemars::{self, JsonSchema}};
//!
//! #[derive(serde::Deserialize, JsonSchema)]
//! struct Cheese {
//!     name: String,
//!     /// Months of ripening.
//!     months: Option<u32>,
//! }
//!
//! # async fn run() -> Result<(), Error> {
//! let client = Client::from_env()?;
//! let cheese = client.chat("Best Spanish cheese?").parse::<Cheese>().await?;
//! println!("{}, {:?} months", cheese.value.name, cheese.value.months);
//! # Ok(())
//! # }
//! ```
//!
//! The feature `schema` derives the schema from the type. Without the feature, pass a hand-written [`Schema`] to
//! `parse_with`.
//!
//! # Output modes
//!
//! No field for structured output works on every service: some ignore `response_format`, and some lose tool calls.
//! Therefore every output is validated, and an invalid one leads to a further request in another [`OutputMode`], in
//! which the model receives the problem. [`Parse::repairs`] limits these requests. The client and its clones remember
//! the mode that worked last for each model. [`Parse::output_mode`] selects a mode.
//!
//! In every mode, a response with the JSON as text is accepted. Models are not forced to call a tool, unless the service
//! has a field for that. [`ToolChoice`](crate::chat::tools::ToolChoice) shows how to force a tool call on services that
//! resemble vLLM's server.
//!
//! # Streams
//!
//! `parse_stream` of a chat returns a [`ParseStream`] of partial values and the typed end, and
//! [`ParseStream::items`] the finished elements of a list.

mod close;
mod error;
mod example;
mod items;
mod live;
mod mode;
mod parse;
mod prompt;
mod read;
mod rounds;
mod scanner;
mod schema;
mod start;
mod stream;

pub use self::error::{OutputAttempt, ParseError, SchemaError};
pub use self::items::ItemStream;
pub use self::mode::OutputMode;
pub(crate) use self::mode::WorkingModes;
pub use self::parse::{Parse, Parsed};
pub use self::schema::Schema;
#[cfg(feature = "schema")]
pub(crate) use self::schema::derived;
pub use self::stream::{ParseEvent, ParseStream};
