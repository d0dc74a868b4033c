//! The two APIs and their contracts, independent of the SDK's types.
//!
//! They are named by hand, as their cases in `cases/` are written by hand: another API has no test here without both.

use http::Method;
use imagine_mock::contract::{Contract, RequestParts, Violation};
use imagine_sdk::{Operation, inference, media};

/// An API of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// The inference API.
    Inference,
    /// The media API.
    Media,
}

impl Api {
    /// Both APIs.
    pub const ALL: [Self; 2] = [Self::Inference, Self::Media];

    /// Returns the contract of the API's specification.
    pub fn contract(self) -> &'static Contract {
        match self {
            Self::Inference => Contract::inference(),
            Self::Media => Contract::media(),
        }
    }

    /// Returns the id of the operation that a request calls, or its violations of the specification.
    pub fn called_operation(
        self,
        request: &RequestParts<'_>,
    ) -> Result<&'static str, Vec<Violation>> {
        let checked = self.contract().check_request(request);
        let mut violations = checked.err().unwrap_or_default();
        // Structured output sends this field, which the specification of the inference API does not have.
        violations.retain(|violation| violation.location != "body/response_format");
        match violations.is_empty() {
            true => Ok(self.operation_at(request)),
            false => Err(violations),
        }
    }

    fn operation_at(self, request: &RequestParts<'_>) -> &'static str {
        let found = self.contract().find(request.method, request.path);
        &found.unwrap().0.id
    }

    /// Returns the SDK's operation table.
    pub fn operations(self) -> &'static [&'static Operation] {
        match self {
            Self::Inference => inference::OPERATIONS,
            Self::Media => media::OPERATIONS,
        }
    }

    /// Returns the API that has an operation at this path below the base path.
    pub fn find_by_path(method: &Method, path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|api| api.contract().find(method, path).is_some())
    }

    /// Returns the specified values of `authorization` and `ch-api-key` for an operation.
    pub fn key_headers(self, operation: &str, key: &str) -> [Option<String>; 2] {
        let operation = self.contract().operation(operation).unwrap();
        match (self, operation.authentication.as_str()) {
            (_, "none") => [None, None],
            (Self::Inference, "client") => [Some(format!("Bearer {key}")), None],
            (Self::Media, "client") => [None, Some(key.to_owned())],
            (_, "authorization") => [Some(key.to_owned()), None],
            (_, other) => panic!("no test knows the scheme {other}"),
        }
    }
}
