//! Tools: functions that a model may call, and the loop that calls them.
//!
//! A model that has tools responds with text or with tool calls. [`Chat::run_tools`] runs the loop: it requests a
//! response, executes the tool calls in it, sends their results to the model, and continues until a response contains
//! no call.
//!
#![cfg_attr(all(feature = "inference", feature = "schema"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "inference", feature = "schema")), doc = "```ignore")]
//! use imagine_sdk::{Client, Error, Toolbox, schemars::{self, JsonSchema}};
//!
//! #[derive(serde::Deserialize, JsonSchema)]
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
//! The feature `schema` derives the schema of the arguments from their type. Without the feature, describe a tool as a
//! [`ToolFunction`](crate::generated::inference::types::ToolFunction) and add it with [`Toolbox::tool`].
//!
//! # Rounds
//!
//! The calls of a response run concurrently in the task that awaits the run. None is spawned, and dropping the run
//! cancels them. Their results are sent in the order of the calls. If a handler fails, the model receives
//! `{"error": ".."}` and can correct its call. Invalid arguments and calls of unknown tools are handled in the same
//! way. A run fails with [`RunToolsError::MaxRoundsExceeded`] after 8 rounds. [`RunTools::max_rounds`] changes the
//! limit.
//!
//! Each round is a separate call with the fields and options of the builder: `with_timeout` limits one round, not the
//! run.
//!
//! # Tool calls as text
//!
//! Some services return the calls of a model as text, such as `{"name": "get_weather", "parameters": {..}}`, also
//! several in a row and in markup such as `<|python_tag|>`. If the request offers a tool of this name, the call becomes
//! a tool call of the response. Every other JSON stays text, and so does the text around calls. This applies to
//! buffered responses, to runs, and to streams that are collected or completed with
//! [`EventStream::complete`](crate::EventStream::complete). A live stream withholds nothing: its chunks contain the
//! text of the call. `tool_calls_in_text(false)` of a chat disables the detection.
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
mod run;
mod tool_loop;
mod toolbox;
#[cfg(feature = "schema")]
mod typed;

pub use self::choice::ToolChoice;
pub use self::error::RunToolsError;
pub use self::events::{ToolEvent, ToolStream};
pub use self::handler::{Immediate, Later, ToolHandler};
pub(crate) use self::model::{ChatChunks, ChatRequest, Model, TextCompletion};
pub use self::run::{RunTools, ToolRunOutput};
pub use self::toolbox::{ToolError, ToolResult, Toolbox};
pub use crate::request::ToolSchemaKey;
