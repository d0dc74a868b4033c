//! TLS by rustls.

use std::sync::Arc;

use ::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use ::rustls::client::{WebPkiServerVerifier, verify_server_name};
use ::rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use ::rustls::pki_types::pem::PemObject;
use ::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use ::rustls::server::ParsedCertificate;
use ::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use crate::error::BoxError;
use crate::transport::{TransportSettings, Unusable};

/// The configuration of TLS. The provider is passed explicitly, so that no process-wide provider is required.
pub(super) struct Tls(ClientConfig);

impl Tls {
    pub(super) fn new(settings: &TransportSettings) -> Result<Self, Unusable> {
        config(settings).map(Self)
    }

    pub(super) fn set(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_backend_preconfigured(self.0.clone())
    }
}

/// Returns the default provider of the process, or else that of the feature. It installs none.
fn provider() -> Result<Arc<CryptoProvider>, Unusable> {
    let default = CryptoProvider::get_default().map(Arc::clone);
    default.or_else(of_feature).ok_or_else(|| {
        let problem = "no cryptography for TLS: call `install_default` of a `rustls::crypto::CryptoProvider` before \
                       building a client, or enable the feature `rustls` (aws-lc-rs) or `rustls-ring` of imagine-sdk";
        (problem.to_owned(), None)
    })
}

#[cfg(feature = "rustls")]
fn of_feature() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(::rustls::crypto::aws_lc_rs::default_provider()))
}

#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
fn of_feature() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(::rustls::crypto::ring::default_provider()))
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
fn of_feature() -> Option<Arc<CryptoProvider>> {
    None
}

fn config(settings: &TransportSettings) -> Result<ClientConfig, Unusable> {
    let provider = provider()?;
    let unusable = |source: BoxError| ("cannot configure TLS".to_owned(), Some(source));
    let verifier: Arc<dyn ServerCertVerifier> = match settings.accept_invalid_certificates {
        true => Arc::new(AcceptAny::new(&provider)),
        false => {
            let added = parse_pem(&settings.root_certificates)?;
            let roots = Arc::new(roots(&added)?);
            let web =
                WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            let web = web.map_err(|error| unusable(error.into()))?;
            Arc::new(AcceptAdded { web, added })
        }
    };
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.into()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Returns the roots of the system and the added ones. A system without roots, such as a bare container, gets Mozilla's
/// roots, so that clients can be built everywhere.
fn roots(added: &[CertificateDer<'static>]) -> Result<RootCertStore, Unusable> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for certificate in added {
        let result = store.add(certificate.clone());
        result.map_err(|error| unusable_root(error.into()))?;
    }
    Ok(store)
}

fn parse_pem(files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let mut parsed = Vec::new();
    for pem in files {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| unusable_root(error.to_string().into()))?;
        if certificates.is_empty() {
            return Err(unusable_root(
                "it has no `BEGIN CERTIFICATE` section".into(),
            ));
        }
        parsed.extend(certificates);
    }
    Ok(parsed)
}

fn unusable_root(source: BoxError) -> Unusable {
    let problem = "a root certificate is not in PEM format".to_owned();
    (problem, Some(source))
}

/// The name of webpki's error for a server certificate that is a CA.
const CA_AS_SERVER: &str = "CaUsedAsEndEntity";

/// Verifies certificates as usual, and accepts a server certificate that the caller added, even if it is a CA: OpenSSL
/// makes self-signed certificates CAs by default.
#[derive(Debug)]
struct AcceptAdded {
    web: Arc<WebPkiServerVerifier>,
    added: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for AcceptAdded {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, ::rustls::Error> {
        let verified =
            self.web
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // webpki reports this error after it has checked the validity.
            Err(::rustls::Error::InvalidCertificate(CertificateError::Other(error)))
                if error.to_string() == CA_AS_SERVER && self.added.contains(end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, ::rustls::Error> {
        self.web
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, ::rustls::Error> {
        self.web
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.web.supported_verify_schemes()
    }
}

/// Accepts every certificate. Only `danger_accept_invalid_certs` enables it.
#[derive(Debug)]
struct AcceptAny(WebPkiSupportedAlgorithms);

impl AcceptAny {
    fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }
}

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, ::rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, ::rustls::Error> {
        ::rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, ::rustls::Error> {
        ::rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
