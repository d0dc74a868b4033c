//! A mock of the Imagine service over real HTTP: its inference API and its media API.
//!
//! The mock implements every operation of both APIs deterministically, streams responses, and keeps histories, usage,
//! voices and generations. It rejects requests that violate the specifications. Tests start it in their own process;
//! the program `imagine-mock` serves it to other clients, including unmodified clients of OpenAI's API.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use imagine_mock::MockServer;
//!
//! let server = MockServer::start().await?;
//! println!("IMAGINE_API_ENDPOINT={}", server.inference_endpoint());
//! println!("IMAGINE_MEDIA_ENDPOINT={}", server.media_endpoint());
//! println!("OPENAI_BASE_URL={}", server.openai_endpoint());
//! assert!(server.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! [`MockServer::start_blocking`] starts it from synchronous code.
//!
//! # Expectations
//!
//! A test expects requests with one method for each operation and scripts their responses; see [`expect`].
//! [`MockServer::expect_request`] does the same for requests that no specification describes.
//! [`MockServer::verify_contract`] checks the received requests against the specifications.
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
//! Like the live service, the mock alternates between two builds of the media API.
//! [`MockServerBuilder::media_build`] (`--media-build` on the command line) selects one, see [`MediaBuild`].
//!
//! A generation advances with each poll, not with time. It starts with a queue length of 2. The first poll returns a
//! queue length of 1, the second returns a running generation, and the third and all later ones return a finished one.
//! The result can then be downloaded without a key:
//!
//! - images: a PNG of the requested size, at most 2048 pixels wide and high
//! - animations and videos: a GIF of the requested frames, at most 120, scaled down to 128 pixels, with at most 50
//!   frames per second
//! - music, effects and speech: a WAV of the requested length, at most five minutes
//! - models: a GLB file
//!
//! These limits apply to the files alone: requests may exceed them.
//!
//! Words in the prompt or the transcript change that:
//!
//! | word | effect |
//! |---|---|
//! | `instantly` | the response to the submission is the finished item |
//! | `explicit_text`, `explicit_image`, `malformed_image`, `out_of_credits` | the generation is rejected for this reason; `/imagine` rejects the request |
//! | any that starts with `fail` | the generation fails for an unknown reason |
//!
//! Generations cost the credits that `/images/costs` lists. An account has 10,000 by default; set
//! [`MockServerBuilder::credits`] to change that. Without enough credits a generation is rejected with 403.
//! [`MockServer::credits`] returns the remaining credits, and [`MockServer::accepted`] the number of accepted
//! generations.
//!
//! Like the service, the mock processes one generation request of an account at a time. A second one gets 429, unless
//! [`MockServerBuilder::concurrent_generations`] allows it.
//!
//! # Profiles
//!
//! [`MockServerBuilder::profile`] (`--profile` on the command line) selects the host of the inference API that the mock
//! simulates. [`Profile::Cirrascale`] behaves as users report of live hosts: limits of requests and tokens, tool calls
//! as text, an ignored `response_format`, and truncated output that looks complete.
//!
//! # Faults
//!
//! A [`Fault`] makes the requests for an operation fail: with an error status, a delay, a stall, a truncated or
//! malformed response, or a connection reset. Add it before the start ([`MockServerBuilder::fault`]), while the mock
//! runs ([`MockServer::fault`]) or on the command line (`--fault chat:status=429,retry-after=2,times=2`).
//! [`MockServerBuilder::chaos`] applies random faults, which are the same for the same seed. Every request is recorded
//! with its fault and its execution state.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use imagine_mock::{Fault, MockServer};
//!
//! let server = MockServer::start().await?;
//! server.fault("chat", Fault::status(429).retry_after(2).times(2))?;
//! server.fault("chat", Fault::truncate(100).times(1))?;
//! # Ok(())
//! # }
//! ```
//!
//! # OpenAI's API
//!
//! At [`MockServer::openai_endpoint`], base path `/v1`, the mock offers operations of the inference API in the shapes
//! of OpenAI's API: names of objects, token counts, errors, and streams.
//!
//! | request | operation |
//! |---|---|
//! | `POST /chat/completions` | `chat` |
//! | `POST /completions` | `completion` |
//! | `POST /embeddings` | `embeddings` |
//! | `POST /images/generations` | `images_generate` |
//! | `POST /audio/transcriptions` | `transcribe` |
//! | `GET /models` | `available_models_by_type` |
//! | `GET /models/{model}` | `retrieve_model` |
//!
//! Faults and expectations of an operation apply to both APIs. Requests are recorded, count for usage, and are
//! validated against [`Contract::openai`](contract::Contract::openai). They do not appear in histories. The models are
//! those of the inference API. These fields have an effect: `messages` (with images, tool results and the role
//! `developer`), `tools`, `tool_choice`, `response_format`, `stop`, `max_tokens`, `max_completion_tokens`, `n`,
//! `stream`, `stream_options`; `prompt` as a string, strings or token ids; `input` as strings or token ids,
//! `encoding_format`, `dimensions`; `size`, `seed`; `file`, and the formats `json`, `text` and `verbose_json`. The
//! others are validated and have none.
//!
//! # Admin API
//!
//! While the mock runs, other processes control it by requests without a key. These requests are not recorded, get no
//! faults, and belong to no contract.
//!
//! | request | effect |
//! |---|---|
//! | `GET /__mock/requests` | lists the recorded requests, as [`MockServer::requests`] does |
//! | `DELETE /__mock/requests` | removes the recorded requests |
//! | `GET /__mock/faults` | lists the faults, with the number of requests that each was applied to |
//! | `POST /__mock/faults` | adds faults |
//! | `DELETE /__mock/faults` | removes the faults |
//! | `GET /__mock/expectations` | lists the expectations with their calls, and everything that is unmet |
//! | `POST /__mock/expectations` | adds an expectation |
//! | `DELETE /__mock/expectations` | removes the expectations |
//! | `POST /__mock/reset` | resets the mock, as [`MockServer::reset`] does |
//!
//! The body of a fault has one fault on each line, as on the command line: `chat:status=429,retry-after=2,times=2`. Or
//! it is JSON, an object or a list of objects: `{"operation": "chat", "fault": {"status": 429, "times": 2}}`, where
//! `fault` may be a string.
//!
//! An expectation is a JSON object with exactly one of `operation` and `request`. `then` has at most one of `reply`,
//! `stream`, `tool_calls`, `events` and `json`. All fields:
//!
//! ```json
//! {
//!   "operation": "chat",
//!   "request": "GET /documents/{id}",
//!   "when": {
//!     "json": {}, "json_includes": {}, "fields": {"model": "Llama-3.1-8B"}, "containing": {"messages": "cheese"},
//!     "parameters": {"page": 2}, "arguments": {"id": "7"}, "headers": {"x-depth": "2"}
//!   },
//!   "then": {
//!     "reply": "hi", "stream": ["h", "i"], "tool_calls": [{"name": "get_time", "arguments": {}}],
//!     "events": [{}], "json": {}, "skip_validation": true,
//!     "status": 429, "message": "slower", "retry_after": 2, "headers": {"x-a": "b"},
//!     "delay": "200ms", "chunk_delay": "5ms", "fault": "truncate=10", "times": 1
//!   }
//! }
//! ```
//!
//! An invalid request gets status 400 and `{"error": ".."}`, and changes nothing.
//!
//! # TLS and HTTP/2
//!
//! With the feature `tls`, `MockServerBuilder::tls` (`--tls`) serves TLS with a self-signed certificate, and
//! `MockServerBuilder::http2` (`--h2`) serves HTTP/2 too, with faults of its connections: GOAWAY after some requests,
//! refused streams, and a flow-control window that stays closed. The feature enables aws-lc-rs, the default provider of
//! rustls.
//!
//! # Deviations from the specification
//!
//! [`contract`] is strict. The server is lenient where it would otherwise reject unmodified clients, unless the mock is
//! [strict](MockServerBuilder::strict):
//!
//! - A request without `stream` is treated as one with `"stream": false`.
//! - A field of a request to the inference API may have a value that OpenAI's API accepts: `stop` as a string, the role
//!   `developer`, `prompt` as a list, `input` as token ids, `n`.
//! - A body is ignored if the operation has none.
//! - `from` and `to` of the usage report may have fractions of a second and a time zone.
//! - A query parameter may have a value that is not in the enumeration of the specification.
//!
//! With `encoding_format: "base64"`, embeddings are base64 of little-endian 32-bit floats. One response contains at
//! most 100 images, 128 choices and 4,096 dimensions.
//!
//! # Undocumented behavior of the service
//!
//! A missing or invalid key gets 401. The live service was reported to return 500 for a missing key, which a client
//! could not distinguish from a server error.
//!
//! Recordings that are not WAV files are described by their size.
//!
//! The documentation of the media API does not define the response for an unknown voice or generation, nor the body of
//! the 429 response for concurrent requests. The mock returns 404 and an error body of the usual format.

pub mod contract;
pub mod expect;

mod api;
mod clock;
mod connection;
mod fault;
mod generated;
mod hash;
mod latest;
mod media_file;
mod profile;
mod request_log;
mod response;
mod rule;
mod server;
mod service;

pub use self::api::Api;
pub use self::expect::Expectation;
pub use self::fault::{Fault, FaultError};
pub use self::generated::{inference, media};
pub use self::profile::{Profile, UnknownProfile};
pub use self::request_log::RecordedRequest;
pub use self::rule::UnknownOperation;
#[cfg(feature = "tls")]
pub use self::server::Http2;
pub use self::server::{ContractViolations, MockServer, MockServerBuilder, RequestViolations};
pub use self::service::media_build::{MediaBuild, UnknownMediaBuild};
