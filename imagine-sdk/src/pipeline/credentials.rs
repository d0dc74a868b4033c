//! The credentials: added to the requests for the endpoint's origin, and never printed.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::origin::Home;
use crate::auth_scheme::AuthScheme;
#[cfg(feature = "media")]
use crate::error;
use crate::error::Error;
use crate::request::{Authentication, Operation};

/// The key of an account for one origin, and how each operation takes it.
#[derive(Clone)]
pub(crate) struct Credentials {
    scheme: AuthScheme,
    /// Whether the caller chose the scheme, which then holds for every operation.
    is_chosen: bool,
    key: Option<HeaderValue>,
    /// How a key is configured, for the error of a call that needs one.
    advice: &'static str,
    home: Home,
}

impl Credentials {
    /// The credentials without a key, in the service's own scheme unless one was chosen.
    pub(crate) fn new(
        (chosen, default): (Option<AuthScheme>, AuthScheme),
        advice: &'static str,
        endpoint: &Url,
    ) -> Self {
        Self {
            is_chosen: chosen.is_some(),
            scheme: chosen.unwrap_or(default),
            key: None,
            advice,
            home: Home::of(endpoint),
        }
    }

    /// Adds the key, without the white space around it that a file or a shell adds. Returns nothing if no key is
    /// left, or if it contains characters that a header cannot.
    pub(crate) fn with_key(mut self, key: &str) -> Option<Self> {
        let key = key.trim();
        if key.is_empty() {
            return None;
        }
        self.key = Some(secret(key)?);
        Some(self)
    }

    /// Adds the key in the client's scheme to the headers for the endpoint's origin.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        if let Some(value) = self.value(&self.scheme) {
            headers.insert(self.scheme.header(), value);
        }
    }

    /// Moves the key to where an operation takes it, in headers that have it in the client's scheme. Requests to
    /// another origin have no key: a file can be anywhere, and its host must not learn the key.
    ///
    /// # Errors
    ///
    /// When the operation needs a key and the client has none.
    pub(crate) fn apply(
        &self,
        headers: &mut HeaderMap,
        operation: &Operation,
        url: &Url,
    ) -> Result<(), Error> {
        if operation.authentication == Authentication::None && !self.is_chosen {
            headers.remove(self.scheme.header());
            return Ok(());
        }
        if !self.home.has(url) {
            return Ok(());
        }
        if self.key.is_none() {
            return match operation.authentication {
                Authentication::None => Ok(()),
                _ => Err(Error::configuration(format!("no API key; {}", self.advice))),
            };
        }
        let scheme = self.scheme_of(operation);
        if scheme != self.scheme
            && let Some(value) = self.value(&scheme)
        {
            headers.remove(self.scheme.header());
            headers.insert(scheme.header(), value);
        }
        Ok(())
    }

    fn scheme_of(&self, operation: &Operation) -> AuthScheme {
        match operation.authentication {
            _ if self.is_chosen => self.scheme.clone(),
            Authentication::Client | Authentication::None => self.scheme.clone(),
            Authentication::Bearer => AuthScheme::Bearer,
            Authentication::Header("authorization") => AuthScheme::Authorization,
            Authentication::Header("ch-api-key") => AuthScheme::ChApiKey,
            Authentication::Header(name) => match HeaderName::try_from(name) {
                Ok(name) => AuthScheme::Header(name),
                Err(_) => self.scheme.clone(),
            },
        }
    }

    fn value(&self, scheme: &AuthScheme) -> Option<HeaderValue> {
        match scheme {
            AuthScheme::Bearer => secret(&format!("Bearer {}", self.key())),
            _ => self.key.clone(),
        }
        .filter(|_| self.key.is_some())
    }

    /// Adds to an error response how the key was sent, if it was, and redacts the key in the service's message.
    pub(crate) fn annotate(&self, error: Error, operation: &Operation, url: &Url) -> Error {
        let is_sent = self.key.is_some()
            && self.home.has(url)
            && (self.is_chosen || operation.authentication != Authentication::None);
        let scheme = is_sent.then(|| self.scheme_of(operation));
        self.redact_error(error.with_scheme(scheme))
    }

    /// Redacts the key in the service's message: some servers repeat the key that they reject.
    pub(crate) fn redact_error(&self, error: Error) -> Error {
        match self.key() {
            "" => error,
            key => error.redacted(key),
        }
    }

    /// The same for a string that is part of a response.
    #[cfg(feature = "media")]
    pub(crate) fn redact(&self, text: &mut String) {
        if !self.key().is_empty() {
            error::redact(text, self.key());
        }
    }

    fn key(&self) -> &str {
        let key = self.key.as_ref().and_then(|key| key.to_str().ok());
        key.unwrap_or_default()
    }
}

