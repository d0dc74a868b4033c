//! How a client is put together.

mod env;

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use url::Url;

use crate::caller::Caller;
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::pipeline::{AuthScheme, Budget, Credentials, Limit, Pipeline, Policy, Timeouts};
use crate::tools::ToolSchemaKey;
use crate::transport::{ProxyChoice, ReqwestTransport, Transport, TransportConfig};

/// A client of one service, which a [`ClientBuilder`] builds.
pub trait Service: Sized {
    /// The environment variable with the endpoint.
    const ENDPOINT_VARIABLE: &'static str;

    /// The environment variable with the key.
    const KEY_VARIABLE: &'static str;

    /// The header that the key goes into, unless the caller chooses another.
    const AUTH_SCHEME: AuthScheme;

    /// The client around what does the work.
    #[doc(hidden)]
    fn from_caller(caller: Caller) -> Self;
}

/// Puts a client together. Endpoint and key are required; everything else has a default.
///
#[cfg_attr(feature = "inference", doc = "```")]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
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
    endpoint: Option<String>,
    api_key: Option<String>,
    auth_scheme: AuthScheme,
    policy: Policy,
    timeouts: Timeouts,
    max_concurrent_requests: usize,
    max_event_bytes: usize,
    tool_schema_key: ToolSchemaKey,
    wiring: Wiring,
    clock: Box<dyn Clock>,
    client: PhantomData<fn() -> C>,
}

/// Where the requests go out.
enum Wiring {
    Reqwest(TransportConfig),
    Own(Box<dyn Transport>),
}

impl<C: Service> ClientBuilder<C> {
    pub(crate) fn new() -> Self {
        Self {
            endpoint: None,
            api_key: None,
            auth_scheme: C::AUTH_SCHEME,
            policy: Policy::default(),
            timeouts: Timeouts {
                call: Duration::from_secs(60),
                idle: Duration::from_secs(120),
            },
            max_concurrent_requests: 64,
            max_event_bytes: 64 << 20,
            tool_schema_key: ToolSchemaKey::default(),
            wiring: Wiring::Reqwest(TransportConfig {
                connect_timeout: Duration::from_secs(10),
                proxy: ProxyChoice::default(),
                root_certificates: Vec::new(),
                accept_invalid_certificates: false,
            }),
            clock: Box::new(SystemClock),
            client: PhantomData,
        }
    }

    /// Takes endpoint and key from the environment.
    ///
    /// # Errors
    ///
    /// When one of the two variables is missing or not Unicode; the error names it.
    pub fn from_env(self) -> Result<Self, Error> {
        let endpoint = env::required(
            C::ENDPOINT_VARIABLE,
            "the address of the service, such as `https://my-endpoint/api/v2`",
        )?;
        let key = env::required(C::KEY_VARIABLE, "the key of your account")?;
        Ok(self.endpoint(endpoint).api_key(key))
    }

