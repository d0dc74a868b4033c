//! A minimal HTTP/2 server (RFC 9113) that responds, resets streams, and sends GOAWAY.
//!
//! The server writes frames as bytes, so it does not depend on the client's HTTP library.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::secure_server::acceptor;

/// The reaction to a request.
#[derive(Clone, Debug)]
pub enum Http2Action {
    /// Responds with JSON.
    Respond(Bytes),
    /// Resets the stream with this code: 7 is `REFUSED_STREAM`, 8 is `CANCEL`.
    Reset(u32),
    /// Sends GOAWAY with this code (0 is `NO_ERROR`) and a last stream id before this request.
    GoAway(u32),
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200` in the static table of RFC 7541.
const STATUS_OK: &[u8] = &[0x88];

/// A running server that handles requests by a script. Stops when dropped.
#[derive(Debug)]
pub struct Http2Server {
    address: SocketAddr,
    certificate: String,
    script: Arc<Mutex<Vec<Http2Action>>>,
    task: JoinHandle<()>,
}

impl Http2Server {
    /// Starts a server for the name `localhost`.
    pub async fn start(script: impl IntoIterator<Item = Http2Action>) -> Self {
        let (acceptor, certificate) = acceptor("h2");
        let mut script: Vec<_> = script.into_iter().collect();
        script.reverse();
        let script = Arc::new(Mutex::new(script));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            certificate,
            task: tokio::spawn(serve(listener, acceptor, Arc::clone(&script))),
            script,
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

    /// Returns the number of unused actions.
    pub fn remaining_actions(&self) -> usize {
        self.script.lock().unwrap().len()
    }
}

impl Drop for Http2Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, script: Arc<Mutex<Vec<Http2Action>>>) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
        tokio::spawn(async move {
            let mut connection = acceptor.accept(connection).await.unwrap();
            // The client may close the connection in any way.
            let _ = serve_connection(&mut connection, &script).await;
        });
    }
}

async fn serve_connection(
    connection: &mut TlsStream<TcpStream>,
    script: &Mutex<Vec<Http2Action>>,
) -> std::io::Result<()> {
    let mut preface = [0; PREFACE.len()];
    connection.read_exact(&mut preface).await?;
    assert_eq!(preface, PREFACE);
    write(connection, SETTINGS, 0, 0, b"").await?;
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        connection.read_exact(&mut payload).await?;
        let stream = u32::from_be_bytes(stream);
        match kind {
            SETTINGS if flags & ACK == 0 => write(connection, SETTINGS, ACK, 0, b"").await?,
            HEADERS => {
                let action = script
                    .lock()
                    .unwrap()
                    .pop()
                    .expect("a action for each request");
                perform(connection, stream, action).await?;
            }
            _ => {}
        }
    }
}

async fn perform(
    connection: &mut TlsStream<TcpStream>,
    stream: u32,
    action: Http2Action,
) -> std::io::Result<()> {
    match action {
        Http2Action::Respond(json) => {
            write(connection, HEADERS, END_HEADERS, stream, STATUS_OK).await?;
            write(connection, DATA, END_STREAM, stream, &json).await
        }
        Http2Action::Reset(code) => {
            write(connection, RST_STREAM, 0, stream, &code.to_be_bytes()).await
        }
        Http2Action::GoAway(code) => {
            let last_stream: u32 = 0;
            let payload = [last_stream.to_be_bytes(), code.to_be_bytes()].concat();
            write(connection, GOAWAY, 0, 0, &payload).await
        }
    }
}

async fn write(
    connection: &mut TlsStream<TcpStream>,
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &[u8],
) -> std::io::Result<()> {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let stream = stream.to_be_bytes();
    let frame = [&length[..], &[kind, flags], &stream, payload].concat();
    connection.write_all(&frame).await?;
    connection.flush().await
}
