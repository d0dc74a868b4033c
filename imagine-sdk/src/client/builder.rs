//! How a client is put together.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::Extensions;

use super::connection::Connection;
use super::transport::TransportChoice;
use super::{env, settings};
use crate::auth_scheme::AuthScheme;
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::pipeline::{Budget, Limit, Pipeline, Policy, Timeouts};
use crate::request::{Operation, ToolSchemaKey};
use crate::transport::Transport;

/// The content of the variable with the key, for the error when it is missing.
const KEY_MEANING: &str = "the key of your account";

/// A client of one service, which a [`ClientBuilder`] builds.
pub trait ApiClient: Sized {
    /// The service that it is a client of, named by its asynchronous client.
    type Api;

    /// How its calls are sent: [`Async`](crate::Async), or blocking.
    type Mode;

    /// The environment variable with the endpoint.
    const ENDPOINT_VARIABLE: &'static str;

    /// The environment variable with the key.
    const KEY_VARIABLE: &'static str;

    /// How a key is configured, for the error of a call that lacks one.
    #[doc(hidden)]
    const KEY_ADVICE: &'static str;

    /// The operations of the service.
    #[doc(hidden)]
    const OPERATIONS: &'static [&'static Operation];

    /// The header that the key goes into, unless the caller chooses another.
    const AUTH_SCHEME: AuthScheme;

    /// Validates and completes the settings of this API's client.
    #[doc(hidden)]
    fn prepare(_extensions: &mut Extensions) -> Result<(), Error> {
        Ok(())
    }

    /// The client around what does the work.
    #[doc(hidden)]
    fn from_connection(connection: Connection) -> Result<Self, Error>;

    /// What does the work.
    #[doc(hidden)]
    fn connection(&self) -> Connection<Self::Mode>;
}

/// Puts a client together. Endpoint and key are required; everything else has a default.
///
#[cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#[cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
/// use std::time::Duration;
///
/// let client = imagine_sdk::Client::builder()
///     .endpoint("https://my-endpoint/api/v2")
///     .api_key("my-key")
///     .timeout(Duration::from_secs(120))
///     .build()?;
/// # let _ = client;
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
#[must_use = "a builder builds nothing until `build` is called"]
pub struct ClientBuilder<C> {
    settings: Settings,
    pub(super) transport: TransportChoice,
    client: PhantomData<fn() -> C>,
}

/// The settings of a client, whatever its transport.
struct Settings {
    endpoint: Option<String>,
    api_key: Option<String>,
    auth_scheme: Option<AuthScheme>,
    headers: Vec<(String, String)>,
    user_agent_suffix: Option<String>,
    policy: Policy,
    timeouts: Timeouts,
    max_concurrent_requests: usize,
    max_concurrent_generations: usize,
    max_event_bytes: usize,
    tool_schema_key: ToolSchemaKey,
    clock: Box<dyn Clock>,
    /// The settings of one API's client.
    extensions: Extensions,
}

impl<C: ApiClient> ClientBuilder<C> {
    pub(crate) fn new() -> Self {
        let settings = Settings {
            endpoint: None,
            api_key: None,
            auth_scheme: None,
            headers: Vec::new(),
            user_agent_suffix: None,
            policy: Policy::default(),
            timeouts: Timeouts {
                call: Duration::from_secs(60),
                idle: Duration::from_secs(120),
            },
            max_concurrent_requests: 64,
            max_concurrent_generations: 1,
            max_event_bytes: 64 << 20,
            tool_schema_key: ToolSchemaKey::default(),
            clock: Box::new(SystemClock),
            extensions: Extensions::new(),
        };
        Self {
            settings,
            transport: TransportChoice::default(),
            client: PhantomData,
        }
    }

    /// Takes endpoint and key from the environment.
    ///
    /// # Errors
    ///
    /// When one of the two variables is missing or not Unicode. The error names it, or both.
    pub fn from_env(self) -> Result<Self, Error> {
        let endpoint = env::required(
            C::ENDPOINT_VARIABLE,
            "the address of the service, such as `https://my-endpoint/api/v2`",
        );
        let key = match settings::needs_key::<C>() {
            true => env::required(C::KEY_VARIABLE, KEY_MEANING).map(Some),
            false => env::optional(C::KEY_VARIABLE, KEY_MEANING),
        };
        match (endpoint, key) {
            (Ok(endpoint), Ok(Some(key))) => Ok(self.endpoint(endpoint).api_key(key)),
            (Ok(endpoint), Ok(None)) => Ok(self.endpoint(endpoint)),
            (Err(endpoint), Err(key)) => Err(Error::configuration(format!("{endpoint}; {key}"))),
            (Err(problem), _) | (_, Err(problem)) => Err(Error::configuration(problem)),
        }
    }

