//! A server on a thread of its own that sends the same response to every request.

use std::net::{SocketAddr, TcpListener};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::measure;

/// Responds to every request with `response`, head included, and keeps the connection open.
pub fn start(response: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || measure::runtime().block_on(serve(listener, response)));
    address
}

async fn serve(listener: TcpListener, response: Vec<u8>) {
    let response: &'static [u8] = response.leak();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        tokio::spawn(converse(connection, response));
    }
}

/// The requests of this bench are small: each arrives in one read, which ends with the end of its JSON body.
async fn converse(mut connection: TcpStream, response: &'static [u8]) {
    connection.set_nodelay(true).unwrap();
    let mut request = Vec::new();
    while connection
        .read_buf(&mut request)
        .await
        .is_ok_and(|count| count > 0)
    {
        if request.ends_with(b"}") {
            request.clear();
            if connection.write_all(response).await.is_err() {
                return;
            }
        }
    }
}

/// Encodes a response in chunks.
pub fn chunked(chunks: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut response = head.as_bytes().to_vec();
    for chunk in chunks {
        response.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        response.extend_from_slice(&chunk);
        response.extend_from_slice(b"\r\n");
    }
    response.extend_from_slice(b"0\r\n\r\n");
    response
}

/// Encodes a response with a known length.
pub fn json(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
