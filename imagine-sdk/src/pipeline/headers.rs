//! The headers that every request of a client carries, unless the call sets them itself.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::home::Home;
use crate::call::is_reserved;

/// What the SDK calls itself.
const USER_AGENT: &str = concat!("imagine-sdk/", env!("CARGO_PKG_VERSION"));

/// How many headers a plain request has: four of ours, one for compressed answers, and two that HTTP/1.1 adds.
const ROOM: usize = 7;

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

    /// The headers of a request to `url`, before it sets its own. What the caller gave is for the endpoint
    /// alone, as the key is: it may be a key too.
    pub(super) fn of(&self, url: &Url) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(ROOM);
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        if !self.own.is_empty() && self.home.has(url) {
            headers.extend(self.own.clone());
        }
        headers
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
