//! The settings of the transport over reqwest.

use std::time::Duration;

use super::BoxError;

/// The error of a setting: a message and its cause.
pub(crate) type Unusable = (String, Option<BoxError>);

/// The settings of the transport over reqwest.
#[derive(Debug)]
pub(crate) struct TransportSettings {
    /// The timeout for establishing a connection. Default: 10 s.
    pub(crate) connect_timeout: Duration,
    /// The time after which an idle connection is closed. Default: 4 s.
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) proxy: ProxyChoice,
    /// Trusted certificates in PEM format, in addition to those of the system.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) accept_invalid_certificates: bool,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(4),
            proxy: ProxyChoice::default(),
            root_certificates: Vec::new(),
            accept_invalid_certificates: false,
        }
    }
}

/// The choice of a proxy.
#[derive(Clone, Debug, Default)]
pub(crate) enum ProxyChoice {
    /// The proxy in `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY`, except for the hosts in `NO_PROXY`.
    #[default]
    Environment,
    /// No proxy, independent of the environment.
    Direct,
    /// This proxy for all requests.
    Url(String),
}
