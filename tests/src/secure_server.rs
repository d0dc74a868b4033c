//! A TLS server with a self-signed certificate.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::raw_server::read_request;

const PONG: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\nconnection: close\r\n\r\n{\"message\":\"pong\",\"status\":\"good\"}";

/// A running server that responds to every request like `ping`. Stops when dropped.
#[derive(Debug)]
pub struct SecureServer {
    address: SocketAddr,
    certificate: String,
    task: JoinHandle<()>,
}

impl SecureServer {
    /// Starts a server for the name `localhost`.
    pub async fn start() -> Self {
        Self::with(acceptor("http/1.1")).await
    }

    /// Starts a server for the name `localhost`, whose certificate is a CA. OpenSSL makes them so by default.
    pub async fn with_ca_certificate(not_after: Option<i32>) -> Self {
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        if let Some(year) = not_after {
            parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        Self::with(acceptor_with("http/1.1", &certificate, &key)).await
    }

    async fn with((acceptor, certificate): (TlsAcceptor, String)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            certificate,
            task: tokio::spawn(serve(listener, acceptor)),
        }
    }

    /// Returns the endpoint, with the host name `localhost`.
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}/v2", self.address.port())
    }

    /// Returns the certificate as PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }
}

impl Drop for SecureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Creates a TLS acceptor for `localhost` and this protocol. Returns its certificate as PEM.
pub(crate) fn acceptor(protocol: &str) -> (TlsAcceptor, String) {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    acceptor_with(protocol, &signed.cert, &signed.signing_key)
}

fn acceptor_with(
    protocol: &str,
    certificate: &Certificate,
    key: &KeyPair,
) -> (TlsAcceptor, String) {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![protocol.into()];
    (TlsAcceptor::from(Arc::new(config)), certificate.pem())
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate closes the connection.
            if let Ok(mut connection) = acceptor.accept(connection).await {
                read_request(&mut connection).await;
                let _ = connection.write_all(PONG).await;
                let _ = connection.shutdown().await;
            }
        });
    }
}
