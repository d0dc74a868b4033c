//! An HTTP/2 server over TLS on a thread of its own that sends the same response to every request.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{RecvStream, server};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::measure;

/// A running server.
pub struct Server {
    pub endpoint: String,
    /// The certificate in PEM.
    pub certificate: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Responds to every request with this JSON, and to this many at once on a connection.
    pub fn start(json: &'static [u8], streams: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        );
        let (acceptor, certificate) = acceptor();
        let connections = Arc::new(AtomicUsize::new(0));
        let accepted = Arc::clone(&connections);
        std::thread::spawn(move || {
            measure::runtime().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                loop {
                    let (connection, _) = listener.accept().await.unwrap();
                    accepted.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(converse(connection, acceptor.clone(), json, streams));
                }
            });
        });
        Self {
            endpoint,
            certificate,
            connections,
        }
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Creates a TLS acceptor for `localhost`. Returns its certificate as PEM.
fn acceptor() -> (TlsAcceptor, String) {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    (TlsAcceptor::from(Arc::new(config)), signed.cert.pem())
}

async fn converse(
    connection: TcpStream,
    acceptor: TlsAcceptor,
    json: &'static [u8],
    streams: usize,
) {
    connection.set_nodelay(true).unwrap();
    let Ok(connection) = acceptor.accept(connection).await else {
        return;
    };
    let mut builder = server::Builder::new();
    builder.max_concurrent_streams(u32::try_from(streams).unwrap());
    // Many small requests at once look like an attack.
    builder.data_frame_budget(16 << 20);
    let mut connection = builder.handshake(connection).await.unwrap();
    while let Some(Ok((request, response))) = connection.accept().await {
        tokio::spawn(respond(request.into_body(), response, json));
    }
}

/// Responds after the end of the request.
async fn respond(
    mut body: RecvStream,
    mut response: SendResponse<Bytes>,
    json: &'static [u8],
) -> Result<(), h2::Error> {
    while let Some(chunk) = body.data().await {
        body.flow_control().release_capacity(chunk?.len())?;
    }
    let head = http::Response::builder().header("content-type", "application/json");
    let mut stream = response.send_response(head.body(()).unwrap(), false)?;
    stream.send_data(Bytes::from_static(json), true)
}
