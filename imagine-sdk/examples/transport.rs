//! Implements a transport that counts requests, and wraps a mock transport in it.
//!
//! It opens no connection.
//!
//! ```sh
//! cargo run --example transport --features testing
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{Client, http};
use serde_json::json;

/// Counts requests and the bytes of their bodies.
#[derive(Debug)]
struct Counting<T> {
    inner: T,
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

impl<T: Transport> Transport for Counting<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let length = usize::try_from(request.body().length()).unwrap_or(usize::MAX);
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(length, Ordering::Relaxed);
        self.inner.send(request)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counting = Arc::new(Counting {
        inner: MockTransport::new([
            MockResponse::status(503).header("retry-after", "0"),
            MockResponse::json(&json!({"choices": [{"message": {"content": "Manchego"}}]})),
        ]),
        requests: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
    });
    let client = Client::builder()
        .endpoint("https://service.test/v2")
        .api_key("any")
        .transport(Arc::clone(&counting))
        .build()?;

    let reply = client.chat("Best Spanish cheese?").await?;
    println!("{}", reply.text().unwrap_or_default());
    // The count includes the attempt that got 503.
    let requests = counting.requests.load(Ordering::Relaxed);
    let bytes = counting.bytes.load(Ordering::Relaxed);
    println!("{requests} requests with {bytes} bytes");
    for request in counting.inner.requests() {
        println!("{} {}", request.method(), request.uri());
    }
    Ok(())
}
