//! The seam between the SDK and the network.

mod reqwest;

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

pub(crate) use self::reqwest::{ProxyChoice, ReqwestTransport, TransportConfig};

/// Sends one request once, and answers with the head and a stream of the body.
///
/// It does not retry, does not follow redirects and knows no endpoint. Dropping the future or the body
/// ends the exchange.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`. The future is ready when the head of the answer is there.
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>>;
}

/// The body of a request, of known length.
pub enum RequestBody {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes that are produced as they are sent.
    Stream {
        /// How many bytes there are.
        length: u64,
        /// The bytes.
        chunks: BoxStream<'static, std::io::Result<Bytes>>,
    },
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream { length, .. } => write!(f, "{length} bytes, streamed"),
        }
    }
}

/// The body of an answer, as it arrives.
pub type ResponseBody = BoxStream<'static, Result<Bytes, TransportError>>;

/// Why an exchange failed, before the answer or in the middle of it.
#[derive(Debug)]
pub struct TransportError {
    /// How far the exchange got.
    pub kind: TransportErrorKind,
    /// What failed.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// How far an exchange got before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection: name lookup, TCP, proxy or TLS. The server saw no request.
    Connect,
    /// Connecting took longer than allowed. The server saw no request.
    ConnectTimeout,
    /// The body of the request could not be read. The server saw a part of it at most.
    RequestBody,
    /// The connection failed or ended before the head of an answer.
    Exchange,
    /// The connection failed or ended in the middle of the answer.
    ResponseBody,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection to the server",
            TransportErrorKind::ConnectTimeout => "connecting to the server took too long",
            TransportErrorKind::RequestBody => "the body of the request could not be read",
            TransportErrorKind::Exchange => "the connection ended before an answer came",
            TransportErrorKind::ResponseBody => "the connection ended in the middle of the answer",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
