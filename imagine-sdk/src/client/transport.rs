//! The transport of a client: the caller's, or the built-in one over reqwest.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "__tls")]
use super::{ApiClient, ClientBuilder, env};
use crate::error::Error;
use crate::transport::Transport;
#[cfg(feature = "__tls")]
use crate::transport::{ProxyChoice, ReqwestTransport, TransportSettings};

/// The choice of a transport.
#[derive(Default)]
pub(super) struct TransportChoice {
    own: Option<Arc<dyn Transport>>,
    /// True if `own` is the built-in transport of another client.
    own_is_built_in: bool,
    #[cfg(feature = "__tls")]
    built_in: TransportSettings,
    /// The first setting of the built-in transport that was changed.
    #[cfg(feature = "__tls")]
    changed: Option<&'static str>,
    /// The innermost first.
    layers: Vec<Layer>,
}

/// Wraps a transport. The second argument is true for the built-in transport, which records the progress of requests.
type Layer = Box<dyn FnOnce(Arc<dyn Transport>, bool) -> Arc<dyn Transport> + Send>;

impl TransportChoice {
    /// Chooses a transport that another client uses.
    pub(super) fn shared(transport: Arc<dyn Transport>, is_built_in: bool) -> Self {
        Self {
            own: Some(transport),
            own_is_built_in: is_built_in,
            ..Self::default()
        }
    }

    /// Adds a layer around those so far.
    pub(super) fn add_layer(
        &mut self,
        layer: impl FnOnce(Arc<dyn Transport>, bool) -> Arc<dyn Transport> + Send + 'static,
    ) {
        self.layers.push(Box::new(layer));
    }

    pub(super) fn choose(&mut self, transport: Arc<dyn Transport>) {
        self.own = Some(transport);
        self.own_is_built_in = false;
    }

    /// Returns the limit of establishing a connection, if the transport is the built-in one.
    pub(super) fn connect_timeout(&self) -> Option<Duration> {
        #[cfg(feature = "__tls")]
        if self.own.is_none() {
            return Some(self.built_in.connect_timeout);
        }
        None
    }

    /// Returns the transport with its layers.
    ///
    /// # Errors
    ///
    /// Fails if there is no transport, or its settings are invalid.
    pub(super) fn connect(mut self) -> Result<Arc<dyn Transport>, Error> {
        let layers = std::mem::take(&mut self.layers);
        let is_built_in = self.own.is_none() || self.own_is_built_in;
        let transport = self.innermost()?;
        let wrap = |inner, layer: Layer| layer(inner, is_built_in);
        Ok(layers.into_iter().fold(transport, wrap))
    }

    #[cfg(feature = "__tls")]
    fn innermost(self) -> Result<Arc<dyn Transport>, Error> {
        match (self.own, self.changed) {
            (Some(own), None) => Ok(own),
            (Some(_), Some(setting)) => Err(Error::configuration(format!(
                "`{setting}` has no effect on your own transport; configure that instead"
            ))),
            (None, _) => built_in(self.built_in),
        }
    }

    #[cfg(not(feature = "__tls"))]
    fn innermost(self) -> Result<Arc<dyn Transport>, Error> {
        self.own.ok_or_else(|| {
            Error::configuration(
                "no transport; call `.transport(..)`, or enable a TLS feature of imagine-sdk, such as `rustls`",
            )
        })
    }

    #[cfg(feature = "__tls")]
    fn change(&mut self, setting: &'static str) -> &mut TransportSettings {
        self.changed.get_or_insert(setting);
        &mut self.built_in
    }
}

#[cfg(feature = "__tls")]
fn built_in(mut settings: TransportSettings) -> Result<Arc<dyn Transport>, Error> {
    if let ProxyChoice::Environment = settings.proxy {
        let variables = env::proxies().map_err(Error::configuration)?;
        settings.proxy = ProxyChoice::Variables(variables);
    }
    if settings.accept_invalid_certificates {
        tracing::warn!("TLS certificates are not verified: an intermediary can read the API key");
    }
    let transport = ReqwestTransport::new(&settings).map_err(|(problem, source)| {
        let error = Error::configuration(problem);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    })?;
    Ok(Arc::new(transport))
}

/// Settings of the built-in transport. Your own transport has its own: beside
/// [`transport`](ClientBuilder::transport), these are an error of [`build`](ClientBuilder::build).
#[cfg(feature = "__tls")]
impl<C: ApiClient> ClientBuilder<C> {
    /// Limits the duration of an attempt to connect. Default: 10 s.
    ///
    /// A request that gets no connection of the pool within a quarter of this limit is retried on a new one, because
    /// nothing was sent: a connection that accepts no further requests may never become free.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.transport.change("connect_timeout").connect_timeout = timeout;
        self
    }

    /// Closes connections that are idle for this long. Default: 4 s, because many servers close them after 5 s, and a
    /// request on a connection that is being closed fails.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.transport.change("pool_idle_timeout").pool_idle_timeout = timeout;
        self
    }

    /// Sends everything through this proxy, such as `http://proxy:3128`. Default: the variables `HTTP_PROXY`,
    /// `HTTPS_PROXY` and `ALL_PROXY`, except for the hosts in `NO_PROXY`, whose format is that of curl: domains with
    /// their subdomains, addresses, networks such as `10.0.0.0/8`, each with or without a port, or `*`.
    ///
    /// A proxy that cannot be used, also one in a variable, is an error of [`build`](ClientBuilder::build): without the
    /// proxy, the API key would be sent directly.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.transport.change("proxy").proxy = ProxyChoice::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment contains.
    pub fn no_proxy(mut self) -> Self {
        self.transport.change("no_proxy").proxy = ProxyChoice::Direct;
        self
    }

    /// Trusts the certificates in this PEM file too, for an appliance with its own certificate.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        let settings = self.transport.change("add_root_certificate");
        settings.root_certificates.push(pem.into());
        self
    }

    /// Accepts **any** certificate: an intermediary can read and change everything, including the API key. Building
    /// the client then logs a warning. [`add_root_certificate`](Self::add_root_certificate) is the safe way to trust
    /// a private certificate.
    #[doc(alias("verify"))]
    pub fn danger_accept_invalid_certs(mut self, accept: bool) -> Self {
        let settings = self.transport.change("danger_accept_invalid_certs");
        settings.accept_invalid_certificates = accept;
        self
    }
}
