//! A port that rejects connections.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// A port of this process that does not listen, so no other program can listen on it.
#[derive(Debug)]
pub struct ClosedPort(TcpSocket);

impl ClosedPort {
    /// Reserves a port.
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        Self(socket)
    }

    /// Returns an endpoint with the port.
    pub fn endpoint(&self) -> String {
        format!("http://{}/v2", self.0.local_addr().unwrap())
    }
}

impl Default for ClosedPort {
    fn default() -> Self {
        Self::new()
    }
}
