//! Tools: functions that a model may call, and the rounds of calling them.
//!
//! A model that is offered tools answers with text or with calls. [`Chat::run_tools`] goes through the
//! rounds: it asks the model, runs the calls that it wants, tells it what they gave, and asks again, until
//! it answers without a call.
//!
#![cfg_attr(all(feature = "inference", feature = "schema"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "schema")), doc = "```ignore")]
//! use imagine_sdk::{Client, Error, Toolbox, schemars::JsonSchema};
//!
//! #[derive(serde::Deserialize, JsonSchema)]
//! # #[schemars(crate = "imagine_sdk::schemars")]
//! struct City {
//!     /// Name of the city, without its country.
//!     city: String,
//! }
//!
//! async fn weather(City { city }: City) -> Result<String, std::io::Error> {
//!     Ok(format!("31 degrees in {city}"))
//! }
//!
//! # async fn run() -> Result<(), Error> {
//! let toolbox = Toolbox::new()
//!     .function("get_weather", "The weather of a city, now", weather);
//!
//! let client = Client::from_env()?;
//! let run = client.chat("How is the weather in Toledo?").run_tools(&toolbox).await?;
//! println!("{}", run.text().unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! The schema of the arguments comes from their type with the feature `schema`. Without it a tool is
//! written by hand, as a [`ToolFunction`](crate::generated::inference::types::ToolFunction), and goes into the box with
//! [`Toolbox::tool`].
//!
//! # What happens in a round
//!
//! The calls of one response run at the same time, all in the task that awaits the run: none is spawned, and
//! dropping the run ends them. Their results go back in the order of the calls. What a handler fails with
//! goes back as well, as `{"error": ".."}`, for the model to do better; so do arguments that the handler
//! cannot take, and a call of a tool that is not in the box. A run of more than 8 rounds ends with
//! [`RunToolsError::MaxRoundsExceeded`], unless [`RunTools::max_rounds`] says otherwise.
//!
//! Each round is a call of its own, with the fields and options of the builder: `with_timeout` limits one
//! round, not the run.
//!
#![cfg_attr(
    feature = "inference",
    doc = "[`Chat::run_tools`]: crate::inference::builder::Chat::run_tools"
)]
#![cfg_attr(
    not(feature = "inference"),
    doc = "[`Chat::run_tools`]: crate::media::builder::Prompt::run_tools"
)]

mod choice;
mod error;
mod events;
mod handler;
mod model;
mod rounds;
mod run;
mod toolbox;
#[cfg(feature = "schema")]
mod typed;

pub use self::choice::ToolChoice;
pub use self::error::RunToolsError;
pub use self::events::{ToolEvent, ToolStream};
pub use self::handler::{Immediate, Later, ToolHandler};
pub(crate) use self::model::{ChatRequest, Model};
pub use self::run::{RunTools, ToolRunOutput};
pub use self::toolbox::{ToolError, ToolResult, Toolbox};
pub use crate::request::ToolSchemaKey;
