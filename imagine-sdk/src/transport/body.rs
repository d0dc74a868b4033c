//! The bodies of requests and responses.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::{TransportError, TransportErrorKind};

/// The body of a request, of known length.
pub enum RequestBody {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes that are produced while they are sent.
    Stream {
        /// The length in bytes.
        length: u64,
        /// The bytes.
        chunks: BoxStream<'static, std::io::Result<Bytes>>,
    },
}

impl RequestBody {
    /// Returns the length in bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { length, .. } => *length,
        }
    }

    /// Reads the complete body.
    ///
    /// # Errors
    ///
    /// Fails if the body cannot be read or its length differs from [`length`](Self::length).
    pub async fn into_bytes(self) -> Result<Bytes, TransportError> {
        let failed = |error| TransportError::new(TransportErrorKind::RequestBody, error);
        let (length, mut chunks) = match self {
            Self::Bytes(bytes) => return Ok(bytes),
            Self::Stream { length, chunks } => (length, chunks),
        };
        let mut read = BytesMut::new();
        while let Some(chunk) = chunks.next().await {
            read.extend_from_slice(&chunk.map_err(failed)?);
        }
        if read.len() as u64 != length {
            let problem = format!("{} bytes instead of {length}", read.len());
            return Err(failed(std::io::Error::other(problem)));
        }
        Ok(read.freeze())
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream { length, .. } => write!(f, "{length} bytes, streamed"),
        }
    }
}

/// The body of a response: a [`Stream`] of bytes.
///
/// ```
/// use futures_util::stream;
/// use imagine_sdk::Bytes;
/// use imagine_sdk::transport::ResponseBody;
///
/// let buffered = ResponseBody::from(r#"{"message": "pong"}"#);
/// let events = [Bytes::from("data: {}\n\n"), Bytes::from("data: [DONE]\n\n")];
/// let streamed = ResponseBody::new(stream::iter(events.map(Ok)));
/// let empty = ResponseBody::default();
/// # let _ = (buffered, streamed, empty);
/// ```
#[derive(Default)]
pub struct ResponseBody(Chunks);

enum Chunks {
    /// The complete body, or `None` after it was read.
    Buffered(Option<Bytes>),
    Stream(BoxStream<'static, Result<Bytes, TransportError>>),
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Buffered(None)
    }
}

impl ResponseBody {
    /// Creates a body from a stream of chunks. An error ends the body.
    pub fn new(chunks: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(Chunks::Stream(chunks.boxed()))
    }
}

/// Creates a buffered body.
impl<B: Into<Bytes>> From<B> for ResponseBody {
    fn from(bytes: B) -> Self {
        Self(Chunks::Buffered(Some(bytes.into())))
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Chunks::Buffered(bytes) => Poll::Ready(bytes.take().map(Ok)),
            Chunks::Stream(chunks) => chunks.poll_next_unpin(cx),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Chunks::Buffered(bytes) => {
                write!(f, "{} bytes", bytes.as_ref().map_or(0, Bytes::len))
            }
            Chunks::Stream(_) => f.write_str("streamed"),
        }
    }
}
