//! Runs of an operation over many inputs: a list, a file or a table of any size.
//!
//! A method such as [`embed_all`](crate::InferenceClient::embed_all) takes any iterator, or any stream in
//! [`from_stream`], and sends it in batches. Await it for all results, or read them as a [`BulkStream`]:
//!
#![cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#![cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = imagine_mock::MockServer::start().await?;
//! # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
//! let documents = (0..1000).map(|number| format!("document {number}"));
//!
//! let mut rows = client.embed_all(documents).batch(100).concurrency(4).stream().await?;
//! while let Some(row) = rows.next().await {
//!     match row.result {
//!         Ok(vector) => println!("{}: {} dimensions", row.index, vector.len()),
//!         Err(error) => eprintln!("{error}"), // names the row
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Order, memory and duplicates
//!
//! Results are in the order of the inputs, and each has its own `Result`. At most 4 × batch × concurrency inputs are
//! read ahead of the next result, so memory does not depend on the number of inputs. An input that equals one of those,
//! or one of the last 1,024 distinct inputs ([`deduplicate`](Bulk::deduplicate)), is not sent: it gets the same result.
//!
//! # Failures
//!
//! The calls of a batch are retried by the client. Beyond that, a batch is
//!
//! - halved if the service rejects its size (413, "too many inputs") or it times out. Later batches have the smaller
//!   size, and grow after a number of successes;
//! - halved until the rejected row is alone, if the service rejects the request for another reason;
//! - resent up to 8 times after transient failures and malformed responses, if the operation is idempotent or did
//!   not start. After that it is halved too, as long as other batches show that the service works;
//! - resent up to 100 times after a 429;
//! - sent when the rate limits of the client allow it, however long that takes.
//!
//! Only the affected rows fail. An error that all rows would have halts the run: nothing further is sent, and the
//! remaining rows fail with it. Such errors concern the key, the quota, the budget, the configuration, the journal, or
//! a missing model or endpoint.
//!
//! # Journals
//!
//! With a [`journal`](Bulk::journal), a run that was killed continues where it stopped.
//!
//! # Synchronous programs
//!
//! With the feature `blocking`, the blocking clients have the same methods: `send` returns all results, and `stream`
//! returns an iterator.

mod batch;
mod batch_size;
mod builder;
mod decide;
mod engine;
mod input;
mod journal;
mod operations;
mod progress;
mod row;
mod seen;
mod stream;
mod window;

pub use self::builder::Bulk;
pub use self::input::{FromStream, Inputs, Text, from_stream};
pub use self::operations::{BulkOperation, Each};
#[cfg(feature = "inference")]
pub use self::operations::{ChatAll, EmbedAll, Pair, RerankAll, TranscribeAll, TranslateAll};
#[cfg(feature = "media")]
pub use self::operations::{Submission, SubmitAll};
pub use self::progress::Progress;
pub use self::row::{Row, RowError};
pub use self::stream::BulkStream;
