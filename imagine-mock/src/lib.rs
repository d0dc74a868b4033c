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
//! The live service responds with two builds of the media API in turn, and so does the mock:
//! [`MockServerBuilder::media_build`] (`--media-build` on the command line) chooses one, see [`MediaBuild`].
//!
//! A generation advances when it is polled, not with time. It starts behind two others; the first poll finds it behind
//! one, the second finds it running, the third finds it finished, and so does every further one. Its result can then be
//! downloaded without a key: a PNG of the requested size, at most 2048 pixels wide and high; for animations and videos
//! a GIF of the requested frames, scaled down to 128 pixels; for music, effects and speech a WAV of the requested
//! length, at most five minutes; for models a GLB file.
//!
//! Words in the prompt or the transcript change that:
//!
//! | word | effect |
//! |---|---|
//! | `instantly` | the response to the submission is the finished item |
//! | `explicit_text`, `explicit_image`, `malformed_image`, `out_of_credits` | the generation is rejected for this reason; `/imagine` rejects the request |
//! | any that starts with `fail` | the generation fails for an unknown reason |
//!
//! Generations cost credits, as `/images/costs` lists them. An account has 10 000 unless
//! [`MockServerBuilder::credits`] is set; without enough of them a generation is rejected with 403.
//! [`MockServer::credits`] returns what is left, [`MockServer::accepted`] how many generations were accepted.
//!
//! The service processes one generation request at a time for an account. A second one gets 429, unless
//! [`MockServerBuilder::concurrent_generations`] allows it.
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
//! The documentation of the media API does not show how an unknown voice or generation is answered, nor the body of the
//! 429 response for simultaneous requests. The mock responds with 404 and with an error of the usual form.

pub mod contract;
pub mod expect;

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
mod responses;
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
