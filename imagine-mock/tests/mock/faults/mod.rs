//! The effects of faults on a plain client, a raw socket and the SDK.

mod connections;
mod execution;
mod responses;
mod sdk;
mod streams;

use imagine_mock::{Fault, MockServer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{TestService, chat, merge};

pub(super) const CHAT: &str = "/chat/completions";

/// Starts a mock with a fault for chats.
pub(super) async fn start_with_fault(fault: Fault) -> TestService {
    let service = TestService::start().await;
    service.server.fault("chat", fault).unwrap();
    service
}

pub(super) fn streamed_chat() -> Value {
    merge(chat("Tell me a story"), json!({"stream": true}))
}

/// A raw connection to the mock.
pub(super) struct RawConnection(TcpStream);

impl RawConnection {
    pub(super) async fn open(server: &MockServer) -> Self {
        Self(TcpStream::connect(server.address()).await.unwrap())
    }

    /// Sends a chat request.
    pub(super) async fn chat(&mut self, body: &Value) {
        let body = body.to_string();
        let request = format!(
            "POST /v2{CHAT} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// Reads until the server closes the connection. Returns the data, and an error for a reset.
    pub(super) async fn read_to_end(&mut self) -> (String, std::io::Result<()>) {
        let mut data = Vec::new();
        let end = self.0.read_to_end(&mut data).await;
        (String::from_utf8(data).unwrap(), end.map(drop))
    }

    /// Reads until the data ends with a delimiter.
    pub(super) async fn read_until(&mut self, end: &str) -> String {
        let mut data = String::new();
        while !data.ends_with(end) {
            data.push(self.0.read_u8().await.unwrap().into());
        }
        data
    }
}

/// Returns the body of a raw response.
pub(super) fn body(response: &str) -> &str {
    response.split_once("\r\n\r\n").unwrap().1
}
