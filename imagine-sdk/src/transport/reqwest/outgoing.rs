//! Bodies of requests that say how far they have been read.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http_body::{Body, Frame, SizeHint};

use crate::transport::RequestBody;
use crate::transport::sending::{Sending, Stage};

/// The body for reqwest. It is read when there is a connection for it, and not before.
pub(super) fn body(body: RequestBody, sending: Option<Sending>) -> reqwest::Body {
    match (body, sending) {
        (RequestBody::Bytes(bytes), Some(sending)) if !bytes.is_empty() => {
            sending.reach(Stage::Waiting);
            reqwest::Body::wrap(Whole { bytes, sending })
        }
        // Nobody reads what is not there.
        (RequestBody::Bytes(bytes), _) => bytes.into(),
        (RequestBody::Stream { length, chunks }, Some(sending)) => {
            sending.reach(Stage::Waiting);
            reqwest::Body::wrap_stream(Chunks {
                left: length,
                chunks,
                sending,
            })
        }
        (RequestBody::Stream { chunks, .. }, None) => reqwest::Body::wrap_stream(chunks),
    }
}

/// Bytes that are read at once.
struct Whole {
    bytes: Bytes,
    sending: Sending,
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.sending.reach(Stage::Sent);
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

/// Bytes that come piece by piece.
struct Chunks {
    left: u64,
    chunks: BoxStream<'static, std::io::Result<Bytes>>,
    sending: Sending,
}

impl Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.sending.reach(Stage::Begun);
        let chunk = ready!(self.chunks.poll_next_unpin(cx));
        if let Some(Ok(bytes)) = &chunk {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        if chunk.is_none() || self.left == 0 {
            self.sending.reach(Stage::Sent);
        }
        Poll::Ready(chunk)
    }
}
