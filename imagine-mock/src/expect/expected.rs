//! One expectation.

use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::condition::Condition;
use super::script::Script;
use super::seen::Seen;

/// What requests for an operation are like, and how they are answered.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) operation: &'static str,
    pub(super) script: Script,
    conditions: Vec<Condition>,
    /// Where the test says so.
    said_at: &'static Location<'static>,
    calls: AtomicU32,
    /// Why the latest request for the operation did not match, where one did not.
    missed: Mutex<Option<String>>,
}

/// How a request compares with an expectation that does not answer it.
pub(super) struct Miss {
    /// How many conditions hold.
    pub(super) held: usize,
    /// What each of the others wanted and got.
    pub(super) mismatches: Vec<String>,
}

impl Expected {
    pub(super) fn new(
        operation: &'static str,
        conditions: Vec<Condition>,
        script: Script,
        said_at: &'static Location<'static>,
    ) -> Self {
        Self {
            operation,
            script,
            conditions,
            said_at,
            calls: AtomicU32::new(0),
            missed: Mutex::default(),
        }
    }

    /// How many requests it answered.
    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Takes a request on, where all conditions hold and it may answer once more.
    pub(super) fn take(&self, seen: &Seen<'_>) -> Result<(), Miss> {
        let mismatches = self.conditions.iter();
        let mismatches: Vec<_> = mismatches
            .filter_map(|condition| condition.mismatch(seen))
            .collect();
        if mismatches.is_empty() && self.count() {
            return Ok(());
        }
        let miss = Miss {
            held: self.conditions.len() - mismatches.len(),
            mismatches,
        };
        let why = self.why(&miss);
        *self.missed.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        Err(miss)
    }

    /// Counts one more call, where there may be one.
    fn count(&self) -> bool {
        let next = |calls: u32| {
            let may = self.script.times.is_none_or(|times| calls < times);
            may.then(|| calls.saturating_add(1))
        };
        let counted = self
            .calls
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        counted.is_ok()
    }

    /// Why it did not answer a request.
    pub(super) fn why(&self, miss: &Miss) -> String {
        if miss.mismatches.is_empty() {
            let times = self.script.times.unwrap_or_default();
            return format!("it responses {times} time(s) and has done so");
        }
        miss.mismatches.join("; ")
    }

    /// Where the test says so, for a reader to find it.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.said_at.file(), self.said_at.line())
    }

    /// What is wrong with how often it was called.
    pub(super) fn wrong_count(&self, wanted: Option<u32>) -> Option<String> {
        let calls = self.calls();
        let wanted = wanted.or(self.script.times);
        let wrong = wanted.map_or(calls == 0, |wanted| calls != wanted);
        let wanted = wanted.map_or_else(|| "at least 1".to_owned(), |wanted| wanted.to_string());
        let missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = missed.as_ref();
        let missed =
            missed.map(|why| format!("; the latest request that it did not response: {why}"));
        wrong.then(|| {
            format!(
                "`{}` expected at {}: {wanted} call(s) wanted, {calls} came{}",
                self.operation,
                self.place(),
                missed.unwrap_or_default()
            )
        })
    }
}
