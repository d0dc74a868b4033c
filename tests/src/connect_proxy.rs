//! An HTTP proxy that supports `CONNECT` and records requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running proxy. Stops when dropped.
#[derive(Debug)]
pub struct ConnectProxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl ConnectProxy {
    /// Starts a proxy.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        Self {
            address: listener.local_addr().unwrap(),
            heads: Arc::clone(&heads),
            task: tokio::spawn(serve(listener, heads)),
        }
    }

    /// Returns the URL of the proxy.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requested hosts and ports.
    pub fn targets(&self) -> Vec<String> {
        let heads = self.request_heads();
        heads.iter().map(|head| target(head).to_owned()).collect()
    }

    /// Returns the heads of the requests to the proxy.
    pub fn request_heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for ConnectProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn target(head: &str) -> &str {
    let rest = head.strip_prefix("CONNECT ");
    let target = rest.and_then(|rest| rest.split(' ').next());
    target.expect("a client asks for a connection")
}

async fn serve(listener: TcpListener, heads: Arc<Mutex<Vec<String>>>) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        tokio::spawn(connect(connection, Arc::clone(&heads)));
    }
}

async fn connect(mut client: TcpStream, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let mut server = TcpStream::connect(target(&head)).await.unwrap();
    heads.lock().unwrap().push(head);
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    // Either side may close the connection.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
