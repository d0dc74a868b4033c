//! What is scripted to go wrong does, as seen by a plain client, by a bare socket and by the SDK.

mod connections;
mod refusals;
mod sdk;
mod streams;
mod work;

use imagine_mock::{Fault, MockServer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Service, chat, with};

pub(super) const CHAT: &str = "/chat/completions";

/// The inference API with a fault for chats.
pub(super) async fn failing(fault: Fault) -> Service {
    let service = Service::start().await;
    service.server.fault("chat", fault).unwrap();
    service
}

pub(super) fn streamed_chat() -> Value {
    with(chat("Tell me a story"), json!({"stream": true}))
}

/// A connection without a client on it, which shows what is on the wire.
pub(super) struct Wire(TcpStream);

impl Wire {
    pub(super) async fn to(server: &MockServer) -> Self {
        Self(TcpStream::connect(server.address()).await.unwrap())
    }

    /// Sends a chat over it.
    pub(super) async fn chat(&mut self, body: &Value) {
        let body = body.to_string();
        let request = format!(
            "POST /v2{CHAT} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// Everything until the server closes the connection, and whether it did so in an orderly way.
    pub(super) async fn rest(&mut self) -> (String, std::io::Result<()>) {
        let mut rest = Vec::new();
        let end = self.0.read_to_end(&mut rest).await;
        (String::from_utf8(rest).unwrap(), end.map(drop))
    }

    /// The next bytes, until what came ends so.
    pub(super) async fn until(&mut self, end: &str) -> String {
        let mut came = String::new();
        while !came.ends_with(end) {
            came.push(self.0.read_u8().await.unwrap().into());
        }
        came
    }
}

/// The body of a response that was read from the wire.
pub(super) fn body(response: &str) -> &str {
    response.split_once("\r\n\r\n").unwrap().1
}
