//! A body that comes step by step.

use std::future;
use std::io;
#[cfg(feature = "httpmock")]
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::{Body, Bytes};
#[cfg(feature = "httpmock")]
use futures_util::StreamExt;
use futures_util::stream;

use crate::pause::pause;

/// What happens next to a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// These bytes are sent.
    Send(Bytes),
    /// Nothing comes for so long.
    Pause(Duration),
    /// Nothing comes any more.
    Stall,
    /// The connection ends.
    Break,
}

/// A body that does this. Before each step the task pauses, and meanwhile the server flushes what came
/// before.
pub(crate) fn body(steps: Vec<Step>) -> Body {
    Body::from_stream(stream::unfold(steps.into_iter(), |mut steps| async {
        let sent = next(&mut steps).await?;
        Some((sent, steps))
    }))
}

/// What a body consists of, if it neither pauses nor breaks.
#[cfg(feature = "httpmock")]
pub(crate) fn at_once(body: Body) -> Bytes {
    let mut frames = body.into_data_stream();
    let mut context = Context::from_waker(Waker::noop());
    let mut all = Vec::new();
    loop {
        match frames.poll_next_unpin(&mut context) {
            Poll::Ready(Some(Ok(frame))) => all.extend(frame),
            // All that the mock answers with is at hand: it only steps back for the server to flush.
            Poll::Pending => {}
            Poll::Ready(Some(Err(_)) | None) => return all.into(),
        }
    }
}

/// Goes on to the next bytes, or to the break.
async fn next(steps: &mut impl Iterator<Item = Step>) -> Option<io::Result<Bytes>> {
    loop {
        tokio::task::yield_now().await;
        match steps.next()? {
            Step::Send(bytes) => return Some(Ok(bytes)),
            Step::Pause(span) => pause(span).await,
            Step::Stall => future::pending().await,
            // The server gives a connection up whose body fails.
            Step::Break => return Some(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }
}
