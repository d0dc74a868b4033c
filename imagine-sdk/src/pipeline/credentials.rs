//! The API key: added to requests to the endpoint's origin, and never printed.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::Deadline;
use crate::auth::{ApiKey, ApiKeyProvider, AuthScheme};
use crate::clock::Clock;
use crate::error::{Error, Secret, TimeoutKind};
use crate::request::{Authentication, Operation};

/// The source of the key, and the header in which each operation sends it.
#[derive(Clone)]
pub(crate) struct Credentials {
    scheme: AuthScheme,
    /// True if the caller chose the scheme, which then holds for every operation.
    is_chosen: bool,
    source: KeySource,
    /// The help in the error of a call that lacks a key.
    advice: &'static str,
}

#[derive(Clone)]
enum KeySource {
    Missing,
    Fixed(Key),
    Provider(Arc<dyn ApiKeyProvider>),
}

/// A key, and the value of the header that contains it in the client's scheme.
#[derive(Clone)]
struct Key {
    key: HeaderValue,
    value: HeaderValue,
}

/// The key of one attempt.
pub(super) struct AttemptKey {
    scheme: AuthScheme,
    key: HeaderValue,
    value: HeaderValue,
}

impl AttemptKey {
    pub(super) fn insert(&self, headers: &mut HeaderMap) {
        headers.insert(self.scheme.header(), self.value.clone());
    }
}

impl Credentials {
    /// Creates credentials without a key. The caller's scheme takes precedence over that of the service.
    pub(crate) fn new(
        chosen: Option<AuthScheme>,
        default: AuthScheme,
        advice: &'static str,
    ) -> Self {
        Self {
            is_chosen: chosen.is_some(),
            scheme: chosen.unwrap_or(default),
            source: KeySource::Missing,
            advice,
        }
    }

    /// Adds a key, without the white space around it that files and shells add.
    ///
    /// # Errors
    ///
    /// The problem of a key that is empty, or has characters that are not visible ASCII.
    pub(crate) fn with_key(self, key: &ApiKey) -> Result<Self, String> {
        let source = KeySource::Fixed(Key::new(key.as_str(), &self.scheme)?);
        Ok(Self { source, ..self })
    }

    /// Adds a provider of keys.
    pub(crate) fn with_provider(self, provider: Arc<dyn ApiKeyProvider>) -> Self {
        let source = KeySource::Provider(provider);
        Self { source, ..self }
    }

    /// Returns the key for an attempt, and the header to send it in. Requests to another origin contain no key: a file
    /// can be anywhere, and its host must not learn the key.
    ///
    /// # Errors
    ///
    /// Fails if the operation needs a key and the client has no key, or if the provider fails.
    pub(super) async fn resolve(
        &self,
        operation: &Operation,
        is_own_origin: bool,
        (deadline, clock): (&Deadline, &dyn Clock),
    ) -> Result<Option<AttemptKey>, Error> {
        let is_optional = operation.authentication == Authentication::None;
        if !is_own_origin || (is_optional && !self.is_chosen) {
            return Ok(None);
        }
        let key = match &self.source {
            KeySource::Missing if is_optional => return Ok(None),
            KeySource::Missing => {
                let problem = format!("no API key; {}", self.advice);
                return Err(Error::configuration(problem));
            }
            KeySource::Fixed(key) => key.clone(),
            KeySource::Provider(provider) => {
                let key = deadline.timeout(clock, TimeoutKind::Credentials, provider.api_key());
                let key = key.await?.map_err(|error| {
                    Error::configuration("the API key provider failed").with_source(error)
                })?;
                Key::new(key.as_str(), &self.scheme).map_err(|problem| {
                    Error::configuration(format!("the key of the API key provider {problem}"))
                })?
            }
        };
        Ok(Some(self.attempt_key(operation, key)))
    }

