//! TLS of the operating system: OpenSSL, Secure Transport or SChannel.

use reqwest::Certificate;

use crate::error::BoxError;
use crate::transport::{TransportSettings, Unusable};

/// The configuration of TLS.
pub(super) struct Tls {
    roots: Vec<Certificate>,
    accept_invalid_certificates: bool,
}

impl Tls {
    pub(super) fn new(settings: &TransportSettings) -> Result<Self, Unusable> {
        let mut roots = fallback_roots();
        for pem in &settings.root_certificates {
            roots.extend(parse_roots(pem)?);
        }
        Ok(Self {
            roots,
            accept_invalid_certificates: settings.accept_invalid_certificates,
        })
    }

    pub(super) fn set(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder
            .tls_backend_native()
            .tls_danger_accept_invalid_certs(self.accept_invalid_certificates)
            .tls_danger_accept_invalid_hostnames(self.accept_invalid_certificates)
            .tls_certs_merge(self.roots.clone())
    }
}

/// Returns Mozilla's roots for a system without roots, such as a bare container. Other systems add theirs by
/// themselves.
fn fallback_roots() -> Vec<Certificate> {
    if !rustls_native_certs::load_native_certs().certs.is_empty() {
        return Vec::new();
    }
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots
        .filter_map(|root| Certificate::from_der(root).ok())
        .collect()
}

fn parse_roots(pem: &[u8]) -> Result<Vec<Certificate>, Unusable> {
    let unusable = |source: BoxError| {
        let problem = "a root certificate is not in PEM format".to_owned();
        (problem, Some(source))
    };
    let roots = Certificate::from_pem_bundle(pem).map_err(|error| unusable(error.into()))?;
    if roots.is_empty() {
        return Err(unusable("it has no `BEGIN CERTIFICATE` section".into()));
    }
    Ok(roots)
}
