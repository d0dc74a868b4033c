//! Response bodies that are sent in scripted steps.

use std::future;
use std::io;
#[cfg(feature = "httpmock")]
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::{Body, Bytes};
#[cfg(feature = "httpmock")]
use futures_util::StreamExt;
use futures_util::stream;

use crate::response::delay::sleep;

/// One step of sending a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Send(Bytes),
    Delay(Duration),
    /// Sends nothing more and keeps the connection open.
    Stall,
    /// Ends the connection.
    Abort,
}

/// Returns a body that executes the steps.
///
/// It yields before each step, so that the server flushes the previous one.
pub(crate) fn body(steps: Vec<Step>) -> Body {
    Body::from_stream(stream::unfold(steps.into_iter(), |mut steps| async {
        let sent = next(&mut steps).await?;
        Some((sent, steps))
    }))
}

/// Collects a body without delays and aborts.
#[cfg(feature = "httpmock")]
pub(crate) fn collect(body: Body) -> Bytes {
    let mut frames = body.into_data_stream();
    let mut context = Context::from_waker(Waker::noop());
    let mut collected = Vec::new();
    loop {
        match frames.poll_next_unpin(&mut context) {
            Poll::Ready(Some(Ok(frame))) => collected.extend(frame),
            // Bodies of the mock wait for no input. They are pending only to let the server flush.
            Poll::Pending => {}
            Poll::Ready(Some(Err(_)) | None) => return collected.into(),
        }
    }
}

/// Executes steps up to the next bytes or the abort.
async fn next(steps: &mut impl Iterator<Item = Step>) -> Option<io::Result<Bytes>> {
    loop {
        tokio::task::yield_now().await;
        match steps.next()? {
            Step::Send(bytes) => return Some(Ok(bytes)),
            Step::Delay(duration) => sleep(duration).await,
            Step::Stall => future::pending().await,
            // The server closes a connection when its body fails.
            Step::Abort => return Some(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }
}
