//! Typed expectations: conditions for requests, and scripted responses.
//!
//! [`MockServer`] has a method for each operation of both APIs, `expect_` and the name of the operation. It takes a
//! closure that sets the conditions for the requests ([`When`]) and their response ([`Then`]). It returns an
//! [`Expectation`], which counts the calls.
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
mod json;
mod match_request;
mod matcher;
mod registered;
mod report;
mod request_view;
mod script;
mod then;
mod when;

use std::panic::Location;
use std::sync::Arc;

pub use self::expectation::Expectation;
pub(crate) use self::expectations::Expectations;
pub(crate) use self::match_request::{Matched, match_request};
pub use self::matcher::{
    IntoMatcher, JsonBoolean, JsonInteger, JsonNumber, JsonString, JsonValue, Matcher, any,
    containing, missing, predicate,
};
pub use self::then::Then;
pub use self::when::When;

use self::registered::RegisteredExpectation;
use crate::MockServer;
use crate::api::Api;
use crate::generated::{inference, media};

/// A marker type for an operation. [`inference`] and [`media`] define one for each operation of the specifications.
pub trait Operation {
    /// The name in the specification, for instance `chat`.
    const ID: &'static str;
}

/// An operation that can return a stream of events.
pub trait StreamingOperation: Operation {}

/// An operation that returns text.
pub trait TextOperation: Operation {}

impl TextOperation for inference::Chat {}
impl TextOperation for inference::Completion {}
impl TextOperation for inference::Translate {}
impl TextOperation for inference::Transcribe {}
impl TextOperation for media::Prompt {}
impl TextOperation for media::Stt {}

/// Expectations of any operation.
impl MockServer {
    /// Expects requests for the operation `O` and responds as the closure scripts.
    ///
    /// # Panics
    ///
    /// Panics if the scripted response violates the specification, and lists the violations.
    #[track_caller]
    pub fn expect<O: Operation, R>(
        &self,
        script: impl FnOnce(When<O>, Then<O>) -> R,
    ) -> Expectation {
        let (when, then) = (When::new(), Then::new());
        drop(script(when.clone(), then.clone()));
        let script = then.into_script();
        let problems = Api::from_operation(O::ID).map(|api| script.problems(api.contract(), O::ID));
        let problems = problems.unwrap_or_default().join("; ");
        assert!(
            problems.is_empty(),
            "invalid scripted response for `{}`: {problems}; `skip_validation` allows violations of the specification",
            O::ID
        );
        let location = Location::caller();
        let expectation =
            RegisteredExpectation::new(O::ID, when.into_conditions(), script, location);
        let expectation = Arc::new(expectation);
        self.expectations().add(Arc::clone(&expectation));
        Expectation::new(expectation)
    }

    /// Removes all expectations and the reports of unmatched requests.
    pub fn clear_expectations(&self) {
        self.expectations().clear();
    }

    /// Verifies all expectations, as [`Expectation::assert`] does for one, and that no request was unmatched.
    ///
    /// # Errors
    ///
    /// Lists the unmet expectations and the unmatched requests.
    pub fn verify_expectations(&self) -> Result<(), UnmetExpectations> {
        let expectations = self.expectations().all();
        let counts = expectations
            .iter()
            .filter_map(|expectation| expectation.wrong_call_count(None));
        let problems: Vec<_> = counts.chain(self.expectations().unmatched()).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(UnmetExpectations { problems })
        }
    }
}

/// The error for unmet expectations and unmatched requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expectations were not met:\n  {}", .problems.join("\n  "))]
pub struct UnmetExpectations {
    problems: Vec<String>,
}
