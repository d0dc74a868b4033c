//! A clock that stands still until somebody sleeps by it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_sdk::Clock;
use tokio::sync::Notify;

/// The time of day at which the clock starts: 2026-01-01 00:00:00 UTC.
pub const START: Duration = Duration::from_secs(1_767_225_600);

/// A clock on which every sleep passes at once, and is kept.
///
/// A limit is a sleep that is raced with something else, and the something else is asked first. So a
/// limit passes, and is kept, only where what it limits is not ready.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<State>);

#[derive(Debug)]
struct State {
    start: Instant,
    slept: Mutex<Vec<Duration>>,
    advanced: Mutex<Duration>,
}

impl ManualClock {
    /// A clock at [`START`].
    #[expect(clippy::new_without_default, reason = "a clock has no usual time")]
    pub fn new() -> Self {
        Self(Arc::new(State {
            start: Instant::now(),
            slept: Mutex::default(),
            advanced: Mutex::default(),
        }))
    }

    /// The sleeps that have passed, in their order.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.0.slept.lock().unwrap().clone()
    }

    /// Lets time pass in which nobody sleeps.
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
            // tokio makes a task that works for long pause now and then. That must not pass for waiting.
            tokio::task::yield_now().await;
            state.slept.lock().unwrap().push(span);
        }
        .boxed()
    }
}

/// A pause of up to this long passes at once on a [`PauselessClock`].
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The clock of the machine, but pauses pass at once and limits never.
///
/// For waiting for a service over real HTTP, where a limit that passes at once would leave it no time to
/// answer. Pauses are told from limits by their length.
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
            if span > LONGEST_PAUSE {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}

/// A clock on which every limit passes at a signal.
#[derive(Clone, Debug, Default)]
pub struct SignalClock(Arc<Notify>);

impl SignalClock {
    /// The signal. Each `notify_one` lets one limit pass.
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