    fn attempt_key(&self, operation: &Operation, key: Key) -> AttemptKey {
        let scheme = self.scheme_of(operation);
        let value = match scheme == self.scheme {
            true => Some(key.value),
            false => value(&key.key, &scheme),
        };
        AttemptKey {
            value: value.unwrap_or_else(|| key.key.clone()),
            scheme,
            key: key.key,
        }
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

    /// Returns the secret that responses may repeat: the key of the attempt, or the client's.
    pub(super) fn secret(&self, key: Option<&AttemptKey>) -> Secret {
        match (key, &self.source) {
            (Some(key), _) => Secret::new(key.key.clone()),
            (None, KeySource::Fixed(key)) => Secret::new(key.key.clone()),
            _ => Secret::default(),
        }
    }
}

/// Adds to an error response the header that contained the key.
pub(super) fn annotate(error: Error, key: Option<&AttemptKey>) -> Error {
    error.with_scheme(key.map(|key| key.scheme.clone()))
}

impl Key {
    fn new(key: &str, scheme: &AuthScheme) -> Result<Self, String> {
        if key.is_empty() {
            return Err("is empty".to_owned());
        }
        // Such characters are invisible when a key is copied. The message contains none of the key.
        if let Some(at) = key
            .chars()
            .position(|character| !character.is_ascii_graphic())
        {
            return Err(format!(
                "contains a character that is not visible ASCII at position {}; remove it",
                at + 1
            ));
        }
        let unusable = || "cannot be sent in a header".to_owned();
        let key = sensitive(key).ok_or_else(unusable)?;
        let value = value(&key, scheme).ok_or_else(unusable)?;
        Ok(Self { key, value })
    }
}

fn value(key: &HeaderValue, scheme: &AuthScheme) -> Option<HeaderValue> {
    match scheme {
        AuthScheme::Bearer => sensitive(&format!("Bearer {}", key.to_str().ok()?)),
        _ => Some(key.clone()),
    }
}

/// A header value that nothing prints.
fn sensitive(value: &str) -> Option<HeaderValue> {
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
    use std::time::Duration;

    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;
    use http::Method;

    use super::*;
    use crate::auth::CredentialsError;
    use crate::clock::SystemClock;
    use crate::pipeline::Timeouts;
    use crate::request::{CallLimits, ResponseMode};

    fn credentials(chosen: Option<AuthScheme>) -> Credentials {
        Credentials::new(chosen, AuthScheme::ChApiKey, "set KEY")
    }

    fn resolve(
        credentials: &Credentials,
        authentication: Authentication,
        is_own_origin: bool,
    ) -> Result<HeaderMap, Error> {
        let operation = Operation::new("a", Method::GET, "/a").with_authentication(authentication);
        let timeouts = Timeouts {
            call: Duration::MAX,
            idle: Duration::MAX,
            first_event: None,
            connect: None,
        };
        let limits = CallLimits::default();
        let deadline = Deadline::start(&SystemClock, &timeouts, ResponseMode::Buffered, &limits);
        let key = credentials.resolve(&operation, is_own_origin, (&deadline, &SystemClock));
        let mut headers = HeaderMap::new();
        if let Some(key) = key.now_or_never().unwrap()? {
            key.insert(&mut headers);
        }
        Ok(headers)
    }

    #[test]
    fn a_chosen_scheme_holds_for_every_operation() {
        for (scheme, name, value) in [
            (AuthScheme::Bearer, "authorization", "Bearer canary"),
            (AuthScheme::ChApiKey, "ch-api-key", "canary"),
            (AuthScheme::Authorization, "authorization", "canary"),
            (
                AuthScheme::Header(HeaderName::from_static("x-key")),
                "x-key",
                "canary",
            ),
        ] {
            let credentials = credentials(Some(scheme))
                .with_key(&" canary\n".into())
                .unwrap();
            for authentication in [
                Authentication::Client,
                Authentication::None,
                Authentication::Header("samwise"),
            ] {
                let headers = resolve(&credentials, authentication, true).unwrap();
                assert_eq!(
                    (headers.len(), &headers[name]),
                    (1, &value.parse().unwrap())
                );
                assert!(!format!("{credentials:?} {headers:?}").contains("canary"));
            }
        }
    }

    #[test]
    fn each_operation_sends_the_key_as_documented() {
        let credentials = credentials(None).with_key(&"canary".into()).unwrap();
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
            let headers = resolve(&credentials, authentication, true).unwrap();
            assert_eq!(headers.len(), 1, "{headers:?}");
            assert_eq!(headers[header], value);
        }
        let headers = resolve(&credentials, Authentication::None, true).unwrap();
        assert!(headers.is_empty(), "{headers:?}");
    }

    #[test]
    fn requests_to_another_origin_contain_no_key() {
        let credentials = credentials(Some(AuthScheme::Bearer));
        let credentials = credentials.with_key(&"canary".into()).unwrap();
        let headers = resolve(&credentials, Authentication::Client, false).unwrap();
        assert!(headers.is_empty(), "{headers:?}");
    }

    #[test]
    fn the_error_of_a_missing_key_explains_how_to_set_it() {
        let error = resolve(&credentials(None), Authentication::Client, true).unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains("set KEY"), "{error}");
        let headers = resolve(&credentials(None), Authentication::None, true).unwrap();
        assert!(headers.is_empty());
    }

    #[test]
    fn rejects_a_key_that_a_header_cannot_contain() {
        for (key, problem) in [
            ("", "empty"),
            ("  ", "empty"),
            ("a\u{7f}b", "position 2"),
            ("a\nb", "position 2"),
            ("a b", "position 2"),
        ] {
            let error = credentials(None).with_key(&key.into()).unwrap_err();
            assert!(error.contains(problem), "{key:?}: {error}");
        }
    }

    #[derive(Debug)]
    struct Provider(Result<&'static str, &'static str>);

    impl ApiKeyProvider for Provider {
        fn api_key(&self) -> BoxFuture<'_, Result<ApiKey, CredentialsError>> {
            let key = self.0.map(ApiKey::from).map_err(CredentialsError::from);
            async move { key }.boxed()
        }
    }

    #[test]
    fn a_provider_issues_the_key_or_an_error() {
        let provided = |key| {
            let credentials = credentials(None).with_provider(Arc::new(Provider(key)));
            resolve(&credentials, Authentication::Client, true)
        };
        assert_eq!(provided(Ok(" canary ")).unwrap()["ch-api-key"], "canary");
        let error = provided(Err("the store is sealed")).unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert!(format!("{error:#}").contains("sealed"), "{error:#}");
        let error = provided(Ok("a\nb")).unwrap_err();
        assert!(error.is_configuration(), "{error}");
    }
}
