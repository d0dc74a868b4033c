//! What a test of your own program needs: a transport in memory, with no socket and no server.
//!
//! It comes with the feature `testing`, which belongs into the `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! imagine-sdk = { version = "0.1", features = ["testing"] }
//! ```
//!
//! A [`MemoryTransport`] answers by a script, or by a rule, and keeps what it was sent:
//!
#![cfg_attr(feature = "inference", doc = "```")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use imagine_sdk::Client;
//! use imagine_sdk::testing::{MemoryTransport, Reply};
//! use serde_json::json;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let transport = MemoryTransport::new([
//!     Reply::status(503).header("retry-after", "0"),
//!     Reply::json(&json!({"choices": [{"message": {"role": "assistant", "content": "Manchego"}}]})),
//! ]);
//! let client = Client::builder()
//!     .endpoint("https://service.test/v2")
//!     .api_key("any")
//!     .transport(transport.clone())
//!     .build()?;
//!
//! let reply = client.chat("Best Spanish cheese?").await?; // busy at first, and asked again
//! assert_eq!(reply.first_content().as_deref(), Some("Manchego"));
//! let [_, again] = &transport.requests()[..] else { panic!("two requests") };
//! assert_eq!(again.uri().path(), "/v2/chat/completions");
//! # Ok::<(), imagine_sdk::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Streams and failures
//!
#![cfg_attr(feature = "inference", doc = "```")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use imagine_sdk::testing::{MemoryTransport, Reply};
//! use imagine_sdk::{Bytes, Client};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! // One event in two pieces, and then the connection breaks.
//! let pieces = ["data: {\"choices\": [{\"del", "ta\": {\"content\": \"Once\"}}]}\n\n"];
//! let transport = MemoryTransport::new([Reply::events(pieces.map(Bytes::from)).then_fails()]);
//! let builder = Client::builder().endpoint("https://service.test/v2").api_key("any");
//! let client = builder.transport(transport).build()?;
//!
//! let mut stream = client.chat("A story").stream().await?;
//! let first = stream.next().await.expect("an event")?;
//! assert_eq!(first.first_content().as_deref(), Some("Once"));
//! let error = stream.next().await.expect("an end").unwrap_err();
//! assert!(error.is_cut());
//! # Ok::<(), imagine_sdk::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Answers without a client
//!
//! What the service answers can grow, so its types cannot be written as literals. They are read from JSON, as
//! tolerantly as from the service: what a test does not care about may be left out.
//!
//! ```
//! use imagine_sdk::inference::ChatCompletionResponse;
//! use serde_json::json;
//!
//! fn shout(reply: &ChatCompletionResponse) -> String {
//!     reply.first_content().unwrap_or_default().to_uppercase()
//! }
//!
//! let reply = serde_json::from_value(json!({"choices": [{"message": {"content": "cheese"}}]}))?;
//! assert_eq!(shout(&reply), "CHEESE");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod memory;
mod reply;

pub use self::memory::MemoryTransport;
pub use self::reply::Reply;
