//! The audiovisual API: images, video, music, sound effects, speech, voices, and a language model.
//!
//! [`Client`] has a method for each operation. Most of them submit a job and answer at once with a
//! [`Generation`], its handle; [`Client::wait`] polls until it is finished and [`Client::download`] fetches
//! what came of it:
//!
#![cfg_attr(feature = "rustls", doc = "```no_run")]
#![cfg_attr(not(feature = "rustls"), doc = "```ignore")]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use imagine_sdk::media::Client;
//!
//! let client = Client::from_env()?; // IMAGINE_MEDIA_ENDPOINT, IMAGINE_MEDIA_API_KEY
//! let job = client.text2img("A cat on a bicycle").width(512).height(512).await?;
//! let done = client.wait(&job).await?;
//! client.download(&done).save_to("cat.png").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Generations are charged in credits. A submission is sent again only when it provably did not start;
//! where that is not known, the error comes back to you.

mod client;
mod download;
mod job;
mod pages;
mod prompt;
mod wait;

pub use self::client::Client;
pub use self::download::{Download, DownloadSource, FileStream, Saved};
pub use self::job::State;
#[cfg(feature = "blocking")]
pub(crate) use self::wait::wait_all;
pub use self::wait::{Progress, ProgressStream, Wait, WaitError};
pub use crate::generated::media::ops::{self, ALL as OPERATIONS};
pub use crate::generated::media::types::*;
