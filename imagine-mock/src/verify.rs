//! Holds what a mock was sent against the specifications.

use std::fmt;

use crate::api::Api;
use crate::contract::Violation;
use crate::files;
use crate::record::RecordedRequest;
use crate::server::MockServer;

/// Requests that broke the specification, with everything in which each of them did.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ContractBroken {
    requests: Vec<BrokenRequest>,
}

/// A request that broke the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenRequest {
    /// Its place in [`MockServer::requests`].
    pub index: usize,
    /// Its method and its path.
    pub request: String,
    /// Everything in which it differs from the specification.
    pub violations: Vec<Violation>,
}

impl ContractBroken {
    /// The requests, oldest first.
    pub fn requests(&self) -> &[BrokenRequest] {
        &self.requests
    }
}

/// What the mock was sent, held against the specifications.
impl MockServer {
    /// Makes sure that every request kept to the specification of its API: method, path, query, headers and
    /// body. It is strict where the mock is lenient towards other clients, and it says nothing of keys.
    /// Downloads of files that the mock made are in no specification, and pass.
    ///
    /// It sees the requests that [`requests`](Self::requests) remembers.
    ///
    /// # Errors
    ///
    /// Lists every request that did not, with everything in which it did not. What the offending fields
    /// contained is not in it.
    pub fn verify_contract(&self) -> Result<(), ContractBroken> {
        let requests = self.requests();
        let broken = requests.iter().enumerate();
        let requests: Vec<_> = broken
            .filter_map(|(index, request)| {
                Some(broken_request(index, request, violations(request)?))
            })
            .collect();
        if requests.is_empty() {
            Ok(())
        } else {
            Err(ContractBroken { requests })
        }
    }

    /// Asserts that every request kept to the specification.
    ///
    /// # Panics
    ///
    /// Panics with the list that [`verify_contract`](Self::verify_contract) gives, where one did not.
    #[track_caller]
    pub fn assert_contract(&self) {
        let broken = self.verify_contract().err();
        let report = broken.map(|broken| broken.to_string()).unwrap_or_default();
        assert!(report.is_empty(), "{report}");
    }
}

fn violations(request: &RecordedRequest) -> Option<Vec<Violation>> {
    if files::is_download(&request.method, &request.path) {
        return None;
    }
    let Some(api) = request.api.and_then(Api::named) else {
        let bases = Api::ALL.map(Api::base).join(" and ");
        let message = format!("lies below none of {bases}");
        return Some(vec![Violation::new("path", "base", message)]);
    };
    api.contract().check_request(&request.parts()).err()
}

fn broken_request(
    index: usize,
    request: &RecordedRequest,
    violations: Vec<Violation>,
) -> BrokenRequest {
    BrokenRequest {
        index,
        request: format!("{} {}", request.method, request.path),
        violations,
    }
}

impl fmt::Display for ContractBroken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the specification was broken by {} request(s):",
            self.requests.len()
        )?;
        for broken in &self.requests {
            write!(
                formatter,
                "\n  request {}, {}:",
                broken.index, broken.request
            )?;
            for violation in &broken.violations {
                write!(formatter, "\n    {violation}")?;
            }
        }
        Ok(())
    }
}
