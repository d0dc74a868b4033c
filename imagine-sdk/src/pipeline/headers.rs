//! The headers that every request of a client carries, unless the call sets them itself.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::home::Home;
use crate::call::is_reserved;

/// What the SDK calls itself.
const USER_AGENT: &str = concat!("imagine-sdk/", env!("CARGO_PKG_VERSION"));

/// A client's own headers.
pub(crate) struct DefaultHeaders {
    user_agent: HeaderValue,
    own: HeaderMap,
    home: Home,
}

impl DefaultHeaders {
    /// The headers for requests to `endpoint`.
    ///
    /// # Errors
    ///
    /// The name of the header that HTTP does not allow, or that is not the caller's to set.
    pub(crate) fn new<'a>(
        suffix: Option<&str>,
        own: impl IntoIterator<Item = (&'a str, &'a str)>,
        endpoint: &Url,
    ) -> Result<Self, &'a str> {
        let user_agent = match suffix {
            Some(suffix) => HeaderValue::try_from(format!("{USER_AGENT} {}", suffix.trim())),
            None => Ok(HeaderValue::from_static(USER_AGENT)),
        };
        let own = own
            .into_iter()
            .map(|(name, value)| field(name, value).ok_or(name));
        Ok(Self {
            user_agent: user_agent.map_err(|_| header::USER_AGENT.as_str())?,
            own: own.collect::<Result<_, _>>()?,
            home: Home::of(endpoint),
        })
    }

    /// Adds what the request does not set itself. What the caller gave is for the endpoint alone, as the key
    /// is: it may be a key too.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap, url: &Url) {
        if self.home.has(url) {
            for (name, value) in &self.own {
                headers.entry(name).or_insert_with(|| value.clone());
            }
        }
        headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.user_agent.clone());
    }
}

/// A header whose value nothing prints.
fn field(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::try_from(name).ok()?;
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    (!is_reserved(&name)).then_some((name, value))
}

impl fmt::Debug for DefaultHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultHeaders")
            .field("user_agent", &self.user_agent)
            .field("own", &self.own.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
