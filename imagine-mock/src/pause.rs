//! The only place of the mock that waits for time to pass.

use std::time::Duration;

/// Completes once `span` has passed.
#[expect(
    clippy::disallowed_methods,
    reason = "a fault that is late has to wait, and does so here alone"
)]
pub(crate) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}
