//! A client without a network.

use bytes::Bytes;
use imagine_sdk::Client;
use imagine_sdk::testing::{MemoryTransport, Reply};

/// A client whose first call is answered by these chunks of a stream.
pub fn client(chunks: &[Bytes]) -> Client {
    let transport = MemoryTransport::new([Reply::events(chunks.to_vec())]);
    Client::builder()
        .endpoint("https://service.test/v2")
        .api_key("key")
        .transport(transport)
        .build()
        .unwrap()
}
