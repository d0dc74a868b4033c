//! TLS by the system: OpenSSL, Secure Transport or SChannel.

use reqwest::Certificate;

use crate::transport::{BoxError, TransportSettings, Unusable};

/// Sets up TLS.
pub(super) fn set(
    builder: reqwest::ClientBuilder,
    settings: &TransportSettings,
) -> Result<reqwest::ClientBuilder, Unusable> {
    let accept = settings.accept_invalid_certificates;
    let mut roots = without_machine();
    for pem in &settings.root_certificates {
        roots.extend(added(pem)?);
    }
    Ok(builder
        .tls_backend_native()
        .tls_danger_accept_invalid_certs(accept)
        .tls_danger_accept_invalid_hostnames(accept)
        .tls_certs_merge(roots))
}

/// Mozilla's roots for a machine without any, such as a bare container. Others trust theirs by themselves.
fn without_machine() -> Vec<Certificate> {
    if !rustls_native_certs::load_native_certs().certs.is_empty() {
        return Vec::new();
    }
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots
        .filter_map(|root| Certificate::from_der(root).ok())
        .collect()
}

fn added(pem: &[u8]) -> Result<Vec<Certificate>, Unusable> {
    let unusable = |source: BoxError| {
        let problem = "a root certificate is not in PEM form".to_owned();
        (problem, Some(source))
    };
    let roots = Certificate::from_pem_bundle(pem).map_err(|error| unusable(error.into()))?;
    if roots.is_empty() {
        return Err(unusable("it has no `BEGIN CERTIFICATE` section".into()));
    }
    Ok(roots)
}
