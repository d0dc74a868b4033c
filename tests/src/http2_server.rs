//! A server that speaks just enough HTTP/2 (RFC 9113) to answer, to refuse, and to go away. It writes frames as
//! bytes, so what it says does not depend on the library by which the client understands it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::secure_server::acceptor;

/// What an [`Http2Server`] does with a request.
#[derive(Clone, Debug)]
pub enum Http2Action {
    /// Answers with a JSON text.
    Respond(Bytes),
    /// Resets the stream with this code: 7 is `REFUSED_STREAM`, 8 is `CANCEL`.
    Reset(u32),
    /// Says that it goes away, with this code (0 is `NO_ERROR`), and did not get as far as this request.
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

/// `:status: 200`, as RFC 7541 numbers it.
const STATUS_OK: &[u8] = &[0x88];

/// A server that treats one request after another as its script says.
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

    /// The endpoint, by name.
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}/v2", self.address.port())
    }

    /// The certificate, in PEM form.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// How many turns are left, for which no request has come.
    pub fn left(&self) -> usize {
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
            // The client ends the connection, in whichever way it likes.
            let _ = converse(&mut connection, &script).await;
        });
    }
}

async fn converse(
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
                let turn = script
                    .lock()
                    .unwrap()
                    .pop()
                    .expect("a turn for each request");
                take(connection, stream, turn).await?;
            }
            _ => {}
        }
    }
}

async fn take(
    connection: &mut TlsStream<TcpStream>,
    stream: u32,
    turn: Http2Action,
) -> std::io::Result<()> {
    match turn {
        Http2Action::Respond(json) => {
            write(connection, HEADERS, END_HEADERS, stream, STATUS_OK).await?;
            write(connection, DATA, END_STREAM, stream, &json).await
        }
        Http2Action::Reset(code) => {
            write(connection, RST_STREAM, 0, stream, &code.to_be_bytes()).await
        }
        Http2Action::GoAway(code) => {
            let last_stream: u32 = 0;
            let farewell = [last_stream.to_be_bytes(), code.to_be_bytes()].concat();
            write(connection, GOAWAY, 0, 0, &farewell).await
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
