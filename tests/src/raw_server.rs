//! Servers that write raw bytes and can close a connection at any point.

use std::net::SocketAddr;
use std::sync::Arc;

use imagine_sdk::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::{KEY, SignalClock};

/// The action of a [`RawServer`] after its response.
#[derive(Clone, Copy, Debug)]
pub enum AfterResponse {
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
    /// Keeps the connection open until the client closes it.
    KeepOpen,
}

/// A server for one request.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    task: JoinHandle<Vec<u8>>,
}

impl RawServer {
    /// Starts a server that responds to the first request with these bytes, including the head.
    pub async fn start(response: impl Into<Vec<u8>>, then: AfterResponse) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let response = response.into();
        let task = tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let request = read_request(&mut connection).await;
            connection.write_all(&response).await.unwrap();
            finish(connection, then).await;
            request
        });
        Self { address, task }
    }

    /// Returns the endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://{}/v2", self.address)
    }

    /// Creates a client without retries.
    pub fn client(&self) -> Client {
        let builder = Client::builder().endpoint(self.endpoint()).api_key(KEY);
        builder.no_proxy().max_retries(0).build().unwrap()
    }

    /// Waits until the connection is closed.
    pub async fn closed(self) {
        self.into_request().await;
    }

    /// Waits until the connection is closed, and returns the request.
    pub async fn into_request(self) -> String {
        String::from_utf8(self.task.await.unwrap()).unwrap()
    }
}

/// Reads the head and the body of a request.
pub async fn read_request(connection: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        let head = read.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(head) = head
            && read.len() >= head + 4 + announced(&read[..head])
        {
            return read;
        }
        let count = connection.read_buf(&mut read).await.unwrap();
        assert!(count > 0, "the request has an end");
    }
}

fn announced(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().unwrap())
}

async fn finish(mut connection: TcpStream, then: AfterResponse) {
    match then {
        AfterResponse::Close => connection.shutdown().await.unwrap(),
        AfterResponse::Reset => connection.set_zero_linger().unwrap(),
        AfterResponse::KeepOpen => {
            let mut rest = Vec::new();
            // The client may close the connection in any way.
            let _ = connection.read_to_end(&mut rest).await;
        }
    }
}

/// A server that never responds. All timeouts of the client pass once a certain part of the request has arrived.
#[derive(Debug)]
pub struct StallingServer {
    /// The host and port of the server.
    pub address: SocketAddr,
    /// The clock for the client.
    pub clock: SignalClock,
    done: Arc<Notify>,
    task: JoinHandle<()>,
}

impl StallingServer {
    /// Starts a server that signals its clock when `has_arrived` returns true for the bytes so far.
    pub async fn start(has_arrived: impl Fn(&[u8]) -> bool + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, done) = (SignalClock::default(), Arc::new(Notify::new()));
        let (signal, stop) = (clock.signal(), Arc::clone(&done));
        let task = tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut received = Vec::new();
            while !has_arrived(&received) {
                assert!(connection.read_buf(&mut received).await.unwrap() > 0);
            }
            signal.notify_one();
            stop.notified().await;
        });
        Self {
            address,
            clock,
            done,
            task,
        }
    }

    /// Closes the connection.
    pub async fn stop(self) {
        self.done.notify_one();
        self.task.await.unwrap();
    }
}
