//! The expectations of a mock.

use super::MockServer;
use crate::expect::{Expectation, Operation, OwnOperation, Then, UnmetExpectations, When};
use crate::rule::Scope;

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
        self.expectations()
            .register(Scope::Operation(O::API, O::ID), script)
    }

    /// Expects requests with a method and a path, for operations that the specifications lack.
    ///
    /// The path is the one below the base path of any API, or the complete one, and may contain parameters:
    /// `/documents/{id}`. Requests need a valid key and are not validated. They take precedence over an operation of
    /// a specification at the same path. [`verify_contract`](Self::verify_contract) ignores them. The response has
    /// status 200 and no body, unless the closure scripts another one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// use imagine_mock::MockServer;
    /// use imagine_mock::expect::containing;
    /// use serde_json::json;
    ///
    /// let server = MockServer::start().await?;
    /// let summarize = server.expect_request("POST", "/summarize", |when, then| {
    ///     when.field("text", containing("cheese"));
    ///     then.json(json!({"summary": "It is about cheese."}))
    /// });
    /// assert_eq!(summarize.calls(), 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the method is invalid, the path does not start with `/`, or an argument of the response is invalid.
    #[track_caller]
    pub fn expect_request<R>(
        &self,
        method: &str,
        path: &str,
        script: impl FnOnce(When<OwnOperation>, Then<OwnOperation>) -> R,
    ) -> Expectation {
        self.expectations()
            .register(Scope::request(method, path), script)
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
        self.expectations().verify()
    }
}
