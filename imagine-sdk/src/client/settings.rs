//! The settings of a client, and their validation.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{Extensions, HeaderName, header};
use url::{Host, Url};

use super::{ApiClient, env};
use crate::auth::{ApiKey, ApiKeyProvider, AuthScheme};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::pipeline::{
    Budget, Credentials, DefaultHeaders, RateLimits, RetryObserver, RetryPolicy, Timeouts,
    TokenEstimate,
};
use crate::request::{Authentication, Operation, ToolSchemaKey};
use crate::stream::StreamLimits;

/// The settings of a client but for its transport.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) endpoint: Option<String>,
    pub(super) api_key: Option<KeySetting>,
    pub(super) auth_scheme: Option<AuthScheme>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) user_agent_suffix: Option<String>,
    pub(super) retry_policy: RetryPolicy,
    pub(super) on_retry: RetryObserver,
    pub(super) timeouts: Timeouts,
    pub(super) max_concurrent_requests: usize,
    pub(super) max_concurrent_generations: usize,
    pub(super) rate_limits: RateLimits,
    pub(super) budget: Option<Budget>,
    pub(super) token_estimate: TokenEstimate,
    pub(super) max_response_bytes: usize,
    pub(super) max_event_bytes: usize,
    pub(super) tool_schema_key: ToolSchemaKey,
    /// Models by the ids of operations.
    pub(super) default_models: BTreeMap<&'static str, String>,
    pub(super) clock: Arc<dyn Clock>,
    /// The settings that one API's client has beside these.
    pub(super) extensions: Extensions,
}

/// The source of the API key.
#[derive(Clone)]
pub(super) enum KeySetting {
    Fixed(ApiKey),
    Provider(Arc<dyn ApiKeyProvider>),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: None,
            api_key: None,
            auth_scheme: None,
            headers: Vec::new(),
            user_agent_suffix: None,
            retry_policy: RetryPolicy::default(),
            on_retry: RetryObserver::default(),
            timeouts: Timeouts {
                call: Duration::from_secs(60),
                idle: Duration::from_secs(120),
                first_event: None,
                connect: None,
            },
            max_concurrent_requests: 64,
            max_concurrent_generations: 1,
            rate_limits: RateLimits::default(),
            budget: None,
            token_estimate: TokenEstimate::default(),
            max_response_bytes: 64 << 20,
            max_event_bytes: 64 << 20,
            tool_schema_key: ToolSchemaKey::default(),
            default_models: BTreeMap::new(),
            clock: Arc::new(SystemClock),
            extensions: Extensions::new(),
        }
    }
}

impl Settings {
    pub(super) fn stream_limits(&self) -> StreamLimits {
        StreamLimits {
            event: self.max_event_bytes,
            accumulated: self.max_response_bytes,
        }
    }

    pub(super) fn default_model(&self, operation: &Operation) -> Option<&str> {
        self.default_models.get(operation.id).map(String::as_str)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("endpoint", &self.endpoint)
            .field("api_key", &self.api_key.as_ref().map(|_| "[redacted]"))
            .field("retry_policy", &self.retry_policy)
            .field("timeouts", &self.timeouts)
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .finish_non_exhaustive()
    }
}

/// Validates the endpoint.
pub(super) fn endpoint<C: ApiClient>(given: Option<&str>) -> Result<Url, Error> {
    let given = given.ok_or_else(|| {
        let problem = format!(
            "no endpoint; call `.endpoint(..)`, or set {} and use `from_env`",
            C::ENDPOINT_VARIABLE
        );
        Error::configuration(env::with_alias(problem, C::ENDPOINT_ALIASES))
    })?;
    let given = given.trim();
    if let Some(at) = given.chars().position(is_invisible) {
        let problem = format!(
            "the endpoint contains a space or an invisible character at position {}; remove it",
            at + 1
        );
        return Err(Error::configuration(problem));
    }
    let url = Url::parse(given).map_err(|error| {
        Error::configuration(
            "the endpoint is not a URL; set one such as `https://my-endpoint/api/v2`",
        )
        .with_source(error)
    })?;
    let problem = if !matches!(url.scheme(), "http" | "https") {
        "the endpoint must start with `https://` or `http://`"
    } else if url.query().is_some() || url.fragment().is_some() {
        "the endpoint must have no `?` and no `#`; add parameters to a call with `.with_extra_query(..)`"
    } else if !url.username().is_empty() || url.password().is_some() {
        "the endpoint must have no user name or password; the key goes into `.api_key(..)`"
    } else {
        return Ok(url);
    };
    Err(Error::configuration(problem))
}

/// Returns true for invisible characters, which URLs cannot contain. URL parsers remove some of them silently.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Logs a warning if an endpoint receives the key without TLS, unless it is on this machine.
pub(super) fn warn_of_plain_http(endpoint: &Url, settings: &Settings) {
    let is_local = match endpoint.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if endpoint.scheme() == "http" && settings.api_key.is_some() && !is_local {
        let host = endpoint.host_str();
        tracing::warn!(
            host,
            "the endpoint uses plain HTTP: the API key is sent unencrypted; use https"
        );
    }
}

/// Validates the key and its scheme. Only a service with operations that need no key can do without one.
pub(super) fn credentials<C: ApiClient>(settings: &Settings) -> Result<Credentials, Error> {
    let scheme = settings.auth_scheme.clone();
    if let Some(AuthScheme::Header(name)) = &scheme
        && is_used(name)
    {
        let problem =
            format!("the client itself sets the header `{name}`, so it cannot hold the key");
        return Err(Error::configuration(problem));
    }
    let credentials = Credentials::new(scheme, C::AUTH_SCHEME, C::KEY_ADVICE);
    match &settings.api_key {
        Some(KeySetting::Fixed(key)) => credentials
            .with_key(key)
            .map_err(|problem| Error::configuration(format!("the API key {problem}"))),
        Some(KeySetting::Provider(provider)) => Ok(credentials.with_provider(Arc::clone(provider))),
        None if needs_key::<C>() => {
            let problem = format!("no API key; {}", C::KEY_ADVICE);
            Err(Error::configuration(problem))
        }
        None => Ok(credentials),
    }
}

/// Returns true if every operation of a service needs a key.
pub(super) fn needs_key<C: ApiClient>() -> bool {
    let mut operations = C::OPERATIONS.iter();
    operations.all(|operation| operation.authentication != Authentication::None)
}

/// Returns true if the client sets a header for another purpose than the key.
fn is_used(name: &HeaderName) -> bool {
    const USED: &[HeaderName] = &[
        header::ACCEPT,
        header::ACCEPT_ENCODING,
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::HOST,
        header::USER_AGENT,
    ];
    USED.contains(name) || [header::CONNECTION, header::TRANSFER_ENCODING].contains(name)
}

/// Validates the headers of every request.
pub(super) fn headers(settings: &Settings) -> Result<DefaultHeaders, Error> {
    let headers = settings.headers.iter();
    let headers = headers.map(|(name, value)| (&**name, &**value));
    let suffix = settings.user_agent_suffix.as_deref();
    DefaultHeaders::new(suffix, headers).map_err(|name| {
        Error::configuration(format!(
            "`{name}` is a header that HTTP does not allow in its name or value, or that the client itself sets"
        ))
    })
}
