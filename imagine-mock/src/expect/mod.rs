//! Typed expectations: what a test says of the requests that are to come, and of their responses.
//!
//! [`MockServer`] has a method for each operation of both APIs, `expect_` and the operation's name. It takes
//! a closure that says what the requests are like ([`When`]) and how they are answered ([`Then`]), and gives
//! back an [`Expectation`] to ask afterwards.
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
//! # let client = imagine_sdk::Client::builder().endpoint(server.endpoint()).api_key("a-key").build()?;
//! let reply = client.chat("Best Spanish cheese?").await?;
//! assert_eq!(reply.text().as_deref(), Some("Manchego"));
//! busy.assert();
//! cheese.assert_calls(1);
//! server.assert_contract();
//! # Ok(())
//! # }
//! ```
//!
//! # Which requests meet them
//!
//! A request has to call the operation with a good key and to keep to the specification; one that does not
//! is refused as ever. It is answered by the first expectation that matches and may still answer, in the
//! order in which they were made, so [`Then::times`] makes sequences.
//!
//! Where something is expected of an operation and nothing matches, the request is refused with status 501,
//! which no client tries again, and with a report: which expectation came closest, in what the request
//! differed, and what arrived. Operations of which nothing is expected are answered by the mock as without
//! expectations, or refused as well where it is [strict](crate::MockServerBuilder::strict).

mod compare;
mod condition;
mod expectation;
mod expectations;
mod expected;
mod matcher;
mod meet;
mod report;
mod script;
mod seen;
mod then;
mod when;

use std::panic::Location;
use std::sync::Arc;

pub use self::expectation::Expectation;
pub(crate) use self::expectations::Expectations;
pub use self::matcher::{
    Flag, Integer, Json, Matcher, Matches, Number, Text, absent, containing, present, satisfying,
};
pub(crate) use self::meet::{Met, meet};
pub use self::then::Then;
pub use self::when::When;

use self::expected::Expected;
use crate::MockServer;
use crate::api::Api;
use crate::generated::{inference, media};

/// An operation, as a type. There is one for each of both specifications, in [`inference`]
/// and [`media`].
pub trait Operation {
    /// Its name in the specification, for instance `chat`.
    const ID: &'static str;
}

/// An operation that can answer with a stream of events.
pub trait Streams: Operation {}

/// An operation that answers with a text.
pub trait Speaks: Operation {}

impl Speaks for inference::Chat {}
impl Speaks for inference::Completion {}
impl Speaks for inference::Translate {}
impl Speaks for inference::Transcribe {}
impl Speaks for media::Prompt {}
impl Speaks for media::Stt {}

/// What has been expected.
impl MockServer {
    /// Expects requests for the operation `O`, and answers them as the closure says.
    ///
    /// # Panics
    ///
    /// Panics where the response is not what the specification allows, and lists in what it differs.
    #[track_caller]
    pub fn expect<O: Operation, R>(
        &self,
        script: impl FnOnce(When<O>, Then<O>) -> R,
    ) -> Expectation {
        let (when, then) = (When::new(), Then::new());
        drop(script(when.clone(), then.clone()));
        let script = then.into_script();
        let problems = Api::of_operation(O::ID).map(|api| script.problems(api.contract(), O::ID));
        let problems = problems.unwrap_or_default().join("; ");
        assert!(
            problems.is_empty(),
            "the response that is scripted for `{}` is not proper: {problems}; `unchecked` allows it",
            O::ID
        );
        let said_at = Location::caller();
        let expected = Expected::new(O::ID, when.into_conditions(), script, said_at);
        let expected = Arc::new(expected);
        self.expectations().add(Arc::clone(&expected));
        Expectation::new(expected)
    }

    /// Forgets what was expected, and what did not match.
    pub fn clear_expectations(&self) {
        self.expectations().clear();
    }

    /// Makes sure that every expectation was met, as [`Expectation::assert`] does for one, and that no
    /// request was refused for matching none.
    ///
    /// # Errors
    ///
    /// Lists what was not met, and what came instead.
    pub fn verify_expectations(&self) -> Result<(), Unmet> {
        let expected = self.expectations().all();
        let counts = expected.iter().filter_map(|one| one.wrong_count(None));
        let problems: Vec<_> = counts.chain(self.expectations().unmatched()).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Unmet { problems })
        }
    }
}

/// Expectations were not met, or requests matched none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was expected did not come:\n  {}", .problems.join("\n  "))]
pub struct Unmet {
    problems: Vec<String>,
}
