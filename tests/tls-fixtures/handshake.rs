//! Shared by the programs.

use imagine_sdk::transport::Transport;
use imagine_sdk::{Client, ClientBuilder};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// Returns a client builder for a local port, without retries.
fn builder(port: u16) -> ClientBuilder<Client> {
    let builder = Client::builder().endpoint(format!("https://localhost:{port}/v2"));
    builder.api_key("any-key").max_retries(0)
}

/// Starts a TLS handshake with a client, and checks that a message of TLS arrives at the server, which then closes the
/// connection.
pub async fn sdk(transport: Option<impl Transport>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let builder = builder(port);
    let client = match transport {
        Some(transport) => builder.transport(transport),
        None => builder.no_proxy(),
    };
    let client = client.build().expect("a client");
    let server = async {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        connection.read_u8().await.expect("a byte")
    };
    let (first, pong) = tokio::join!(server, client.ping().send());
    assert_eq!(first, 22, "not a handshake of TLS");
    let error = pong.expect_err("the server closes the connection");
    assert!(error.is_connect(), "{error:#}");
}

/// Returns the error of building a client.
#[allow(dead_code, reason = "one program has an error")]
pub fn build_error() -> String {
    let error = builder(1).build().expect_err("no provider");
    assert!(error.is_configuration(), "{error}");
    error.to_string()
}
