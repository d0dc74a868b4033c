//! The two APIs, and what is known of each apart from the SDK's types.

use http::Method;
use imagine_mock::contract::Contract;
use imagine_sdk::{Operation, inference, media};

/// An API of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// The inference API.
    Inference,
    /// The audiovisual API.
    Media,
}

impl Api {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Inference, Self::Media];

    /// What the specification says of it.
    pub fn contract(self) -> &'static Contract {
        match self {
            Self::Inference => Contract::inference(),
            Self::Media => Contract::media(),
        }
    }

    /// The SDK's table of its operations.
    pub fn operations(self) -> &'static [&'static Operation] {
        match self {
            Self::Inference => inference::OPERATIONS,
            Self::Media => media::OPERATIONS,
        }
    }

    /// The API that has an operation at this path below the base.
    pub fn find_by_path(method: &Method, path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|api| api.contract().find(method, path).is_some())
    }

    /// The values of `authorization` and `ch-api-key` in a request for an operation, as the document has them.
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
