//! The only source of time.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::BoxFuture;

/// A source of time. Tests replace it with a clock that they advance.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns a monotonic time, to measure durations.
    fn now(&self) -> Instant;

    /// Returns the wall-clock time, to compare with the dates of a server.
    fn time_of_day(&self) -> SystemTime;

    /// Completes once `span` has passed.
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()>;
}

/// The system clock with the timer of tokio.
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
