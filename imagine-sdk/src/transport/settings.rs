//! What the transport that comes with the SDK is built from: plain values, whatever builds it.

use std::time::Duration;

use super::BoxError;

/// What could not be used to build a transport: a sentence that says so, and what is wrong with it.
pub(crate) type Unusable = (String, Option<BoxError>);

/// The settings of the transport that comes with the SDK.
#[derive(Debug)]
pub(crate) struct TransportSettings {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: ProxyChoice,
    /// Certificates in PEM form that are trusted besides those of the machine.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) accept_invalid_certificates: bool,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            proxy: ProxyChoice::default(),
            root_certificates: Vec::new(),
            accept_invalid_certificates: false,
        }
    }
}

/// Which proxy requests go through.
#[derive(Clone, Debug, Default)]
pub(crate) enum ProxyChoice {
    /// What `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one, for everything.
    Url(String),
}
