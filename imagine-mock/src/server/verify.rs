//! Checks the recorded requests against the specifications.

use std::fmt;

use crate::api::Api;
use crate::contract::Violation;
use crate::request_log::RecordedRequest;
use crate::server::MockServer;
use crate::service::backend::files;

/// The error for requests that violate the specification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ContractViolations {
    requests: Vec<RequestViolations>,
}

/// A request that violates the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestViolations {
    /// The index in [`MockServer::requests`].
    pub index: usize,
    /// The method and the path.
    pub request: String,
    /// All differences from the specification.
    pub violations: Vec<Violation>,
}

impl ContractViolations {
    /// Returns the requests with violations, oldest first.
    pub fn requests(&self) -> &[RequestViolations] {
        &self.requests
    }
}

/// Contract verification of the recorded requests.
impl MockServer {
    /// Verifies that every request conforms to the specification of its API: method, path, query, headers and body.
    ///
    /// The check is strict where the mock is lenient towards other clients. A field or a query parameter that the
    /// specification does not have is a violation, because it may be misspelled, unless
    /// [`with_extra_field`](crate::MockServerBuilder::with_extra_field) allows it. The check ignores API keys, and
    /// downloads of files that the mock created and requests of [`expect_request`](Self::expect_request), which no
    /// specification describes. It covers the requests that [`requests`](Self::requests) returns.
    ///
    /// # Errors
    ///
    /// Lists every request with violations, and all of its violations. The error never contains field values.
    pub fn verify_contract(&self) -> Result<(), ContractViolations> {
        let requests = self.requests();
        let requests: Vec<_> = requests
            .iter()
            .enumerate()
            .filter_map(|(index, request)| {
                Some(request_violations(
                    index,
                    request,
                    self.violations(request)?,
                ))
            })
            .collect();
        if requests.is_empty() {
            Ok(())
        } else {
            Err(ContractViolations { requests })
        }
    }

    /// Asserts that every request conforms to the specification.
    ///
    /// # Panics
    ///
    /// Panics with the error of [`verify_contract`](Self::verify_contract).
    #[track_caller]
    pub fn assert_contract(&self) {
        let error = self.verify_contract().err();
        let report = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(report.is_empty(), "{report}");
    }

    fn violations(&self, request: &RecordedRequest) -> Option<Vec<Violation>> {
        if request.is_expected || files::is_download(&request.method, &request.path) {
            return None;
        }
        let Some(api) = request.api.and_then(Api::from_name) else {
            let base_paths = Api::ALL.iter().map(|api| api.base_path());
            let base_paths = base_paths.collect::<Vec<_>>().join(" or ");
            let message = format!("does not start with {base_paths}");
            return Some(vec![Violation::new("path", "base", message)]);
        };
        let mut violations = api.contract().check_request(&request.parts()).err()?;
        let called = api.contract().find(&request.method, &request.path);
        let called = called.map(|(operation, _)| (api.owner(&operation.id), operation.id.as_str()));
        let called = request.called(called);
        violations.retain(|violation| !self.extra_fields().allows(&called, violation));
        (!violations.is_empty()).then_some(violations)
    }
}

fn request_violations(
    index: usize,
    request: &RecordedRequest,
    violations: Vec<Violation>,
) -> RequestViolations {
    RequestViolations {
        index,
        request: format!("{} {}", request.method, request.path),
        violations,
    }
}

impl fmt::Display for ContractViolations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} request(s) violate the specification:",
            self.requests.len()
        )?;
        for request in &self.requests {
            write!(
                formatter,
                "\n  request {}, {}:",
                request.index, request.request
            )?;
            for violation in &request.violations {
                write!(formatter, "\n    {violation}")?;
            }
        }
        Ok(())
    }
}
