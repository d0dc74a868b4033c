//! Test support: a mock transport without sockets and servers.
//!
//! It requires the feature `testing`, which belongs in the `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! imagine-sdk = { version = "0.1", features = ["testing"] }
//! ```
//!
//! A [`MockTransport`] responds from a script or with a function, and records the requests:
//!
#![cfg_attr(feature = "inference", doc = "```")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use imagine_sdk::Client;
//! use imagine_sdk::testing::{MockTransport, MockResponse};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let transport = MockTransport::new([
//!     MockResponse::status(503).retry_after(0),
//!     MockResponse::stream(["Man", "chego"]),
//! ]);
//! let client = Client::builder()
//!     .endpoint("https://service.test/v2")
//!     .api_key("any")
//!     .transport(transport.clone())
//!     .build()?;
//!
//! let reply = client.chat("Best Spanish cheese?").await?; // the 503 is retried
//! assert_eq!(reply.text().as_deref(), Some("Manchego"));
//! let [_, retry] = &transport.requests()[..] else { panic!("two requests") };
//! assert_eq!(retry.uri().path(), "/v2/chat/completions");
//! # Ok::<(), imagine_sdk::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Outputs of models
//!
//! [`MockResponse::reply`], [`stream`](MockResponse::stream), [`tool_calls`](MockResponse::tool_calls) and
//! [`images`](MockResponse::images) define the output of a model, and [`usage`](MockResponse::usage) and
//! [`finish_reason`](MockResponse::finish_reason) refine it. The path of the request defines the shape of the response,
//! and its field `stream` the encoding: buffered, or a stream. The names are those of the mock server in `imagine-mock`.
//!
//! # Streams and failures
//!
#![cfg_attr(feature = "inference", doc = "```")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use imagine_sdk::testing::{MockTransport, MockResponse};
//! use imagine_sdk::{Bytes, Client};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! // One event in two chunks, followed by a connection failure.
//! let chunks = ["data: {\"choices\": [{\"del", "ta\": {\"content\": \"Once\"}}]}\n\n"];
//! let transport = MockTransport::new([MockResponse::event_bytes(chunks.map(Bytes::from)).then_fails()]);
//! let builder = Client::builder().endpoint("https://service.test/v2").api_key("any");
//! let client = builder.transport(transport).build()?;
//!
//! let mut stream = client.chat("A story").stream().await?;
//! let first = stream.next().await.expect("an event")?;
//! assert_eq!(first.text().as_deref(), Some("Once"));
//! let error = stream.next().await.expect("an end").unwrap_err();
//! assert!(error.is_truncated());
//! # Ok::<(), imagine_sdk::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Responses without a client
//!
//! Response types may gain fields, so they cannot be constructed as literals. Deserialize them from JSON. Missing
//! fields are allowed, as in responses of the service.
//!
//! ```
//! use imagine_sdk::inference::ChatCompletionResponse;
//! use serde_json::json;
//!
//! fn shout(reply: &ChatCompletionResponse) -> String {
//!     reply.text().unwrap_or_default().to_uppercase()
//! }
//!
//! let reply = serde_json::from_value(json!({"choices": [{"message": {"content": "cheese"}}]}))?;
//! assert_eq!(shout(&reply), "CHEESE");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod output;
mod response;
mod transport;

pub use self::response::MockResponse;
pub use self::transport::MockTransport;
