//! Delays of responses. Only this module sleeps.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures_util::StreamExt;

#[expect(
    clippy::disallowed_methods,
    reason = "delays need a timer; only this function sleeps"
)]
pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The delays of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delays {
    /// The delay before the response starts.
    pub(crate) response: Duration,
    /// The delay before each chunk of the body.
    pub(crate) chunk: Duration,
}

impl Delays {
    /// Waits for the start of the response and delays its chunks.
    pub(crate) async fn apply(self, response: Response) -> Response {
        if !self.response.is_zero() {
            sleep(self.response).await;
        }
        if self.chunk.is_zero() {
            return response;
        }
        response.map(|body| {
            let chunks = body.into_data_stream().then(move |chunk| async move {
                sleep(self.chunk).await;
                chunk
            });
            Body::from_stream(chunks)
        })
    }
}
