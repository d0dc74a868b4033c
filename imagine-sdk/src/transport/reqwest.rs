//! The transport over reqwest and rustls. No other file names either.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use reqwest::redirect;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, RootCertStore};

use super::{RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind};
use crate::error::BoxError;

/// What the transport is built from.
#[derive(Debug)]
pub(crate) struct TransportConfig {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: ProxyChoice,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) accept_invalid_certificates: bool,
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

/// Sends requests over HTTP/1.1 and HTTP/2, with TLS by rustls.
#[derive(Clone, Debug)]
pub(crate) struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// With a sentence that says what could not be used: a certificate, the proxy, or the TLS set-up.
    pub(crate) fn new(config: &TransportConfig) -> Result<Self, (String, Option<BoxError>)> {
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(config)?)
            .connect_timeout(config.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(redirect::Policy::none())
            .referer(false);
        let client = proxied(builder, &config.proxy)?.build();
        client.map(|client| Self { client }).map_err(|error| {
            (
                "the HTTP client could not be built".into(),
                Some(error.into()),
            )
        })
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let client = self.client.clone();
        async move {
            let request = request.map(outgoing);
            let request = reqwest::Request::try_from(request)
                .map_err(|error| failure(error, TransportErrorKind::Connect))?;
            let response = client
                .execute(request)
                .await
                .map_err(|error| failure(error, TransportErrorKind::Exchange))?;
            Ok(incoming(response))
        }
        .boxed()
    }
}

fn outgoing(body: RequestBody) -> reqwest::Body {
    match body {
        RequestBody::Bytes(bytes) => bytes.into(),
        RequestBody::Stream { chunks, .. } => reqwest::Body::wrap_stream(chunks),
    }
}

fn incoming(mut response: reqwest::Response) -> http::Response<ResponseBody> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    let body = response
        .bytes_stream()
        .map_err(|error| failure(error, TransportErrorKind::ResponseBody))
        .boxed();
    head.map(|()| body)
}

/// The address is left out of the error, because it may carry what the caller put into the query.
fn failure(error: reqwest::Error, otherwise: TransportErrorKind) -> TransportError {
    let kind = match otherwise {
        TransportErrorKind::Exchange if error.is_connect() && error.is_timeout() => {
            TransportErrorKind::ConnectTimeout
        }
        TransportErrorKind::Exchange if error.is_connect() => TransportErrorKind::Connect,
        TransportErrorKind::Exchange if error.is_body() || caused_by_file(&error) => {
            TransportErrorKind::RequestBody
        }
        other => other,
    };
    TransportError {
        kind,
        source: error.without_url().into(),
    }
}

/// Reading the file of an upload failed: our body stream yields such errors marked as [`UploadError`].
fn caused_by_file(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<crate::body::UploadError>() {
            return true;
        }
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if wrapped.is_some_and(|inner| inner.is::<crate::body::UploadError>()) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn proxied(
    builder: reqwest::ClientBuilder,
    choice: &ProxyChoice,
) -> Result<reqwest::ClientBuilder, (String, Option<BoxError>)> {
    match choice {
        ProxyChoice::Environment => Ok(builder),
        ProxyChoice::Direct => Ok(builder.no_proxy()),
        ProxyChoice::Url(url) if !is_http(url) => {
            let advice = "the proxy is not an address such as `http://proxy:3128`; only `http` and `https` proxies are known";
            Err((advice.into(), None))
        }
        ProxyChoice::Url(url) => reqwest::Proxy::all(url.as_str())
            .map(|proxy| builder.no_proxy().proxy(proxy))
            .map_err(|error| {
                let advice = "the proxy is not an address such as `http://proxy:3128`";
                (advice.into(), Some(error.without_url().into()))
            }),
    }
}

/// A proxy of another kind would be passed by in silence, and the key would go out directly.
fn is_http(url: &str) -> bool {
    match url.split_once("://") {
        Some((scheme, _)) => {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        }
        None => true,
    }
}

fn tls(config: &TransportConfig) -> Result<ClientConfig, (String, Option<BoxError>)> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| ("TLS could not be set up".to_owned(), Some(error.into())))?;
    let mut tls = if config.accept_invalid_certificates {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AcceptAny::new(&provider)))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(roots(&config.root_certificates)?)
            .with_no_client_auth()
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// The roots of the machine and those of the caller. A machine without any, such as a bare container,
/// gets Mozilla's, so that a client can be built everywhere.
fn roots(added: &[Vec<u8>]) -> Result<RootCertStore, (String, Option<BoxError>)> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for pem in added {
        let unusable = |source: BoxError| {
            (
                "a root certificate is not in PEM form".to_owned(),
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

/// Accepts every certificate; only `danger_accept_invalid_certs` puts it in.
#[derive(Debug)]
struct AcceptAny(WebPkiSupportedAlgorithms);

impl AcceptAny {
    fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }
}

impl rustls::client::danger::ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.supported_schemes()
    }
}
