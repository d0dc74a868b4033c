//! The settings of the transport over reqwest.

use std::fmt;
use std::time::Duration;

use crate::error::BoxError;

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
    /// The proxies that the environment contains when the client is built.
    #[default]
    Environment,
    /// These proxies.
    Variables(ProxyVariables),
    /// No proxy, independent of the environment.
    Direct,
    /// This proxy for all requests.
    Url(String),
}

/// The environment variables that configure proxies, with their names.
#[derive(Clone, Default)]
pub(crate) struct ProxyVariables {
    pub(crate) http: Option<(&'static str, String)>,
    pub(crate) https: Option<(&'static str, String)>,
    pub(crate) all: Option<(&'static str, String)>,
    /// The hosts without a proxy.
    pub(crate) no_proxy: String,
}

/// URLs of proxies may contain passwords.
impl fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [&self.http, &self.https, &self.all];
        let names = names.into_iter().flatten().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}
