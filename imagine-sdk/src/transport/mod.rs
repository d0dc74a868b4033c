//! Transports, which connect the SDK to the network.
//!
//! A client sends requests through a [`Transport`]. The SDK provides:
//!
//! - a transport over reqwest (feature `rustls`, the default, or another TLS feature)
//! - [`ReqwestTransport::from_client`](ReqwestTransport) for your reqwest client
//! - a transport over any `tower::Service` (feature `tower`)
//! - a mock transport (feature `testing`)
//!
//! [`ClientBuilder::transport`](crate::ClientBuilder::transport) sets your own transport.
//!
//! # Write your own
//!
//! A transport sends a request once. The client above it retries, follows the redirects of downloads, knows the
//! endpoint, and adds the API key to the request.
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
//! /// Responds to pings without a connection.
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
//!             Err(TransportError::new(kind, "only pings are supported"))
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
//! The client decides by [`TransportErrorKind`] if it retries, so return the most specific kind. The client reads the
//! body of a response as a stream. Dropping the body must end the exchange.

mod body;
mod parsed;
mod progress;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "__tls")]
mod settings;
#[cfg(feature = "tower")]
mod tower;
pub(crate) mod upload;

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use self::body::{RequestBody, ResponseBody};
pub(crate) use self::parsed::ParsedUrl;
pub(crate) use self::progress::{NewConnection, RequestProgress, Stage};
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "__tls")]
pub(crate) use self::settings::{ProxyChoice, ProxyVariables, TransportSettings, Unusable};
#[cfg(feature = "tower")]
pub use self::tower::{TowerTransport, TransportService};
pub use crate::error::{TransportError, TransportErrorKind};

/// Sends a request once, and returns the head of the response with a stream of its body.
///
/// A transport must not retry or follow redirects. Dropping the future or the body must end the exchange. The
/// [module](self) has an example.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`. The future completes with the head of the response.
    ///
    /// The headers are complete, except for those that HTTP itself requires, such as `host`. A
    /// [`RequestBody::Stream`] has a `content-length` header. The header with the API key is marked as sensitive, so
    /// its `Debug` output is redacted.
    ///
    /// # Errors
    ///
    /// Fails with the [`TransportErrorKind`] of the stage at which the request failed.
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>>;
}

/// Shares a transport and its connections between clients.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        T::send(self, request)
    }
}