    /// The address of the service, with its version and with or without a trailing slash:
    /// `https://my-endpoint/api/v2`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The key of the account. White space around it is cut off.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The header that the key goes into, where an installation wants another than the usual one.
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.auth_scheme = scheme;
        self
    }

    /// How often a request is sent again at most, when it may be. 3 unless changed; 0 sends it once.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.policy.max_retries = retries;
        self
    }

    /// How long a call may take, from asking for it to its answer, retries included; for a stream, until
    /// it begins. 60 seconds unless changed.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.call = timeout;
        self
    }

    /// How long an answer, once begun, may pause. 120 seconds unless changed.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// How long connecting may take. 10 seconds unless changed. A transport of your own ignores it.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.reqwest(|config| config.connect_timeout = timeout)
    }

    /// How many requests are under way at once; the others wait for their turn. 64 unless changed, at
    /// least 1. A stream is under way until it ends or is dropped, and a call also while it pauses before it is
    /// sent again.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent_requests = requests;
        self
    }

    /// The most bytes that one event of a stream may have. 64 MiB unless changed.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.max_event_bytes = bytes;
        self
    }

    /// The key under which the schemas of tools go out: `parameters` unless changed, as it is documented.
    /// [`ToolSchemaKey`] says what is reported of the other one.
    pub fn tool_schema_key(mut self, key: ToolSchemaKey) -> Self {
        self.tool_schema_key = key;
        self
    }

    /// Sends everything through this proxy, `http://proxy:3128`. Without it, `HTTP_PROXY`, `HTTPS_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY` decide. A transport of your own ignores it.
    pub fn proxy(self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.reqwest(|config| config.proxy = ProxyChoice::Url(url))
    }

    /// Uses no proxy, whatever the environment says. A transport of your own ignores it.
    pub fn no_proxy(self) -> Self {
        self.reqwest(|config| config.proxy = ProxyChoice::Direct)
    }

    /// Trusts the certificates in this PEM file too, as an appliance with a certificate of its own needs
    /// it. A transport of your own ignores it.
    pub fn add_root_certificate(self, pem: impl Into<Vec<u8>>) -> Self {
        let pem = pem.into();
        self.reqwest(|config| config.root_certificates.push(pem))
    }

    /// Accepts **any** certificate: whoever is in between can read and change everything, the key
    /// included. [`add_root_certificate`](Self::add_root_certificate) is the safe way to a private
    /// certificate. A transport of your own ignores it.
    #[doc(alias("verify"))]
    pub fn danger_accept_invalid_certs(self, accept: bool) -> Self {
        self.reqwest(|config| config.accept_invalid_certificates = accept)
    }

    /// Sends requests through a transport of your own, for instance one in memory.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.wiring = Wiring::Own(Box::new(transport));
        self
    }

    /// Uses a clock of your own, for instance one that a test winds.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Puts the client together. It connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When endpoint or key is missing, or one of the settings cannot be used. The error says which.
    pub fn build(self) -> Result<C, Error> {
        let endpoint = endpoint::<C>(self.endpoint)?;
        let credentials = credentials::<C>(self.auth_scheme, self.api_key.as_deref(), &endpoint)?;
        let transport = self.wiring.connect()?;
        let pipeline = Pipeline {
            transport,
            clock: self.clock,
            credentials,
            policy: self.policy,
            budget: Budget::default(),
            timeouts: self.timeouts,
            limit: Limit::new(self.max_concurrent_requests),
        };
        Ok(C::from_caller(Caller::new(
            pipeline,
            endpoint,
            self.max_event_bytes,
            self.tool_schema_key,
        )))
    }

    fn reqwest(mut self, change: impl FnOnce(&mut TransportConfig)) -> Self {
        if let Wiring::Reqwest(config) = &mut self.wiring {
            change(config);
        }
        self
    }
}

impl Wiring {
    fn connect(self) -> Result<Box<dyn Transport>, Error> {
        match self {
            Self::Own(transport) => Ok(transport),
            Self::Reqwest(config) => {
                if config.accept_invalid_certificates {
                    tracing::warn!(
                        "certificates are not verified: anyone in between can read the key"
                    );
                }
                let transport = ReqwestTransport::new(&config).map_err(|(problem, source)| {
                    let error = Error::config(problem);
                    match source {
                        Some(source) => error.because(source),
                        None => error,
                    }
                })?;
                Ok(Box::new(transport))
            }
        }
    }
}

fn endpoint<C: Service>(given: Option<String>) -> Result<Url, Error> {
    let given = given.ok_or_else(|| {
        Error::config(format!(
            "no endpoint; call `.endpoint(..)`, or set {} and use `from_env`",
            C::ENDPOINT_VARIABLE
        ))
    })?;
    let url = Url::parse(given.trim()).map_err(|error| {
        Error::config(
            "the endpoint is not an address; give one such as `https://my-endpoint/api/v2`",
        )
        .because(error)
    })?;
    let problem = if !matches!(url.scheme(), "http" | "https") {
        "the endpoint must begin with `https://` or `http://`"
    } else if url.query().is_some() || url.fragment().is_some() {
        "the endpoint must have no `?` and no `#`; add parameters to a call with `.extra_query(..)`"
    } else if !url.username().is_empty() || url.password().is_some() {
        "the endpoint must have no user name or password; the key goes into `.api_key(..)`"
    } else {
        return Ok(url);
    };
    Err(Error::config(problem))
}

fn credentials<C: Service>(
    scheme: AuthScheme,
    key: Option<&str>,
    endpoint: &Url,
) -> Result<Credentials, Error> {
    let key = key.ok_or_else(|| {
        Error::config(format!(
            "no API key; call `.api_key(..)`, or set {} and use `from_env`",
            C::KEY_VARIABLE
        ))
    })?;
    Credentials::new(scheme, key, endpoint).ok_or_else(|| {
        Error::config("the API key is empty, or has characters that a header cannot have; check where it is copied from")
    })
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api_key", &self.api_key.as_ref().map(|_| "[redacted]"))
            .field("policy", &self.policy)
            .field("timeouts", &self.timeouts)
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .finish_non_exhaustive()
    }
}
