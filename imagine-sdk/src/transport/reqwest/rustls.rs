//! TLS by rustls with the ring provider.

use std::sync::Arc;

use ::rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use ::rustls::pki_types::pem::PemObject;
use ::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use ::rustls::{ClientConfig, RootCertStore};

use crate::transport::{BoxError, TransportSettings, Unusable};

/// Configures TLS. The provider is passed explicitly, so that no process-wide provider is required.
pub(super) fn set(
    builder: reqwest::ClientBuilder,
    settings: &TransportSettings,
) -> Result<reqwest::ClientBuilder, Unusable> {
    Ok(builder.tls_backend_preconfigured(tls(settings)?))
}

fn tls(settings: &TransportSettings) -> Result<ClientConfig, Unusable> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| ("cannot configure TLS".to_owned(), Some(error.into())))?;
    let mut tls = if settings.accept_invalid_certificates {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AcceptAny::new(&provider)))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(roots(&settings.root_certificates)?)
            .with_no_client_auth()
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Returns the roots of the system and those of the settings. A system without roots, such as a bare container, gets
/// Mozilla's roots, so that clients can be built everywhere.
fn roots(added: &[Vec<u8>]) -> Result<RootCertStore, Unusable> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for pem in added {
        let unusable = |source: BoxError| {
            (
                "a root certificate is not in PEM format".to_owned(),
                Some(source),
            )
        };
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| unusable(error.to_string().into()))?;
        if certificates.is_empty() {
            return Err(unusable("it has no `BEGIN CERTIFICATE` section".into()));
        }
        for certificate in certificates {
            store
                .add(certificate)
                .map_err(|error| unusable(error.into()))?;
        }
    }
    Ok(store)
}

/// Accepts every certificate. Only `danger_accept_invalid_certs` enables it.
#[derive(Debug)]
struct AcceptAny(WebPkiSupportedAlgorithms);

impl AcceptAny {
    fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }
}

impl ::rustls::client::danger::ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<::rustls::client::danger::ServerCertVerified, ::rustls::Error> {
        Ok(::rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &::rustls::DigitallySignedStruct,
    ) -> Result<::rustls::client::danger::HandshakeSignatureValid, ::rustls::Error> {
        ::rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &::rustls::DigitallySignedStruct,
    ) -> Result<::rustls::client::danger::HandshakeSignatureValid, ::rustls::Error> {
        ::rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<::rustls::SignatureScheme> {
        self.0.supported_schemes()
    }
}
