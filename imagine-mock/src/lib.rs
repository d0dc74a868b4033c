//! A mock of the Imagine service, over real HTTP: of its inference API, and of its media API beside it.
//!
//! It answers every operation of both deterministically and by what it was asked, keeps histories,
//! usage, voices and generations, and refuses what the specifications do not allow. Tests start it inside their own
//! process; the program `imagine-mock` serves it to anything else, stock OpenAI clients included.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use imagine_mock::MockServer;
//!
//! let server = MockServer::start().await?;
//! println!("IMAGINE_API_ENDPOINT={}", server.endpoint());
//! println!("IMAGINE_MEDIA_ENDPOINT={}", server.media_endpoint());
//! assert!(server.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Expectations
//!
//! A test says what it expects with a method for each operation, and how that is answered; [`expect`] has
//! it all. [`MockServer::verify_contract`] holds what came against the specifications.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use imagine_mock::MockServer;
//!
//! let server = MockServer::start().await?;
//! let chat = server.expect_chat(|when, then| {
//!     when.model("Llama-3.1-8B");
//!     then.reply("hi")
//! });
//! assert_eq!(chat.calls(), 0);
//! server.assert_contract();
//! # Ok(())
//! # }
//! ```
//!
//! # Generations
//!
//! A generation of the media API moves on when `/check` looks at it, not with time. It begins behind two
//! others; the first look finds it behind one, the second finds it running, the third finds it finished,
//! and so does every further one. What it made can then be downloaded without a key: a PNG of the asked
//! size, at most 2048 pixels wide and high; for animations and videos a GIF of the asked frames, scaled
//! down to 128 pixels; for music, effects and speech a WAV of the asked length, at most five minutes.
//!
//! A word in the prompt or the transcript that begins with `fail` makes it fail instead, and its status
//! says so in `error`.
//!
//! Generations take credits, as `/images/costs` lists them, and there are 1000 unless
//! [`MockServerBuilder::credits`] says otherwise. Without enough of them a generation is refused with 403.
//! [`MockServer::credits`] tells how many are left, [`MockServer::accepted`] how many generations were
//! begun.
//!
//! # Faults
//!
//! A [`Fault`] makes the requests for an operation fail in one of many ways: refused, late, stalled, cut,
//! reset, unreadable. It is scripted before the start ([`MockServerBuilder::fault`]), while the mock runs
//! ([`MockServer::fault`]) or on the command line (`--fault chat:status=429,retry-after=2,times=2`).
//! [`MockServerBuilder::chaos`] lets any request fail by chance, the same way for the same seed. Every
//! request is recorded with the fault that it met, and with whether it was carried out.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use imagine_mock::{Fault, MockServer};
//!
//! let server = MockServer::start().await?;
//! server.fault("chat", Fault::status(429).retry_after(2).times(2))?;
//! server.fault("chat", Fault::cut(100).times(1))?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where it is more lenient than the specification
//!
//! [`contract`] is strict; the server is not where stock OpenAI clients would be refused:
//!
//! - A request without `stream` is taken for one with `"stream": false`.
//! - `encoding_format: "base64"` makes embeddings come as base64 of little-endian 32-bit floats.
//! - A query may carry values that an enumeration of the specification does not list yet.
//!
//! # What the documentation of the service leaves open
//!
//! A missing or wrong key is answered with 401. The live service was reported to answer a missing one
//! with 500, which no client could tell from a failure of the service.
//!
//! Of the media API the documentation shows neither what images are listed with, nor how a failed
//! generation looks, nor what an unknown voice or generation is answered with. The mock lists an image
//! with its status and parts of its request, sets `is_failed` and `error`, and answers 404.

pub mod contract;
pub mod expect;

mod answer;
mod api;
mod auth;
mod clock;
mod connection;
mod failure;
mod fault;
mod files;
mod generated;
mod history;
mod in_progress;
mod jobs;
mod lenient;
mod media_build;
mod models;
#[cfg(feature = "httpmock")]
mod on_httpmock;
mod pause;
mod record;
mod reply;
mod router;
mod server;
mod simulate;
mod state;
mod steps;
mod usage;
mod verify;
mod voices;

pub use self::expect::Expectation;
pub use self::fault::{Fault, FaultError, UnknownOperation};
pub use self::generated::{inference, media};
pub use self::media_build::{MediaBuild, UnknownMediaBuild};
pub use self::record::RecordedRequest;
pub use self::server::{MockServer, MockServerBuilder};
pub use self::verify::{BrokenRequest, ContractBroken};
