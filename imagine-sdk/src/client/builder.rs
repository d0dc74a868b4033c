//! Builds clients.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Extensions;

use super::connection::{Connection, Shared};
use super::limits::Limits;
use super::settings::{KeySetting, Settings};
use super::transport::TransportChoice;
use super::{env, settings};
use crate::auth::{ApiKey, ApiKeyProvider, AuthScheme};
use crate::clock::Clock;
use crate::error::Error;
use crate::pipeline::{
    ConcurrencyLimit, Origin, Pipeline, RetryBudget, RetryEvent, RetryObserver, RetryPolicy,
};
use crate::request::{Operation, ToolSchemaKey};
use crate::transport::Transport;
#[cfg(feature = "tower")]
use crate::transport::{RequestBody, TowerTransport, TransportService};

/// The content of the variables, for the errors when they are missing.
const ENDPOINT_MEANING: &str = "the URL of the service, such as `https://my-endpoint/api/v2`";
const KEY_MEANING: &str = "the key of your account";

/// Keeps [`ApiClient`] to the clients of this crate.
pub trait Sealed {}

/// The settings and the state that the clients of one API have beside those of all clients.
pub trait Prepare {
    /// Validates and completes the settings.
    ///
    /// # Errors
    ///
    /// When a setting is invalid.
    #[doc(hidden)]
    fn prepare(_extensions: &mut Extensions) -> Result<(), Error> {
        Ok(())
    }
}

/// A client of an API, which [`ClientBuilder`] builds. Only the clients of this crate implement it.
pub trait ApiClient: Sealed + Sized {
    /// The API, named by its asynchronous client.
    type Api: Prepare;

    /// The way of sending: [`Async`](crate::operation::Async), or that of the blocking clients.
    type Mode: Clone;

    /// The environment variable that contains the endpoint.
    const ENDPOINT_VARIABLE: &'static str;

    /// Other variables that users set to the endpoint. Errors name them; nothing reads them.
    #[doc(hidden)]
    const ENDPOINT_ALIASES: &'static [&'static str];

    /// The end of the path of every endpoint.
    #[doc(hidden)]
    const ENDPOINT_END: Option<&'static str>;

    /// The environment variable that contains the key.
    const KEY_VARIABLE: &'static str;

    /// The help in the error of a call that lacks a key.
    #[doc(hidden)]
    const KEY_ADVICE: &'static str;

    /// The operations of the API.
    #[doc(hidden)]
    const OPERATIONS: &'static [&'static Operation];

    /// The header that contains the key, unless the caller chooses another.
    const AUTH_SCHEME: AuthScheme;

    #[doc(hidden)]
    fn from_connection(connection: Connection<Self::Mode>) -> Self;

    #[doc(hidden)]
    fn start_mode() -> Result<Self::Mode, Error>;

    #[doc(hidden)]
    fn connection(&self) -> Connection<Self::Mode>;
}

/// A builder for a client. The endpoint and the key are required; everything else has a default.
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
pub struct ClientBuilder<C: ApiClient> {
    pub(super) settings: Settings,
    pub(super) transport: TransportChoice,
    /// The client that this one is derived from.
    origin: Option<Connection<C::Mode>>,
    client: PhantomData<fn() -> C>,
}

