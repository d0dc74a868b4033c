//! Request bodies that record the progress of reading.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http_body::{Body, Frame, SizeHint};

use crate::transport::{RequestBody, RequestProgress, Stage};

/// Creates the body for reqwest, which reads it after connecting.
pub(super) fn body(body: RequestBody, progress: Option<RequestProgress>) -> reqwest::Body {
    match (body, progress) {
        (RequestBody::Bytes(bytes), Some(progress)) => {
            progress.reach(Stage::Waiting);
            if bytes.is_empty() {
                reqwest::Body::wrap(Empty { progress })
            } else {
                reqwest::Body::wrap(Buffered { bytes, progress })
            }
        }
        (RequestBody::Bytes(bytes), None) => bytes.into(),
        (RequestBody::Stream { length, chunks }, Some(progress)) => {
            progress.reach(Stage::Waiting);
            reqwest::Body::wrap_stream(Chunks {
                left: length,
                chunks,
                progress,
            })
        }
        (RequestBody::Stream { chunks, .. }, None) => reqwest::Body::wrap_stream(chunks),
    }
}

/// Returns the error of an abandoned body. The call has already failed as not processed by the server.
fn abandoned() -> std::io::Error {
    std::io::Error::other("the request was abandoned")
}

/// A body that is read in one chunk.
struct Buffered {
    bytes: Bytes,
    progress: RequestProgress,
}

impl Body for Buffered {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.is_empty() {
            return Poll::Ready(None);
        }
        let frame = if self.progress.reach(Stage::Sent) {
            Ok(Frame::data(bytes))
        } else {
            Err(abandoned())
        };
        Poll::Ready(Some(frame))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

/// No body. It is never read: hyper asks if it has ended when it writes the head of the request.
struct Empty {
    progress: RequestProgress,
}

impl Body for Empty {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.progress.reach(Stage::Sent);
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

/// Bytes that are read in chunks.
struct Chunks {
    left: u64,
    chunks: BoxStream<'static, std::io::Result<Bytes>>,
    progress: RequestProgress,
}

impl Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(self.chunks.poll_next_unpin(cx));
        if let Some(Ok(bytes)) = &chunk {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        let is_last = chunk.is_none() || self.left == 0;
        let stage = if is_last { Stage::Sent } else { Stage::Started };
        if self.progress.reach(stage) {
            Poll::Ready(chunk)
        } else {
            Poll::Ready(Some(Err(abandoned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, stream};
    use http_body_util::BodyExt;

    use super::*;

    fn buffered(progress: &RequestProgress) -> Buffered {
        Buffered {
            bytes: Bytes::from_static(b"all"),
            progress: progress.clone(),
        }
    }

    fn chunks(progress: &RequestProgress) -> Chunks {
        let chunks = [b"be", b"gu"].map(|chunk| Ok(Bytes::from_static(chunk)));
        Chunks {
            left: 4,
            chunks: stream::iter(chunks).boxed(),
            progress: progress.clone(),
        }
    }

    #[test]
    fn a_body_is_sent_after_it_was_read_completely() {
        let progress = RequestProgress::default();
        let read = buffered(&progress).collect().now_or_never().unwrap();
        assert_eq!(read.unwrap().to_bytes(), "all");
        assert_eq!(progress.abandon(), Stage::Sent);

        let progress = RequestProgress::default();
        let read: Vec<_> = chunks(&progress).collect().now_or_never().unwrap();
        assert!(read.len() == 2 && read.iter().all(Result::is_ok));
        assert_eq!(progress.abandon(), Stage::Sent);
    }

    /// A connection may become free for an abandoned request later.
    #[test]
    fn an_abandoned_body_is_never_sent_completely() {
        let progress = RequestProgress::default();
        drop(body(
            RequestBody::Bytes("all".into()),
            Some(progress.clone()),
        ));
        assert_eq!(progress.abandon(), Stage::Waiting);
        let read = buffered(&progress).collect().now_or_never().unwrap();
        assert!(read.is_err());

        let progress = RequestProgress::default();
        let mut chunks = chunks(&progress);
        chunks.next().now_or_never().unwrap().unwrap().unwrap();
        assert_eq!(progress.abandon(), Stage::Started);
        assert!(chunks.next().now_or_never().unwrap().unwrap().is_err());
    }
}
