//! A mock of the Imagine inference service, over real HTTP.
//!
//! It answers every operation of the API deterministically and by what it was asked, keeps histories
//! and usage, and refuses what the specification does not allow. Tests start it inside their own
//! process; the program `imagine-mock` serves it to anything else, stock OpenAI clients included.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use imagine_mock::MockServer;
//!
//! let server = MockServer::start().await?;
//! println!("IMAGINE_API_ENDPOINT={}", server.endpoint());
//! assert!(server.requests().is_empty());
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

pub mod contract;

mod answer;
mod auth;
mod clock;
mod failure;
mod files;
mod history;
mod lenient;
mod models;
mod record;
mod router;
mod server;
mod simulate;
mod state;
mod usage;

pub use self::record::RecordedRequest;
pub use self::server::{MockServer, MockServerBuilder};
