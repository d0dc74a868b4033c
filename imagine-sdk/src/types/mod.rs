//! The hand-written wire types.

mod base64;
mod content;
mod embedding_input;
mod history;
mod image;
#[cfg(feature = "__media_types")]
mod job_error;
mod list;
mod messages;
mod models;
mod one_or_many;
mod seconds;
mod stream_options;
mod timestamp;
mod tool;
mod usage_time;

pub(crate) use self::base64::data_of;
pub use self::base64::{Base64, InvalidBase64};
pub use self::content::Content;
pub use self::embedding_input::EmbeddingInput;
pub use self::history::{History, HistoryEntry, UnreadableEntry};
pub use self::image::Image;
#[cfg(feature = "__media_types")]
pub use self::job_error::JobError;
#[cfg(feature = "__media_types")]
pub(crate) use self::job_error::message;
pub use self::messages::Messages;
pub use self::models::{ModelNames, ModelsByType};
pub use self::one_or_many::OneOrMany;
pub use self::seconds::Seconds;
pub use self::timestamp::{InvalidTimestamp, Timestamp};
pub use self::tool::InvalidArguments;
pub use self::usage_time::UsageTime;
