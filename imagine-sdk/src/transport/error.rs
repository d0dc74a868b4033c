//! Why an exchange failed, and how far it had got.

use std::fmt;

/// The error of a library below, kept as the source.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why an exchange failed, before the response or in the middle of it.
///
/// ```
/// use imagine_sdk::transport::{TransportError, TransportErrorKind};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, refused);
/// assert_eq!(error.to_string(), "no connection to the server");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// How far the exchange got.
    pub kind: TransportErrorKind,
    /// What failed. The client's errors show it, so it must not contain the key.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// An exchange that got as far as `kind` says, and failed because of `source`, an error or a text.
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

/// How far an exchange got before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The transport itself declined to send the request. The server saw nothing; it is not tried again.
    NotSent,
    /// There was no connection: name lookup, TCP, proxy or TLS. The server saw no request, so it is sent again
    /// even where that could cost something.
    Connect,
    /// Connecting took longer than allowed. The server saw no request, which is sent again as after
    /// [`Connect`](Self::Connect).
    ConnectTimeout,
    /// The server gave the request back as one that it has not begun with and will not, as it can over HTTP/2. It is
    /// sent again as after [`Connect`](Self::Connect).
    StreamRefused,
    /// The body of the request could not be read. The server saw a part of it at most; it is not tried again.
    RequestBody,
    /// The connection failed or ended before the head of a response. The server may have worked on the request,
    /// which is sent again only where that costs nothing.
    ConnectionLost,
    /// The connection failed or ended in the middle of the response. Sent again as after
    /// [`Exchange`](Self::ConnectionLost), but for a stream that has begun.
    ResponseBody,
}

impl TransportErrorKind {
    /// A word for the kind, as it is traced.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::NotSent => "declined",
            Self::Connect => "connect",
            Self::ConnectTimeout => "timeout",
            Self::RequestBody => "upload",
            Self::StreamRefused | Self::ConnectionLost | Self::ResponseBody => "transport",
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::NotSent => "the transport did not send the request",
            TransportErrorKind::Connect => "no connection to the server",
            TransportErrorKind::ConnectTimeout => "connecting to the server took too long",
            TransportErrorKind::StreamRefused => "the server gave the request back",
            TransportErrorKind::RequestBody => "the body of the request could not be read",
            TransportErrorKind::ConnectionLost => "the connection ended before a response came",
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