    /// The address of the service, with its version and with or without a trailing slash:
    /// `https://my-endpoint/api/v2`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.settings.endpoint = Some(endpoint.into());
        self
    }

    /// The key of the account. White space around it is cut off.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = Some(key.into());
        self
    }

    /// Sends the key in this way with every call, for an installation or a gateway that takes it elsewhere.
    ///
    /// Default: each operation sends it as the service documents, which is [`AuthScheme::Bearer`] for the inference
    /// API, and [`AuthScheme::ChApiKey`] for the audiovisual API but for `imagine`, its checks and its history, which
    /// take [`AuthScheme::Authorization`], and for `costs`, which needs no key.
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.settings.auth_scheme = Some(scheme);
        self
    }

    /// Sends this header with every request, for instance to a gateway before the service. A header that a
    /// call sets itself, as with `with_header`, wins.
    ///
    /// It goes to the endpoint alone, as the key does, and its value is not printed. [`build`](Self::build)
    /// refuses what HTTP does not allow, and the headers that the client needs for itself, such as
    /// `authorization`.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Adds the name of your program to what the SDK calls itself: `my-program/1.2` makes the header
    /// `user-agent: imagine-sdk/0.1.0 my-program/1.2`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.settings.user_agent_suffix = Some(suffix.into());
        self
    }

    /// How often a request is sent again at most, when it may be: [`RetrySafety`](crate::RetrySafety) says when that is. 3
    /// unless changed; 0 sends it once. `with_max_retries` changes it for one call.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.settings.policy.max_retries = retries;
        self
    }

    /// How long a call may take, from asking for it to its response, retries included; for a stream, until
    /// it begins. 60 seconds unless changed. `with_timeout` changes it for one call, and limits a stream to its
    /// end.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeouts.call = timeout;
        self
    }

    /// How long a response, once begun, may pause: between two pieces of a stream, of a file or of any other
    /// answer. 120 seconds unless changed.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeouts.idle = timeout;
        self
    }

    /// How many requests are under way at once; the others wait for their turn. 64 unless changed, at
    /// least 1. A stream is under way until it ends or is dropped, and a call also while it pauses before it is
    /// sent again.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.settings.max_concurrent_requests = requests;
        self
    }

    /// The most bytes that one event of a stream may have. 64 MiB unless changed.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_event_bytes = bytes;
        self
    }

    /// The key under which the schemas of tools go out: `parameters` unless changed, as it is documented.
    /// [`ToolSchemaKey`] says what is reported of the other one.
    pub fn tool_schema_key(mut self, key: ToolSchemaKey) -> Self {
        self.settings.tool_schema_key = key;
        self
    }

    /// Sends requests through a transport of your own, for instance one in memory. See
    /// [`transport`](crate::transport).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport.own(transport);
        self
    }

    /// Changes a setting of one API's client.
    #[cfg(feature = "media")]
    pub(crate) fn extension(mut self, setting: impl Clone + Send + Sync + 'static) -> Self {
        self.settings.extensions.insert(setting);
        self
    }

    /// Sets how many requests that a service processes one at a time are sent at once.
    #[cfg(feature = "media")]
    pub(crate) fn exclusive_requests(mut self, requests: usize) -> Self {
        self.settings.max_concurrent_generations = requests;
        self
    }

    /// Uses a clock of your own, for instance one that a test winds.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Box::new(clock);
        self
    }

    /// Puts the client together. It connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When endpoint or key is missing, or one of the settings cannot be used; the error says which. For a
    /// blocking client also when the system grants no thread.
    pub fn build(self) -> Result<C, Error> {
        let mut given = self.settings;
        C::prepare(&mut given.extensions)?;
        let endpoint = settings::endpoint::<C>(given.endpoint.as_deref())?;
        let key = given.api_key.as_deref();
        let credentials = settings::credentials::<C>(given.auth_scheme, key, &endpoint)?;
        let suffix = given.user_agent_suffix.as_deref();
        let headers = settings::headers(suffix, &given.headers, &credentials, &endpoint)?;
        let transport = self.transport.connect()?;
        let pipeline = Pipeline {
            transport,
            clock: given.clock,
            credentials,
            headers,
            policy: given.policy,
            budget: Budget::default(),
            timeouts: given.timeouts,
            limit: Limit::new(given.max_concurrent_requests),
            exclusive: Limit::new(given.max_concurrent_generations),
        };
        C::from_connection(Connection::new(
            pipeline,
            endpoint,
            given.max_event_bytes,
            given.tool_schema_key,
            given.extensions,
        ))
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field(
                "api_key",
                &self.settings.api_key.as_ref().map(|_| "[redacted]"),
            )
            .field("policy", &self.settings.policy)
            .field("timeouts", &self.settings.timeouts)
            .field(
                "max_concurrent_requests",
                &self.settings.max_concurrent_requests,
            )
            .finish_non_exhaustive()
    }
}
