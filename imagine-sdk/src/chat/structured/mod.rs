//! Structured answers: a model's answer as a type of yours.
//!
#![cfg_attr(all(feature = "inference", feature = "schema"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "schema")), doc = "```ignore")]
//! use imagine_sdk::{Client, Error, schemars::JsonSchema};
//!
//! #[derive(serde::Deserialize, JsonSchema)]
//! # #[schemars(crate = "imagine_sdk::schemars")]
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
//! The schema comes from the type with the feature `schema`; without it, `parse_with` takes a [`Schema`]
//! that is written by hand.
//!
//! # How the model is asked
//!
//! `/prompt` of the audiovisual API documents `response_format`, and is asked through it. The inference API
//! documents no such field: there the model is offered a tool that takes the response as its arguments, and an
//! answer in text is read as well if it is the JSON that was asked for. Nothing forces a model to call a
//! tool, unless the service has a field for that. [`Parse::output_mode`] chooses the other way, and
//! [`ToolChoice`](crate::chat::tools::ToolChoice) shows how to force a tool where a service is like vLLM's server.

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
