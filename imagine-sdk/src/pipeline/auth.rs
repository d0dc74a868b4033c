//! The credentials, added to every attempt and shown to nobody.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::home::Home;
#[cfg(feature = "media")]
use crate::error;
use crate::error::Error;

/// The header in which a service reads the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// `Authorization: Bearer <key>`.
    Bearer,
    /// `CH-API-KEY: <key>`.
    ChApiKey,
}

impl AuthScheme {
    fn header(self) -> HeaderName {
        match self {
            Self::Bearer => header::AUTHORIZATION,
            Self::ChApiKey => HeaderName::from_static("ch-api-key"),
        }
    }

    /// How the key is sent, for people.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Bearer => "Authorization: Bearer",
            Self::ChApiKey => "CH-API-KEY",
        }
    }
}

/// The key of an account, for one origin.
#[derive(Clone)]
pub(crate) struct Credentials {
    scheme: AuthScheme,
    value: HeaderValue,
    home: Home,
}

impl Credentials {
    /// White space around the key, which a file or a shell adds, is cut. Nothing if there is no key, or
    /// if it has characters that a header cannot.
    pub(crate) fn new(scheme: AuthScheme, key: &str, endpoint: &Url) -> Option<Self> {
        let key = key.trim();
        if key.is_empty() {
            return None;
        }
        let text = match scheme {
            AuthScheme::Bearer => format!("Bearer {key}"),
            AuthScheme::ChApiKey => key.to_owned(),
        };
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(Self {
            scheme,
            value,
            home: Home::of(endpoint),
        })
    }

    /// Adds the key to a request for `url`, unless that is on another origin than the endpoint: a file
    /// may lie anywhere, and its host must not learn the key.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap, url: &Url) {
        if self.are_for(url) {
            headers.insert(self.scheme.header(), self.value.clone());
        }
    }

    fn are_for(&self, url: &Url) -> bool {
        self.home.has(url)
    }

    /// Notes in a refusal how the key was sent, if it was, and takes the key out of the service's words.
    pub(crate) fn explain(&self, error: Error, url: &Url) -> Error {
        let scheme = self.are_for(url).then_some(self.scheme);
        self.hide(error.with_scheme(scheme))
    }

    /// Takes the key out of the service's words: some servers repeat the key that they do not like.
    pub(crate) fn hide(&self, error: Error) -> Error {
        error.without(self.key())
    }

    /// The same for words that are part of an answer.
    #[cfg(feature = "media")]
    pub(crate) fn hide_in(&self, text: &mut String) {
        error::redact(text, self.key());
    }

    fn key(&self) -> &str {
        let value = self.value.to_str().unwrap_or_default();
        value.strip_prefix("Bearer ").unwrap_or(value)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: [redacted]", self.scheme.header())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(scheme: AuthScheme, key: &str) -> Option<Credentials> {
        Credentials::new(scheme, key, &"https://h/v2".parse().unwrap())
    }

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        for (scheme, name, value) in [
            (AuthScheme::Bearer, "authorization", "Bearer canary"),
            (AuthScheme::ChApiKey, "ch-api-key", "canary"),
        ] {
            let credentials = credentials(scheme, " canary\n").unwrap();
            let mut headers = HeaderMap::new();
            credentials.add_to(&mut headers, &"https://h/v2/chat".parse().unwrap());
            assert_eq!(headers[name], value);
            assert!(!format!("{credentials:?} {headers:?}").contains("canary"));
        }
    }

    #[test]
    fn no_other_origin_gets_the_key() {
        for other in ["https://other/v2", "http://h/v2", "https://h:8443/v2"] {
            let mut headers = HeaderMap::new();
            credentials(AuthScheme::Bearer, "canary")
                .unwrap()
                .add_to(&mut headers, &other.parse().unwrap());
            assert!(headers.is_empty(), "{other}");
        }
    }

    #[test]
    fn a_key_that_no_header_can_hold_is_refused() {
        let refused = ["", "  ", "a\u{7f}b", "a\nb"];
        assert!(
            refused
                .iter()
                .all(|key| credentials(AuthScheme::Bearer, key).is_none())
        );
    }
}
