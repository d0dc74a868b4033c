//! The only place of the mock that waits for time to pass.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures_util::StreamExt;

/// Completes once `span` has passed.
#[expect(
    clippy::disallowed_methods,
    reason = "a fault that is late has to wait, and does so here alone"
)]
pub(crate) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

/// How a response is slowed down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pauses {
    /// Before the response begins.
    pub(crate) before: Duration,
    /// Before each piece of its body.
    pub(crate) before_each: Duration,
}

impl Pauses {
    /// The response, once it may begin.
    pub(crate) async fn slow(self, response: Response) -> Response {
        if !self.before.is_zero() {
            pause(self.before).await;
        }
        if self.before_each.is_zero() {
            return response;
        }
        response.map(|body| {
            let pieces = body.into_data_stream().then(move |piece| async move {
                pause(self.before_each).await;
                piece
            });
            Body::from_stream(pieces)
        })
    }
}
