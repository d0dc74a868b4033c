//! TLS with a self-signed certificate.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

use super::http2::{self, Http2};
use crate::connection::{Connection, ConnectionHandle, Listener};

/// The protocols of HTTP in TLS.
const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// The certificate of a mock, and the protocols that it offers.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    http2: Option<Http2>,
}

impl Tls {
    /// Creates a certificate for `localhost` and 127.0.0.1, and returns it in PEM format too.
    pub(crate) fn new(http2: Option<Http2>) -> io::Result<(Self, String)> {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let signed = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
        let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![signed.cert.der().clone()], key.into())
            .map_err(io::Error::other)?;
        config.alpn_protocols = match http2 {
            Some(_) => vec![HTTP_2.to_vec(), HTTP_1.to_vec()],
            None => vec![HTTP_1.to_vec()],
        };
        let tls = Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            http2,
        };
        Ok((tls, signed.cert.pem()))
    }

    /// Serves connections until the listener fails, which it does not.
    pub(crate) async fn serve(self, mut listener: Listener, app: Router) {
        let Ok(address) = serve::Listener::local_addr(&listener) else {
            return;
        };
        let (accepted, connections) = mpsc::channel(16);
        let http1 = Http1Listener {
            connections,
            address,
        };
        let service = app.clone();
        let service = service.into_make_service_with_connect_info::<ConnectionHandle>();
        tokio::spawn(async move { serve::serve(http1, service).await });
        loop {
            let (connection, _) = serve::Listener::accept(&mut listener).await;
            let (tls, app, accepted) = (self.clone(), app.clone(), accepted.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate closes the connection.
                let Ok(stream) = tls.acceptor.accept(connection).await else {
                    return;
                };
                match tls.http2 {
                    Some(http2) if stream.get_ref().1.alpn_protocol() == Some(HTTP_2) => {
                        let handle = stream.get_ref().0.handle();
                        http2::serve(stream, http2, handle, app).await;
                    }
                    _ => drop(accepted.send(stream).await),
                }
            });
        }
    }
}

/// The connections that speak HTTP/1.1.
struct Http1Listener {
    connections: mpsc::Receiver<TlsStream<Connection>>,
    address: SocketAddr,
}

impl serve::Listener for Http1Listener {
    type Io = TlsStream<Connection>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.connections.recv().await {
            Some(stream) => (stream, self.address),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Connected<serve::IncomingStream<'_, Http1Listener>> for ConnectionHandle {
    fn connect_info(incoming: serve::IncomingStream<'_, Http1Listener>) -> Self {
        incoming.io().get_ref().0.handle()
    }
}
