//! The bodies of requests and answers.

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
    /// Bytes that are produced as they are sent.
    Stream {
        /// How many bytes there are.
        length: u64,
        /// The bytes.
        chunks: BoxStream<'static, std::io::Result<Bytes>>,
    },
}

impl RequestBody {
    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { length, .. } => *length,
        }
    }

    /// Reads the body to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not as long as it was said to be.
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

/// The body of a response, as it arrives: a [`Stream`] of bytes.
///
/// ```
/// use futures_util::stream;
/// use imagine_sdk::Bytes;
/// use imagine_sdk::transport::ResponseBody;
///
/// let whole = ResponseBody::from(r#"{"message": "pong"}"#);
/// let events = [Bytes::from("data: {}\n\n"), Bytes::from("data: [DONE]\n\n")];
/// let streamed = ResponseBody::new(stream::iter(events.map(Ok)));
/// let empty = ResponseBody::default();
/// # let _ = (whole, streamed, empty);
/// ```
#[derive(Default)]
pub struct ResponseBody(Chunks);

enum Chunks {
    /// All that there is, or nothing once it was read.
    Whole(Option<Bytes>),
    Stream(BoxStream<'static, Result<Bytes, TransportError>>),
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Whole(None)
    }
}

impl ResponseBody {
    /// A body that arrives as `chunks` yields it. After an error there is nothing more to read.
    pub fn new(chunks: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(Chunks::Stream(chunks.boxed()))
    }
}

/// A body that is there at once.
impl<B: Into<Bytes>> From<B> for ResponseBody {
    fn from(bytes: B) -> Self {
        Self(Chunks::Whole(Some(bytes.into())))
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Chunks::Whole(bytes) => Poll::Ready(bytes.take().map(Ok)),
            Chunks::Stream(chunks) => chunks.poll_next_unpin(cx),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Chunks::Whole(bytes) => {
                write!(f, "{} bytes", bytes.as_ref().map_or(0, Bytes::len))
            }
            Chunks::Stream(_) => f.write_str("streamed"),
        }
    }
}

/// Why a file cannot be read for an upload.
#[derive(Debug)]
pub(crate) struct FileReadError {
    /// The problem, without its cause.
    pub(crate) message: String,
    pub(crate) source: Option<std::io::Error>,
}

impl FileReadError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn with_source(message: impl Into<String>, source: std::io::Error) -> Self {
        Self {
            message: message.into(),
            source: Some(source),
        }
    }
}

impl fmt::Display for FileReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FileReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
