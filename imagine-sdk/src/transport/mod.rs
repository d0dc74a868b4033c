//! The seam between the SDK and the network.
//!
//! A client sends through a [`Transport`]. One over reqwest comes with the SDK (features `rustls`, the default,
//! and `native-tls`); [`ReqwestTransport::from_client`](ReqwestTransport) takes a client of yours; with the
//! feature `tower` any `tower::Service` will do; and with the feature `testing` there is one in memory. Yours
//! replaces them all with [`ClientBuilder::transport`](crate::ClientBuilder::transport).
//!
//! # Write your own
//!
//! A transport sends one request once. It does not retry, follows no redirect and knows no endpoint: the
//! client does all that above it, and adds the key to what it gives to the transport.
//!
#![cfg_attr(feature = "inference", doc = "```")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use futures_util::FutureExt;
//! use futures_util::future::BoxFuture;
//! use imagine_sdk::Client;
//! use imagine_sdk::transport::{
//!     RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind,
//! };
//!
//! /// Answers pings, and has no connection to anything else.
//! #[derive(Debug)]
//! struct Pong;
//!
//! impl Transport for Pong {
//!     fn send(
//!         &self,
//!         request: http::Request<RequestBody>,
//!     ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
//!         async move {
//!             if request.uri().path() == "/v2/ping" {
//!                 let body = r#"{"message": "pong", "status": "ok"}"#;
//!                 return Ok(http::Response::new(ResponseBody::from(body)));
//!             }
//!             let kind = TransportErrorKind::Connect;
//!             Err(TransportError::new(kind, "only pings are answered"))
//!         }
//!         .boxed()
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let client = Client::builder()
//!     .endpoint("https://my-endpoint/v2")
//!     .api_key("my-key")
//!     .transport(Pong)
//!     .build()?;
//! assert_eq!(client.ping().await?.message, "pong");
//! let error = client.health_check().with_max_retries(0).await.unwrap_err();
//! assert!(error.is_connect());
//! # Ok::<(), imagine_sdk::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`TransportErrorKind`] is what the client decides by whether to send a request again, so it should say no
//! less than is known. A response's body is read as it comes: dropping it must end the exchange.

mod body;
mod error;
mod parsed;
mod progress;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod settings;
#[cfg(feature = "tower")]
mod tower;

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

pub(crate) use self::body::FileReadError;
pub use self::body::{RequestBody, ResponseBody};
pub(crate) use self::error::BoxError;
pub use self::error::{TransportError, TransportErrorKind};
pub(crate) use self::parsed::ParsedUrl;
pub(crate) use self::progress::{RequestProgress, Stage};
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) use self::settings::{ProxyChoice, TransportSettings, Unusable};
#[cfg(feature = "tower")]
pub use self::tower::{TowerTransport, TransportService};

/// Sends one request once, and answers with the head and a stream of the body.
///
/// It does not retry, does not follow redirects and knows no endpoint. Dropping the future or the body
/// ends the exchange. The [module](self) has an example.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`. The future is ready when the head of the response is there.
    ///
    /// The headers are complete but for those that HTTP itself needs, such as `host`; a body of
    /// [`RequestBody::Stream`] comes with its `content-length`. The key is in a header that is marked as
    /// sensitive, and stays out of logs as long as the transport does not print it on its own.
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>>;
}

/// Several clients can share a transport, and the connections in it.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        T::send(self, request)
    }
}
