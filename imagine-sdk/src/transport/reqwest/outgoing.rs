//! Bodies of requests that say how far they have been read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http_body::{Body, Frame, SizeHint};

use crate::transport::{
    RequestBody,
    progress::{Sending, Stage},
};

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

/// Why a body is not read on: nobody waits for the response, and was told that nothing came of the request.
fn given_up() -> std::io::Error {
    std::io::Error::other("the request was given up")
}

/// Bytes that are read at once.
struct Whole {
    bytes: Bytes,
    sending: Sending,
}

impl Body for Whole {
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
        let frame = if self.sending.reach(Stage::Sent) {
            Ok(Frame::data(bytes))
        } else {
            Err(given_up())
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

/// Bytes that come piece by piece.
struct Chunks {
    left: u64,
    chunks: BoxStream<'static, std::io::Result<Bytes>>,
    sending: Sending,
}

impl Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(self.chunks.poll_next_unpin(cx));
        if let Some(Ok(bytes)) = &chunk {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        let is_last = chunk.is_none() || self.left == 0;
        let stage = if is_last { Stage::Sent } else { Stage::Begun };
        if self.sending.reach(stage) {
            Poll::Ready(chunk)
        } else {
            Poll::Ready(Some(Err(given_up())))
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, stream};
    use http_body_util::BodyExt;

    use super::*;

    fn whole(sending: &Sending) -> Whole {
        Whole {
            bytes: Bytes::from_static(b"all"),
            sending: sending.clone(),
        }
    }

    fn chunks(sending: &Sending) -> Chunks {
        let chunks = [b"be", b"gu"].map(|chunk| Ok(Bytes::from_static(chunk)));
        Chunks {
            left: 4,
            chunks: stream::iter(chunks).boxed(),
            sending: sending.clone(),
        }
    }

    #[test]
    fn what_was_read_whole_was_sent() {
        let sending = Sending::default();
        let read = whole(&sending).collect().now_or_never().unwrap();
        assert_eq!(read.unwrap().to_bytes(), "all");
        assert_eq!(sending.give_up(), Stage::Sent);

        let sending = Sending::default();
        let read: Vec<_> = chunks(&sending).collect().now_or_never().unwrap();
        assert!(read.len() == 2 && read.iter().all(Result::is_ok));
        assert_eq!(sending.give_up(), Stage::Sent);
    }

    /// A connection may come free for it at any later time.
    #[test]
    fn what_was_given_up_is_never_sent_whole() {
        let sending = Sending::default();
        drop(body(
            RequestBody::Bytes("all".into()),
            Some(sending.clone()),
        ));
        assert_eq!(sending.give_up(), Stage::Waiting);
        let read = whole(&sending).collect().now_or_never().unwrap();
        assert!(read.is_err());

        let sending = Sending::default();
        let mut chunks = chunks(&sending);
        chunks.next().now_or_never().unwrap().unwrap().unwrap();
        assert_eq!(sending.give_up(), Stage::Begun);
        assert!(chunks.next().now_or_never().unwrap().unwrap().is_err());
    }
}
