//! The errors of transports.

use std::fmt;

/// The error of a library, kept as the source.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The error of a request that failed before the response or in the middle of it.
///
#[cfg_attr(feature = "__client", doc = "```")]
#[cfg_attr(not(feature = "__client"), doc = "```ignore")]
/// use imagine_sdk::transport::{TransportError, TransportErrorKind};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, refused);
/// assert_eq!(error.to_string(), "no connection to the server");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// The stage at which the request failed.
    pub kind: TransportErrorKind,
    /// The cause. It must not contain the API key, because the errors of the client print it.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// Creates an error of the given kind with its cause, which is an error or a string.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }
}

/// The stages at which a request can fail. The kind determines if the client retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The transport rejected the request before sending it. The client does not retry.
    NotSent,
    /// No connection was established: name lookup, TCP, proxy or TLS failed. The server received no request. The client
    /// retries, billable operations included.
    Connect,
    /// The certificate of the server is not trusted. The server received no request. The client does not retry.
    Certificate,
    /// The TLS handshake failed: most likely, the server does not speak TLS. The server received no request. The client
    /// does not retry.
    TlsHandshake,
    /// Connecting timed out. The server received no request. The client retries, billable operations included.
    ConnectTimeout,
    /// No connection became free in time, and none was established. The server received no request. The client retries,
    /// billable operations included.
    NoConnection,
    /// The server returned the request unprocessed, which HTTP/2 allows. The client retries, billable operations
    /// included.
    StreamRefused,
    /// The body of the request could not be read. The server received a part of it at most. The client does not retry.
    RequestBody,
    /// The connection failed or ended before the head of a response. The server may have processed the request. The
    /// client retries, except for billable operations.
    ConnectionLost,
    /// The response is not HTTP: most likely, the server expects TLS. The server may have processed the request. The
    /// client does not retry.
    InvalidResponse,
    /// The content coding of the response, such as gzip, is damaged. The server may have processed the request. The
    /// client retries only with `RetryPolicy::retry_malformed_responses`.
    InvalidContent,
    /// The connection failed or ended in the middle of the response. The client retries, except for billable operations
    /// and for streams that have started.
    ResponseBody,
}

impl TransportErrorKind {
    /// Returns the name of the kind in traces.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Connect | Self::Certificate | Self::TlsHandshake => "connect",
            Self::ConnectTimeout | Self::NoConnection => "timeout",
            Self::RequestBody => "file_read",
            Self::InvalidResponse | Self::InvalidContent => "unexpected_response",
            Self::StreamRefused | Self::ConnectionLost | Self::ResponseBody => "transport",
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::NotSent => "the transport did not send the request",
            TransportErrorKind::Connect => "no connection to the server",
            TransportErrorKind::Certificate => "the certificate of the server is not trusted",
            TransportErrorKind::TlsHandshake => "the TLS handshake failed",
            TransportErrorKind::InvalidResponse => "the response is not HTTP",
            TransportErrorKind::InvalidContent => "the content coding of the response is damaged",
            TransportErrorKind::ConnectTimeout => "connecting to the server timed out",
            TransportErrorKind::NoConnection => "no connection became free in time",
            TransportErrorKind::StreamRefused => "the server returned the request unprocessed",
            TransportErrorKind::RequestBody => "cannot read the request body",
            TransportErrorKind::ConnectionLost => "the connection ended before the response",
            TransportErrorKind::ResponseBody => {
                "the connection ended in the middle of the response"
            }
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
