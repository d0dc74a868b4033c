//! The APIs of the mock, which share one port.

use crate::contract::Contract;

/// An API of the mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// The inference API, at the base path `/v2`.
    Inference,
    /// The media API, at the base path `/media`.
    Media,
    /// The operations of the inference API in the shapes of OpenAI's API, at the base path `/v1`.
    OpenAi,
}

impl Api {
    pub(crate) const ALL: [Self; 3] = [Self::Inference, Self::Media, Self::OpenAi];

    /// Returns the API of a path, with the rest of the path below the base path.
    pub(crate) fn from_path(path: &str) -> Option<(Self, &str)> {
        Self::ALL
            .into_iter()
            .find_map(|api| Some((api, api.strip_base_path(path)?)))
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.name() == name)
    }

    /// Returns the API that has an operation with this id.
    pub(crate) fn from_operation(id: &str) -> Option<Self> {
        let has = |api: &Self| api.contract().operation(id).is_some();
        Self::ALL.into_iter().find(has)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inference => "inference",
            Self::Media => "media",
            Self::OpenAi => "openai",
        }
    }

    /// Returns the base path. That of the inference API includes its version, as in the service.
    pub(crate) fn base_path(self) -> &'static str {
        match self {
            Self::Inference => "/v2",
            Self::Media => "/media",
            Self::OpenAi => "/v1",
        }
    }

    pub(crate) fn contract(self) -> &'static Contract {
        match self {
            Self::Inference => Contract::inference(),
            Self::Media => Contract::media(),
            Self::OpenAi => Contract::openai(),
        }
    }

    fn strip_base_path(self, path: &str) -> Option<&str> {
        path.strip_prefix(self.base_path())
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
