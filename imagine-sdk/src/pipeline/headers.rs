//! The headers that all requests of a client have in common.

use std::fmt;

use http::{HeaderMap, HeaderValue, header};

use crate::request::{self, header_field};

/// The SDK in the header `user-agent`.
const USER_AGENT: &str = concat!("imagine-sdk/", env!("CARGO_PKG_VERSION"));

/// The headers of a buffered JSON request. They are assembled once, because copying them is faster than inserting each.
#[derive(Clone)]
pub(crate) struct DefaultHeaders {
    /// For the endpoint's origin, with the caller's headers, whose values may be secret.
    own: HeaderMap,
    /// For other origins.
    foreign: HeaderMap,
}

impl DefaultHeaders {
    /// Assembles the headers.
    ///
    /// # Errors
    ///
    /// The name of the header that HTTP does not allow, or that the client sets itself.
    pub(crate) fn new<'a>(
        suffix: Option<&str>,
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, &'a str> {
        let user_agent = match suffix {
            Some(suffix) => HeaderValue::try_from(format!("{USER_AGENT} {}", suffix.trim())),
            None => Ok(HeaderValue::from_static(USER_AGENT)),
        };
        let user_agent = user_agent.map_err(|_| header::USER_AGENT.as_str())?;
        let given = given
            .into_iter()
            .map(|(name, value)| header_field(name, value).ok_or(name));
        let foreign = HeaderMap::from_iter([(header::USER_AGENT, user_agent)]);
        let mut own = foreign.clone();
        own.extend(given.collect::<Result<HeaderMap, _>>()?);
        Ok(Self {
            own: request::default_headers(own),
            foreign: request::default_headers(foreign),
        })
    }

    /// Returns a copy of the headers for a request to the endpoint's origin, or to another one.
    pub(super) fn copy(&self, is_own_origin: bool) -> HeaderMap {
        match is_own_origin {
            true => self.own.clone(),
            false => self.foreign.clone(),
        }
    }
}

impl fmt::Debug for DefaultHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultHeaders")
            .field("own", &self.own.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