impl<C: ApiClient> ClientBuilder<C> {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings::default(),
            transport: TransportChoice::default(),
            origin: None,
            client: PhantomData,
        }
    }

    /// Creates a builder with the settings and the transport of a client.
    pub(crate) fn derive(origin: &Connection<C::Mode>) -> Self {
        let Shared {
            pipeline, settings, ..
        } = &*origin.shared;
        let is_built_in = settings.timeouts.connect.is_some();
        Self {
            settings: settings.clone(),
            transport: TransportChoice::shared(Arc::clone(&pipeline.transport), is_built_in),
            origin: Some(origin.clone()),
            client: PhantomData,
        }
    }

    /// Reads the endpoint and the key from the environment.
    ///
    /// # Errors
    ///
    /// When a variable is missing, empty or not Unicode. The error names it, or both.
    pub fn from_env(self) -> Result<Self, Error> {
        let endpoint = env::required(C::ENDPOINT_VARIABLE, ENDPOINT_MEANING)
            .map_err(|problem| env::with_alias(problem, C::ENDPOINT_ALIASES));
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

    /// Sets the URL of the service with its version, such as `https://my-endpoint/api/v2`. A trailing slash makes no
    /// difference.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.settings.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the key of the account. White space around it is removed; [`build`](Self::build) rejects a key with
    /// characters that are not visible ASCII.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = Some(KeySetting::Fixed(ApiKey::from(key.into())));
        self
    }

    /// Sets a provider of keys, which is called before each attempt. It replaces [`api_key`](Self::api_key).
    pub fn api_key_provider(mut self, provider: impl ApiKeyProvider) -> Self {
        self.settings.api_key = Some(KeySetting::Provider(Arc::new(provider)));
        self
    }

    /// Sets the header that contains the key in every call, for an installation or a gateway that expects another one.
    ///
    /// Default: the documented header of each operation. That is [`AuthScheme::Bearer`] for the inference API. It is
    /// [`AuthScheme::ChApiKey`] for the media API, except [`AuthScheme::Authorization`] for `imagine`, its checks
    /// and its history, and no key for `costs`.
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.settings.auth_scheme = Some(scheme);
        self
    }

    /// Adds a header to every request, for instance for a gateway in front of the service. The header of a call, set
    /// with `with_header`, takes precedence.
    ///
    /// It is sent to the endpoint's origin only, and its value is never printed. [`build`](Self::build) rejects a
    /// header that HTTP does not allow, or that the client sets itself, such as `authorization`.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Adds the name of your program to the header `user-agent`: `my-program/1.2` makes it
    /// `imagine-sdk/0.1.0 my-program/1.2`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.settings.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sets the model of an operation for calls that do not set one. Requests sent with `call` keep their own.
    ///
    /// Default: the documented default of each operation.
    ///
    #[cfg_attr(feature = "inference", doc = "```")]
    #[cfg_attr(not(feature = "inference"), doc = "```ignore")]
    /// use imagine_sdk::Client;
    /// use imagine_sdk::inference::operations;
    ///
    /// let builder = Client::builder()
    ///     .default_model(&operations::CHAT, "Llama-3.3-70B")
    ///     .default_model(&operations::EMBEDDINGS, "BAAI/bge-large-en-v1.5");
    /// # let _ = builder;
    /// ```
    pub fn default_model(
        mut self,
        operation: &'static Operation,
        model: impl Into<String>,
    ) -> Self {
        let models = &mut self.settings.default_models;
        models.insert(operation.id, model.into());
        self
    }

    /// Limits the retries of a request. Default: 3. It is part of the [retry policy](Self::retry_policy), and
    /// `with_max_retries` sets it for one call. In addition, all calls of a client share a
    /// [retry budget](RetryPolicy::budget).
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.settings.retry_policy.max_retries = retries;
        self
    }

    /// Sets the number of retries, the pauses before them and the retry budget. Default: [`RetryPolicy::new`].
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry_policy = policy;
        self
    }

    /// Calls `observe` before each retry: for metrics, or to log in your own way. It runs in the task of the call and
    /// must not block. Each retry is also an event of `tracing` at level `INFO`.
    ///
    #[cfg_attr(feature = "inference", doc = "```")]
    #[cfg_attr(not(feature = "inference"), doc = "```ignore")]
    /// let builder = imagine_sdk::Client::builder().on_retry(|retry| {
    ///     eprintln!("{}: retry in {:?}: {}", retry.operation, retry.pause, retry.error);
    /// });
    /// # let _ = builder;
    /// ```
    pub fn on_retry(mut self, observe: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        self.settings.on_retry = RetryObserver::new(observe);
        self
    }

    /// Limits the duration of a call with its retries, up to the complete response; for a stream, up to the start of
    /// the response. Default: 60 s.
    ///
    /// `with_timeout` sets it for one call, and limits a stream up to its end.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeouts.call = timeout;
        self
    }

    /// Limits a pause between two chunks of a response: of a stream, a file or a buffered response. Default: 120 s.
    ///
    /// `with_idle_timeout` sets it for one call.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeouts.idle = timeout;
        self
    }

    /// Limits the time from the start of a call until the first event of its stream, also while keep-alives arrive.
    /// Default: none; `timeout` limits the start of the response, and `idle_timeout` each pause.
    ///
    /// `with_first_event_timeout` sets it for one call.
    pub fn first_event_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeouts.first_event = Some(timeout);
        self
    }

    /// Limits the number of concurrent requests; the others wait. Default: 64. Minimum: 1.
    ///
    /// A stream counts until it ends or is dropped, and a call also during the pause before a retry.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.settings.max_concurrent_requests = requests;
        self
    }

    /// Limits the size of a response, in bytes after decompression. Default: 64 MiB. A larger response is an error for
    /// which [`is_too_large`](crate::Error::is_too_large) is true.
    ///
    /// For streams it limits the data that `collect` and tool runs accumulate; their error contains the partial response.
    /// Single events are limited by [`max_event_bytes`](Self::max_event_bytes), and downloads have
    /// limits of their own.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_response_bytes = bytes;
        self
    }

    /// Limits the size of one event of a stream, in bytes. Default: 64 MiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_event_bytes = bytes;
        self
    }

    /// Sets the key of a tool's schema in requests. Default: `parameters`, as documented. [`ToolSchemaKey`] describes
    /// the other key.
    pub fn tool_schema_key(mut self, key: ToolSchemaKey) -> Self {
        self.settings.tool_schema_key = key;
        self
    }

    /// Sets your own transport, such as one in memory. See [`transport`](crate::transport).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport.choose(Arc::new(transport));
        self
    }

    /// Wraps the transport, for instance to add a header, to limit or to record requests. The transport
    /// keeps its proxy, certificates, timeouts and connections.
    ///
    /// The first layer is the innermost: the last one sees a request first and its response last. Each attempt passes
    /// all of them, with the API key in its headers. Retries, timeouts, redirects and the decoding of content
    /// codings happen outside the layers. A layer that rejects a request returns a [`TransportError`](crate::transport::TransportError) of kind
    /// [`NotSent`](crate::transport::TransportErrorKind::NotSent), which is not retried; it must pass on the errors of
    /// `inner` and the extensions of the request.
    ///
    #[cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
    #[cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
    /// use futures_util::future::BoxFuture;
    /// use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
    ///
    /// /// Prints the method and the path of each request.
    /// #[derive(Debug)]
    /// struct Audited<T>(T);
    ///
    /// impl<T: Transport> Transport for Audited<T> {
    ///     fn send(
    ///         &self,
    ///         request: http::Request<RequestBody>,
    ///     ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
    ///         println!("{} {}", request.method(), request.uri().path());
    ///         self.0.send(request)
    ///     }
    /// }
    ///
    /// let client = imagine_sdk::Client::builder()
    ///     .endpoint("https://my-endpoint/api/v2")
    ///     .api_key("my-key")
    ///     .proxy("http://proxy:3128")
    ///     .layer(Audited)
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), imagine_sdk::Error>(())
    /// ```
    pub fn layer<T: Transport>(
        mut self,
        layer: impl FnOnce(Arc<dyn Transport>) -> T + Send + 'static,
    ) -> Self {
        self.transport.add_layer(|inner, _| Arc::new(layer(inner)));
        self
    }

    /// Wraps the transport in a layer of `tower`, such as one of its `ServiceBuilder`. The order is that of
    /// [`layer`](Self::layer); within a `ServiceBuilder` the first layer is the outermost.
    ///
    /// An error of the layer itself is [`NotSent`](crate::transport::TransportErrorKind::NotSent) if the request did
    /// not get a connection of the built-in transport, and
    /// [`ConnectionLost`](crate::transport::TransportErrorKind::ConnectionLost) otherwise. Errors of the transport keep
    /// their meaning, also if the layer wraps them.
    ///
    #[cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
    #[cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
    /// use tower::ServiceBuilder;
    /// use tower::limit::ConcurrencyLimitLayer;
    ///
    /// let layer = ServiceBuilder::new()
    ///     .map_request(|mut request: http::Request<_>| {
    ///         let tenant = http::HeaderValue::from_static("cheese");
    ///         request.headers_mut().insert("x-tenant", tenant);
    ///         request
    ///     })
    ///     .layer(ConcurrencyLimitLayer::new(8));
    /// let client = imagine_sdk::Client::builder()
    ///     .endpoint("https://my-endpoint/api/v2")
    ///     .api_key("my-key")
    ///     .tower_layer(layer)
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), imagine_sdk::Error>(())
    /// ```
    #[cfg(feature = "tower")]
    pub fn tower_layer<L, B>(mut self, layer: L) -> Self
    where
        L: tower_layer::Layer<TransportService<Arc<dyn Transport>>> + Send + 'static,
        TowerTransport<L::Service>: Transport,
        L::Service:
            tower_service::Service<http::Request<RequestBody>, Response = http::Response<B>>,
    {
        self.transport.add_layer(move |inner, is_built_in| {
            let service = layer.layer(TransportService::new(inner));
            Arc::new(TowerTransport::around(service, is_built_in))
        });
        self
    }

    /// Sets your own clock, such as one that a test advances.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Sets a setting that one API's client has beside those of all clients.
    #[cfg(feature = "media")]
    pub(crate) fn extension(mut self, setting: impl Clone + Send + Sync + 'static) -> Self {
        self.settings.extensions.insert(setting);
        self
    }

    /// Limits the concurrent requests of operations that the service executes one at a time.
    #[cfg(feature = "media")]
    pub(crate) fn exclusive_requests(mut self, requests: usize) -> Self {
        self.settings.max_concurrent_generations = requests;
        self
    }

    /// Builds the client. It does not connect yet.
    ///
    /// # Errors
    ///
    /// When the endpoint or the key is missing, or a setting is invalid. For a blocking client, also when the system
    /// cannot start a thread.
    pub fn build(self) -> Result<C, Error> {
        let mut settings = self.settings;
        C::Api::prepare(&mut settings.extensions)?;
        let endpoint = settings::endpoint::<C>(settings.endpoint.as_deref())?;
        if let Some(timeout) = self.transport.connect_timeout() {
            settings.timeouts.connect = Some(timeout);
        }
        let transport = self.transport.connect()?;
        let origin = self.origin.as_ref();
        // A derived client with the same endpoint has warned before.
        if origin.is_none_or(|origin| *origin.endpoint() != endpoint) {
            settings::warn_of_plain_http(&endpoint, &settings);
        }
        let limits = Limits::new::<C>(&settings, &endpoint, origin)?;
        let shared = origin.map(|origin| &*origin.shared.pipeline);
        let limit = |shared: Option<&ConcurrencyLimit>, permits| match shared {
            Some(limit) => limit.resized(permits),
            None => ConcurrencyLimit::new(permits),
        };
        let budget = settings.retry_policy.budget;
        let pipeline = Pipeline {
            transport,
            clock: Arc::clone(&settings.clock),
            origin: Origin::new(&endpoint, C::ENDPOINT_END),
            credentials: settings::credentials::<C>(&settings)?,
            headers: settings::headers(&settings)?,
            retry_budget: match shared {
                Some(shared) => shared.retry_budget.resized(budget),
                None => RetryBudget::new(budget),
            },
            retry_policy: settings.retry_policy.clone(),
            on_retry: settings.on_retry.clone(),
            timeouts: settings.timeouts.clone(),
            max_response_bytes: settings.max_response_bytes,
            concurrency: limit(
                shared.map(|shared| &shared.concurrency),
                settings.max_concurrent_requests,
            ),
            exclusive: limit(
                shared.map(|shared| &shared.exclusive),
                settings.max_concurrent_generations,
            ),
            limiter: limits.limiter,
            ledger: limits.ledger,
            token_estimate: settings.token_estimate,
            limits_tokens: limits.limits_tokens,
        };
        let mode = origin.map_or_else(C::start_mode, |origin| Ok(origin.mode.clone()))?;
        let shared = Shared {
            state: Mutex::default(),
            pipeline: Arc::new(pipeline),
            endpoint,
            settings,
        };
        Ok(C::from_connection(Connection::new(shared, mode)))
    }
}

impl<C: ApiClient> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
