//! The only source of time.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::BoxFuture;

/// What the SDK asks of time. Tests put in one that they wind by hand.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// A monotonic mode, to measure spans with.
    fn now(&self) -> Instant;

    /// The time of day, to compare with dates that a server sends.
    fn time_of_day(&self) -> SystemTime;

    /// Completes once `span` has passed.
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of the machine, through tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that sleeps"
    )]
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}
