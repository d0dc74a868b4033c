//! Where a client's requests go out: through the transport that comes with the SDK, or through one of the
//! caller's.

#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::config::ClientBuilder;
use crate::error::Error;
use crate::transport::Transport;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::transport::{ProxyChoice, ReqwestTransport, TransportSettings};

/// How a [`ClientBuilder`](crate::ClientBuilder) comes to its transport: [`BuiltIn`] unless
/// [`transport`](crate::ClientBuilder::transport) makes it [`Own`].
///
/// Without the features `rustls` and `native-tls` nothing is built in, and a client that was given no transport
/// does not compile:
///
#[cfg_attr(
    all(feature = "inference", any(feature = "rustls", feature = "native-tls")),
    doc = "```"
)]
#[cfg_attr(
    all(
        feature = "inference",
        not(any(feature = "rustls", feature = "native-tls"))
    ),
    doc = "```compile_fail"
)]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
/// let client = imagine_sdk::Client::builder()
///     .endpoint("https://my-endpoint/api/v2")
///     .api_key("my-key")
///     .build()?; // error: this client has no transport
/// # let _ = client;
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "this client has no transport",
    label = "there is none to build the client with",
    note = "enable the feature `rustls` or `native-tls` of imagine-sdk, or call `.transport(..)` before"
)]
pub trait Wiring: sealed::Sealed {
    /// The transport.
    #[doc(hidden)]
    fn connect(self) -> Result<Box<dyn Transport>, Error>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::BuiltIn {}
    impl Sealed for super::Own {}
}

/// The transport that comes with the SDK.
#[derive(Debug, Default)]
pub struct BuiltIn {
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    settings: TransportSettings,
}

/// A transport of the caller's.
#[derive(Debug)]
pub struct Own(pub(super) Box<dyn Transport>);

impl Wiring for Own {
    fn connect(self) -> Result<Box<dyn Transport>, Error> {
        Ok(self.0)
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
impl Wiring for BuiltIn {
    fn connect(self) -> Result<Box<dyn Transport>, Error> {
        if self.settings.accept_invalid_certificates {
            tracing::warn!("certificates are not verified: anyone in between can read the key");
        }
        let transport = ReqwestTransport::new(&self.settings).map_err(|(problem, source)| {
            let error = Error::config(problem);
            match source {
                Some(source) => error.because(source),
                None => error,
            }
        })?;
        Ok(Box::new(transport))
    }
}

/// The settings of the transport that comes with the SDK. One of your own has its own.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
impl<C> ClientBuilder<C, BuiltIn> {
    /// How long connecting may take. 10 seconds unless changed.
    pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
        self.wiring.settings.connect_timeout = timeout;
        self
    }

    /// Sends everything through this proxy, `http://proxy:3128`. Without it, `HTTP_PROXY`, `HTTPS_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY` decide.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.wiring.settings.proxy = ProxyChoice::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.wiring.settings.proxy = ProxyChoice::Direct;
        self
    }

    /// Trusts the certificates in this PEM file too, as an appliance with a certificate of its own needs
    /// it.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.wiring.settings.root_certificates.push(pem.into());
        self
    }

    /// Accepts **any** certificate: whoever is in between can read and change everything, the key
    /// included. Building the client then logs a warning.
    /// [`add_root_certificate`](Self::add_root_certificate) is the safe way to a private certificate.
    #[doc(alias("verify"))]
    pub fn danger_accept_invalid_certs(mut self, accept: bool) -> Self {
        self.wiring.settings.accept_invalid_certificates = accept;
        self
    }
}
