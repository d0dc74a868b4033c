//! The media API: images, video, music, sound effects, speech, voices, 3D models, and a language model.
//!
//! [`MediaClient`] has a method for each operation. Most of them submit a job and return a [`Generation`]: its handle,
//! the finished item, or both. [`MediaClient::wait`] polls until the job is finished. [`MediaClient::download`]
//! downloads the result:
//!
#![cfg_attr(all(feature = "media", feature = "rustls"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "media", feature = "rustls")), doc = "```ignore")]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use imagine_sdk::media::MediaClient;
//!
//! let client = MediaClient::from_env()?; // IMAGINE_MEDIA_ENDPOINT, IMAGINE_MEDIA_API_KEY
//! let job = client.text2img("A cat on a bicycle").width(512).height(512).await?;
//! let done = client.wait(&job).await?;
//! client.download(&done).save_to("cat.png").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Generations are billable. A submission is retried only if it did not start. If that is unknown, the call returns the
//! error.
//!
//! The service has two builds on one host. [`Generation`] has the fields of both. Commercial use of the service
//! requires the authorization of its operator.

mod ack;
#[cfg(feature = "media")]
mod client;
#[cfg(feature = "media")]
mod download;
pub(crate) mod job;
#[cfg(feature = "media")]
mod prompt;
mod responses;
#[cfg(feature = "media")]
pub(crate) mod settings;
pub(crate) mod validate;
#[cfg(feature = "media")]
mod wait;

#[cfg(feature = "media")]
pub use self::download::{Download, DownloadSource};
pub use self::job::{JobState, MediaKind};
#[cfg(feature = "media")]
pub use self::wait::{PollWith, Progress, ProgressStream, Wait, WaitAll, WaitError};
#[cfg(feature = "media")]
pub use crate::client::generated::MediaClient;
#[cfg(feature = "media")]
pub use crate::generated::media::builder;
pub use crate::generated::media::data::*;
pub use crate::generated::media::operations::{self, ALL as OPERATIONS};
#[cfg(feature = "media")]
pub use crate::stream::{FileStream, SavedFile};
pub use crate::types::JobError;
