//! What the service did, beside what the callers were told.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use imagine_mock::RecordedRequest;
use serde_json::Value;

/// The field that says which call a request is of.
pub(crate) const ID: &str = "soak_id";

/// The operation that costs credits.
const SUBMISSION: &str = "text2img";

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Answer = 1,
    /// An error after which the work may have been done.
    Unknown = 2,
    /// Any other error.
    Error = 3,
}

/// Both sides of each call.
#[derive(Debug)]
pub(crate) struct Ledger {
    calls: Vec<Entry>,
    requests: AtomicUsize,
}

#[derive(Debug, Default)]
struct Entry {
    ending: AtomicU8,
    /// How often it ended.
    ended: AtomicU8,
    /// Whether it costs credits.
    submission: AtomicU8,
    /// How often the service accepted it.
    accepted: AtomicU8,
}

/// What does not add up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Balance {
    pub(crate) submissions: usize,
    pub(crate) accepted: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
}

impl Ledger {
    pub(crate) fn new(calls: usize) -> Self {
        Self {
            calls: (0..calls).map(|_| Entry::default()).collect(),
            requests: AtomicUsize::new(0),
        }
    }

    /// Notes what the service did with a request.
    pub(crate) fn saw(&self, request: &RecordedRequest) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if request.carried_out && request.operation == Some(SUBMISSION) {
            let entry = id(request).and_then(|id| self.calls.get(id));
            if let Some(entry) = entry {
                entry.accepted.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Notes what a caller was told.
    pub(crate) fn ended(&self, call: usize, is_submission: bool, ending: Ending) {
        if let Some(entry) = self.calls.get(call) {
            entry.ending.store(ending as u8, Ordering::Relaxed);
            entry.ended.fetch_add(1, Ordering::Relaxed);
            entry
                .submission
                .store(is_submission.into(), Ordering::Relaxed);
        }
    }

    /// How many requests the service saw.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn balance(&self) -> Balance {
        let mut balance = Balance::default();
        for entry in &self.calls {
            balance.submissions += usize::from(entry.submission.load(Ordering::Relaxed));
            balance.accepted += usize::from(entry.accepted.load(Ordering::Relaxed) > 0);
            balance.lost += usize::from(entry.is_lost());
            balance.doubled += usize::from(entry.is_doubled());
        }
        balance
    }
}

impl Entry {
    /// Whether nobody was told what became of it, or was told wrongly: that it was not done when it was,
    /// or that it was when it was not.
    fn is_lost(&self) -> bool {
        let ending = self.ending.load(Ordering::Relaxed);
        let is_submission = self.submission.load(Ordering::Relaxed) > 0;
        let is_accepted = self.accepted.load(Ordering::Relaxed) > 0;
        let denied = is_accepted && ending == Ending::Error as u8;
        let made_up = is_submission && !is_accepted && ending == Ending::Answer as u8;
        ending == 0 || denied || made_up
    }

    fn is_doubled(&self) -> bool {
        let twice = |count: &AtomicU8| count.load(Ordering::Relaxed) > 1;
        twice(&self.accepted) || twice(&self.ended)
    }
}

fn id(request: &RecordedRequest) -> Option<usize> {
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    usize::try_from(body.get(ID)?.as_u64()?).ok()
}