/// A header value that nothing prints.
fn secret(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: [redacted]", self.scheme.header())
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    const DEFAULT: AuthScheme = AuthScheme::ChApiKey;

    fn credentials(chosen: Option<AuthScheme>, key: &str) -> Option<Credentials> {
        let endpoint = "https://h/v2".parse().unwrap();
        Credentials::new((chosen, DEFAULT), "set KEY", &endpoint).with_key(key)
    }

    /// The headers that a request for an operation has.
    fn sent(credentials: &Credentials, authentication: Authentication, url: &str) -> HeaderMap {
        let url: Url = url.parse().unwrap();
        let mut headers = HeaderMap::new();
        if credentials.home.has(&url) {
            credentials.add_to(&mut headers);
        }
        let operation = Operation::new("a", Method::GET, "/a").with_authentication(authentication);
        credentials.apply(&mut headers, &operation, &url).unwrap();
        headers
    }

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        let other = AuthScheme::Header(HeaderName::from_static("x-key"));
        for (scheme, name, value) in [
            (AuthScheme::Bearer, "authorization", "Bearer canary"),
            (AuthScheme::ChApiKey, "ch-api-key", "canary"),
            (AuthScheme::Authorization, "authorization", "canary"),
            (other, "x-key", "canary"),
        ] {
            let credentials = credentials(Some(scheme), " canary\n").unwrap();
            for authentication in [Authentication::Client, Authentication::Header("samwise")] {
                let headers = sent(&credentials, authentication, "https://h/v2/chat");
                assert_eq!(
                    headers[name], value,
                    "a chosen scheme holds for every operation"
                );
                assert_eq!(headers.len(), 1);
                assert!(!format!("{credentials:?} {headers:?}").contains("canary"));
            }
        }
    }

    #[test]
    fn each_operation_has_the_key_where_its_document_takes_it() {
        let credentials = credentials(None, "canary").unwrap();
        for (authentication, header, value) in [
            (Authentication::Client, "ch-api-key", "canary"),
            (Authentication::Bearer, "authorization", "Bearer canary"),
            (
                Authentication::Header("authorization"),
                "authorization",
                "canary",
            ),
            (Authentication::Header("samwise"), "samwise", "canary"),
        ] {
            let headers = sent(&credentials, authentication, "https://h/v2/chat");
            assert_eq!(headers.len(), 1, "{headers:?}");
            assert_eq!(headers[header], value);
        }
        let none = sent(&credentials, Authentication::None, "https://h/v2/costs");
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn no_other_origin_gets_the_key() {
        let credentials = credentials(Some(AuthScheme::Bearer), "canary").unwrap();
        for other in ["https://other/v2", "http://h/v2", "https://h:8443/v2"] {
            let headers = sent(&credentials, Authentication::Client, other);
            assert!(headers.is_empty(), "{other}");
        }
    }

    #[test]
    fn a_call_without_a_key_says_how_to_set_one() {
        let endpoint: Url = "https://h/v2".parse().unwrap();
        let credentials = Credentials::new((None, DEFAULT), "set KEY", &endpoint);
        let apply = |authentication| {
            let operation =
                Operation::new("a", Method::GET, "/a").with_authentication(authentication);
            credentials.apply(&mut HeaderMap::new(), &operation, &endpoint)
        };
        let error = apply(Authentication::Client).unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("set KEY"),
            "{error}"
        );
        assert!(apply(Authentication::None).is_ok());
    }

    #[test]
    fn a_key_that_no_header_can_hold_is_rejected() {
        let keys = ["", "  ", "a\u{7f}b", "a\nb"];
        assert!(keys.iter().all(|key| credentials(None, key).is_none()));
    }
}
