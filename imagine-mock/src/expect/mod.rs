//! Typed expectations: conditions for requests, and scripted responses.
//!
//! [`MockServer::inference`](crate::MockServer::inference) and its like return an API of the mock, which has a method
//! for each operation, `expect_` and the name of the operation. [`MockServer`](crate::MockServer) itself has those of
//! the inference API and the media API too. A method takes a closure that sets the conditions for the requests
//! ([`When`]) and their response ([`Then`]). It returns an [`Expectation`], which counts the calls.
//!
//! An API without a simulation responds with examples of its schemas where no expectation applies.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use imagine_mock::MockServer;
//! use imagine_mock::expect::containing;
//!
//! let server = MockServer::start().await?;
//! let busy = server.expect_chat(|_, then| then.status(429).retry_after(0).times(1));
//! let cheese = server.expect_chat(|when, then| {
//!     when.model("Llama-3.1-8B").messages(containing("cheese"));
//!     then.stream(["Man", "chego"])
//! });
//! # let builder = imagine_sdk::Client::builder().endpoint(server.inference_endpoint());
//! # let client = builder.api_key("a-key").build()?;
//! let reply = client.chat("Best Spanish cheese?").await?;
//! assert_eq!(reply.text().as_deref(), Some("Manchego"));
//! busy.assert();
//! cheese.assert_calls(1);
//! server.assert_contract();
//! # Ok(())
//! # }
//! ```
//!
//! # Matching
//!
//! Expectations apply to requests with a valid key that conform to the specification; all others get an error response.
//! The first matching expectation responds, in the order of creation, unless it is exhausted. So [`Then::times`]
//! creates sequences.
//!
//! If an operation has expectations and none matches, the request gets status 501, which clients do not retry. The
//! error message reports the closest expectation, its mismatches, and the request. Operations without expectations get
//! a simulated response, or 501 if the mock is [strict](crate::MockServerBuilder::strict).

mod condition;
mod expectation;
mod expectations;
mod from_json;
mod json;
mod match_request;
mod matcher;
mod registered;
mod report;
mod request_view;
mod script;
mod then;
mod when;

pub use self::expectation::Expectation;
pub(crate) use self::expectations::Expectations;
pub(crate) use self::match_request::{Matched, match_call, match_request};
pub use self::matcher::{
    IntoMatcher, JsonBoolean, JsonInteger, JsonNumber, JsonString, JsonValue, Matcher, any,
    containing, missing, predicate,
};
pub use self::then::Then;
pub use self::when::When;
pub use crate::response::StreamedEvent;

use crate::api::Api;
use crate::generated::{inference, media};

/// A marker type for an operation. Modules such as [`inference`] and [`media`] define one for each operation of their
/// specifications.
pub trait Operation {
    /// The API.
    const API: Api;

    /// The name in the specification, for instance `chat`.
    const ID: &'static str;
}

/// An operation that can return a stream of events.
pub trait StreamingOperation: Operation {}

/// An operation whose responses may be events: one that can return a stream, or an [`OwnOperation`].
pub trait EventOperation {}

impl<O: StreamingOperation> EventOperation for O {}
impl EventOperation for OwnOperation {}

/// An operation that returns text.
pub trait TextOperation: Operation {}

macro_rules! text_operations {
    ($($operation:ty),+) => {
        $(impl TextOperation for $operation {})+

        /// The operations that return text.
        const TEXT_OPERATIONS: &[(Api, &str)] =
            &[$((<$operation as Operation>::API, <$operation as Operation>::ID)),+];
    };
}

text_operations!(
    inference::Chat,
    inference::Completion,
    inference::Translate,
    inference::Transcribe,
    media::Prompt,
    media::Stt
);

/// An operation that returns tool calls.
pub trait ToolOperation: Operation {}

impl ToolOperation for inference::Chat {}
impl ToolOperation for media::Prompt {}

/// An operation that returns images in base64.
pub trait ImageOperation: Operation {}

impl ImageOperation for inference::ImagesGenerate {}

/// A marker type for the operations of [`MockServer::expect_request`](crate::MockServer::expect_request), which no
/// specification describes.
#[derive(Clone, Copy, Debug)]
pub struct OwnOperation;

/// The error for unmet expectations and unmatched requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expectations were not met:\n  {}", .problems.join("\n  "))]
pub struct UnmetExpectations {
    problems: Vec<String>,
}
