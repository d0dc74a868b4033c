//! Clients of the SDK.

use bytes::Bytes;
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::{Client, ClientBuilder};

/// Creates a client without a network whose first call gets these chunks of a stream.
pub fn in_memory(chunks: &[Bytes]) -> Client {
    let transport = MockTransport::new([MockResponse::event_bytes(chunks.to_vec())]);
    let builder = builder("https://service.test/v2");
    builder.transport(transport).build().unwrap()
}

/// Creates a client over sockets.
pub fn over_sockets(endpoint: &str) -> Client {
    builder(endpoint).no_proxy().build().unwrap()
}

/// Creates a client over TLS that trusts a certificate in PEM and makes this many calls at once.
pub fn over_tls(endpoint: &str, certificate: &str, calls: usize) -> Client {
    let builder = builder(endpoint).add_root_certificate(certificate);
    let builder = builder.max_concurrent_requests(calls);
    builder.no_proxy().build().unwrap()
}

fn builder(endpoint: &str) -> ClientBuilder<Client> {
    Client::builder().endpoint(endpoint).api_key("key")
}
