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
//! `/prompt` of the media API documents `response_format`, which is the default there. The inference API documents no
//! such field. There the default is a tool that takes the response as its arguments. A response with the JSON as text
//! is accepted too. Models are not forced to call a tool, unless the service has a field for that.
//! [`Parse::output_mode`] selects the mode. [`ToolChoice`](crate::chat::tools::ToolChoice) shows how to force a tool
//! call on services that resemble vLLM's server.

mod close;
mod error;
mod parse;
mod read;
mod schema;

pub use self::error::{ParseError, SchemaError};
pub use self::parse::{OutputMode, Parse, Parsed};
pub use self::schema::Schema;
#[cfg(feature = "schema")]
pub(crate) use self::schema::derived;
