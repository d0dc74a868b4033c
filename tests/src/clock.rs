//! Clocks for tests.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_sdk::Clock;
use tokio::sync::Notify;

/// The initial time of day: 2026-01-01 00:00:00 UTC.
pub const START: Duration = Duration::from_secs(1_767_225_600);

/// A clock whose sleeps complete immediately and are recorded.
///
/// The SDK implements a timeout by racing an operation with a sleep, and polls the operation first. So a timeout
/// passes, and is recorded, only if the operation is not ready.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<State>);

#[derive(Debug)]
struct State {
    start: Instant,
    slept: Mutex<Vec<Duration>>,
    advanced: Mutex<Duration>,
}

impl ManualClock {
    /// Creates a clock at [`START`].
    #[expect(clippy::new_without_default, reason = "a clock has no usual time")]
    pub fn new() -> Self {
        Self(Arc::new(State {
            start: Instant::now(),
            slept: Mutex::default(),
            advanced: Mutex::default(),
        }))
    }

    /// Returns the completed sleeps in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.0.slept.lock().unwrap().clone()
    }

    /// Advances the time without a sleep.
    pub fn advance(&self, span: Duration) {
        *self.0.advanced.lock().unwrap() += span;
    }

    fn passed(&self) -> Duration {
        *self.0.advanced.lock().unwrap() + self.sleeps().iter().sum::<Duration>()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.0.start + self.passed()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + START + self.passed()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        let state = Arc::clone(&self.0);
        async move {
            // tokio occasionally forces a busy task to yield. Such a yield must not look like a pending operation.
            tokio::task::yield_now().await;
            state.slept.lock().unwrap().push(span);
        }
        .boxed()
    }
}

/// The longest pause that completes immediately on a [`PauselessClock`].
const LONGEST_PAUSE: Duration = Duration::from_secs(12);

/// The timeout that is shorter: the wait for a connection of the pool, a quarter of the default `connect_timeout`.
pub const CONNECTION_WAIT: Duration = Duration::from_millis(2500);

/// The system clock, except that pauses complete immediately and timeouts never pass.
///
/// For waits over real HTTP, where an immediate timeout would leave the service no time to respond. The clock
/// distinguishes pauses from timeouts by their length.
#[derive(Clone, Copy, Debug)]
pub struct PauselessClock;

impl Clock for PauselessClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        async move {
            tokio::task::yield_now().await;
            if span > LONGEST_PAUSE || span == CONNECTION_WAIT {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}

/// A clock whose sleeps complete at a signal.
#[derive(Clone, Debug, Default)]
pub struct SignalClock(Arc<Notify>);

impl SignalClock {
    /// Returns the signal. Each `notify_one` completes one sleep.
    pub fn signal(&self) -> Arc<Notify> {
        Arc::clone(&self.0)
    }
}

impl Clock for SignalClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        let signal = self.signal();
        async move { signal.notified().await }.boxed()
    }
}
