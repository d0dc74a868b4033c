//! The protocol that the mock serves: plain HTTP, or TLS with HTTP/1.1 and HTTP/2.

#[cfg(feature = "tls")]
mod http2;
#[cfg(feature = "tls")]
mod tls;

use std::io;

use axum::Router;

#[cfg(feature = "tls")]
pub use self::http2::Http2;
#[cfg(feature = "tls")]
use self::tls::Tls;
use crate::connection::{ConnectionHandle, Listener};

/// The settings of the protocol.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Protocol {
    #[cfg(feature = "tls")]
    pub(crate) has_tls: bool,
    #[cfg(feature = "tls")]
    pub(crate) http2: Option<Http2>,
}

/// A protocol with its certificate.
pub(crate) struct PreparedProtocol {
    #[cfg(feature = "tls")]
    tls: Option<(Tls, String)>,
}

impl Protocol {
    /// Creates the certificate.
    #[cfg_attr(
        not(feature = "tls"),
        expect(clippy::unnecessary_wraps, reason = "certificates can fail")
    )]
    pub(crate) fn prepare(self) -> io::Result<PreparedProtocol> {
        Ok(PreparedProtocol {
            #[cfg(feature = "tls")]
            tls: self.has_tls.then(|| Tls::new(self.http2)).transpose()?,
        })
    }
}

#[cfg_attr(
    not(feature = "tls"),
    expect(clippy::unused_self, reason = "plain HTTP has no data")
)]
impl PreparedProtocol {
    /// Returns the scheme of URLs.
    pub(crate) fn scheme(&self) -> &'static str {
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return "https";
        }
        "http"
    }

    /// Returns the certificate in PEM format.
    pub(crate) fn certificate(&self) -> Option<String> {
        #[cfg(feature = "tls")]
        if let Some((_, certificate)) = &self.tls {
            return Some(certificate.clone());
        }
        None
    }

    /// Serves connections on the current runtime.
    pub(crate) fn spawn(self, listener: Listener, app: Router) {
        #[cfg(feature = "tls")]
        if let Some((tls, _)) = self.tls {
            tokio::spawn(tls.serve(listener, app));
            return;
        }
        let app = app.into_make_service_with_connect_info::<ConnectionHandle>();
        tokio::spawn(async move { axum::serve(listener, app).await });
    }
}
