//! The APIs of the mock, which share one port.

#[rustfmt::skip]
mod generated;

pub use self::generated::Api;

use crate::contract::Contract;

/// The properties of an API.
struct Row {
    name: &'static str,
    /// The first one is part of the endpoint.
    base_paths: &'static [&'static str],
    /// The header of the key: `bearer`, `authorization`, or the name of another header.
    key_header: &'static str,
    contract: fn() -> &'static Contract,
}

const OPENAI: Row = Row {
    name: "openai",
    base_paths: &["/v1"],
    key_header: "bearer",
    contract: Contract::openai,
};

impl Api {
    /// Returns the API of a path, with the rest of the path below the longest base path.
    pub(crate) fn from_path(path: &str) -> Option<(Self, &str)> {
        let bases = Self::ALL.iter().flat_map(|api| {
            let bases = api.row().base_paths.iter();
            bases.map(move |base| (*api, *base))
        });
        let found = bases.filter_map(|(api, base)| Some((api, strip_base_path(path, base)?)));
        found.min_by_key(|(_, rest)| rest.len())
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|api| api.name() == name)
    }

    /// Returns the first API that has an operation with this id.
    pub(crate) fn from_operation(id: &str) -> Option<Self> {
        let has = |api: &Self| api.contract().operation(id).is_some();
        Self::ALL.iter().copied().find(has)
    }

    /// Returns the API that defines an operation of this one: that of OpenAI shares those of the inference API.
    pub(crate) fn owner(self, id: &str) -> Self {
        match self {
            Self::OpenAi if Self::Inference.contract().operation(id).is_some() => Self::Inference,
            other => other,
        }
    }

    /// Returns whether the mock simulates operations of the inference API.
    pub(crate) fn is_inference(self) -> bool {
        matches!(self, Self::Inference | Self::OpenAi)
    }

    /// Returns the name, such as `inference`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the base path of the endpoint. That of the inference API includes its version, as in the service.
    pub(crate) fn base_path(self) -> &'static str {
        self.row().base_paths.first().copied().unwrap_or_default()
    }

    pub(crate) fn key_header(self) -> &'static str {
        self.row().key_header
    }

    pub(crate) fn contract(self) -> &'static Contract {
        (self.row().contract)()
    }
}

fn strip_base_path<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    path.strip_prefix(base)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}
