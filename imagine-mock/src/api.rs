//! The two APIs of the service, side by side on one port.

use crate::contract::Contract;

/// One of the APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Inference,
    Media,
}

impl Api {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Inference, Self::Media];

    /// The API that a path belongs to, with the path below its base.
    pub(crate) fn of(path: &str) -> Option<(Self, &str)> {
        Self::ALL
            .into_iter()
            .find_map(|api| Some((api, api.below(path)?)))
    }

    /// The API of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.name() == name)
    }

    /// The API that has an operation of this name.
    pub(crate) fn of_operation(id: &str) -> Option<Self> {
        let has = |api: &Self| api.contract().operation(id).is_some();
        Self::ALL.into_iter().find(has)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inference => "inference",
            Self::Media => "media",
        }
    }

    /// The path that the API lies below. That of inference includes its version, as the service's own does.
    pub(crate) fn base(self) -> &'static str {
        match self {
            Self::Inference => "/v2",
            Self::Media => "/media",
        }
    }

    pub(crate) fn contract(self) -> &'static Contract {
        match self {
            Self::Inference => Contract::inference(),
            Self::Media => Contract::media(),
        }
    }

    fn below(self, path: &str) -> Option<&str> {
        path.strip_prefix(self.base())
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
