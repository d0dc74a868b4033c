//! The header of the API key.

use std::fmt;

use http::{HeaderName, header};

/// The header that contains the API key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// `Authorization: Bearer <key>`.
    Bearer,
    /// `CH-API-KEY: <key>`.
    ChApiKey,
    /// `Authorization: <key>`, without a prefix.
    Authorization,
    /// The key in a header of this name, without a prefix.
    Header(HeaderName),
}

impl AuthScheme {
    /// Returns the name of the header.
    pub(crate) fn header(&self) -> HeaderName {
        match self {
            Self::Bearer | Self::Authorization => header::AUTHORIZATION,
            Self::ChApiKey => HeaderName::from_static("ch-api-key"),
            Self::Header(name) => name.clone(),
        }
    }
}

/// The header and the prefix, as error messages name them.
impl fmt::Display for AuthScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer => "Authorization: Bearer",
            Self::ChApiKey => "CH-API-KEY",
            Self::Authorization => "Authorization",
            Self::Header(name) => name.as_str(),
        })
    }
}
