//! The headers that the requests of a client begin with.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::Credentials;
use super::origin::Home;
use crate::request::{self, is_reserved};

/// What the SDK calls itself.
const USER_AGENT: &str = concat!("imagine-sdk/", env!("CARGO_PKG_VERSION"));

/// The headers of a plain request, put together once: copying them takes less than adding one after the other.
pub(crate) struct DefaultHeaders {
    /// With the key, and with what the caller gave, which may be a key too: for the endpoint alone.
    own: HeaderMap,
    /// For files elsewhere.
    others: HeaderMap,
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
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
        credentials: &Credentials,
        endpoint: &Url,
    ) -> Result<Self, &'a str> {
        let user_agent = match suffix {
            Some(suffix) => HeaderValue::try_from(format!("{USER_AGENT} {}", suffix.trim())),
            None => Ok(HeaderValue::from_static(USER_AGENT)),
        };
        let user_agent = user_agent.map_err(|_| header::USER_AGENT.as_str())?;
        let given = given
            .into_iter()
            .map(|(name, value)| field(name, value).ok_or(name));
        let others = HeaderMap::from_iter([(header::USER_AGENT, user_agent)]);
        let mut own = others.clone();
        own.extend(given.collect::<Result<HeaderMap, _>>()?);
        credentials.add_to(&mut own);
        Ok(Self {
            own: request::plain(own),
            others: request::plain(others),
            home: Home::of(endpoint),
        })
    }

    /// The headers that a request to `url` begins with.
    pub(super) fn of(&self, url: &Url) -> HeaderMap {
        if self.home.has(url) {
            self.own.clone()
        } else {
            self.others.clone()
        }
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
            .field("own", &self.own.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
