//! A server with TLS and a certificate that nobody has signed but itself.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::raw_server::read_request;

const PONG: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\nconnection: close\r\n\r\n{\"message\":\"pong\",\"status\":\"good\"}";

/// A server that answers every request as `ping` is answered, until it is dropped.
#[derive(Debug)]
pub struct SecureServer {
    address: SocketAddr,
    certificate: String,
    task: JoinHandle<()>,
}

impl SecureServer {
    /// Starts a server for the name `localhost`.
    pub async fn start() -> Self {
        let (acceptor, certificate) = acceptor("http/1.1");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            certificate,
            task: tokio::spawn(serve(listener, acceptor)),
        }
    }

    /// The endpoint, by name.
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}/v2", self.address.port())
    }

    /// The certificate, in PEM form.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }
}

impl Drop for SecureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// TLS for the name `localhost` and this protocol, and the certificate of it in PEM form.
pub(crate) fn acceptor(protocol: &str) -> (TlsAcceptor, String) {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![protocol.into()];
    (TlsAcceptor::from(Arc::new(config)), signed.cert.pem())
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate hangs up, which is its good right.
            if let Ok(mut connection) = acceptor.accept(connection).await {
                read_request(&mut connection).await;
                let _ = connection.write_all(PONG).await;
                let _ = connection.shutdown().await;
            }
        });
    }
}
