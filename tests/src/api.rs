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
    pub fn answering(method: &Method, path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|api| api.contract().find(method, path).is_some())
    }

    /// What a request must have in `authorization` and in `ch-api-key`, by the API's usual scheme.
    pub fn key_headers(self, key: &str) -> [Option<String>; 2] {
        match self {
            Self::Inference => [Some(format!("Bearer {key}")), None],
            Self::Media => [None, Some(key.to_owned())],
        }
    }
}
