//! The log of all calls, with the views of the service and of the caller.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use imagine_mock::RecordedRequest;
use serde_json::Value;

/// The request field with the call id.
pub(crate) const ID: &str = "soak_id";

/// The billable operation.
const SUBMISSION: &str = "text2img";

/// The result of a call, as the caller gets it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallResult {
    Response = 1,
    /// An error after which the operation may have been executed.
    UnknownOutcome = 2,
    /// Any other error.
    Error = 3,
}

/// The log of all calls.
#[derive(Debug)]
pub(crate) struct CallLog {
    calls: Vec<Entry>,
    requests: AtomicUsize,
}

#[derive(Debug, Default)]
struct Entry {
    /// The [`CallResult`]; 0 before the end of the call.
    result: AtomicU8,
    /// The number of results of the call.
    results: AtomicU8,
    /// 1 if the call is billable, else 0.
    submission: AtomicU8,
    /// The number of times that the service accepted the call.
    accepted: AtomicU8,
}

/// The totals of all calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) submissions: usize,
    pub(crate) accepted: usize,
    /// Calls without a result, or with a wrong one.
    pub(crate) lost: usize,
    /// Calls that were accepted or got a result more than once.
    pub(crate) duplicated: usize,
}

impl CallLog {
    pub(crate) fn new(calls: usize) -> Self {
        Self {
            calls: (0..calls).map(|_| Entry::default()).collect(),
            requests: AtomicUsize::new(0),
        }
    }

    /// Records a request that the service handled.
    pub(crate) fn record_request(&self, request: &RecordedRequest) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if request.executed && request.operation == Some(SUBMISSION) {
            let entry = id(request).and_then(|id| self.calls.get(id));
            if let Some(entry) = entry {
                entry.accepted.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Records the result of a call.
    pub(crate) fn record_result(&self, call: usize, is_submission: bool, result: CallResult) {
        if let Some(entry) = self.calls.get(call) {
            entry.result.store(result as u8, Ordering::Relaxed);
            entry.results.fetch_add(1, Ordering::Relaxed);
            entry
                .submission
                .store(is_submission.into(), Ordering::Relaxed);
        }
    }

    /// Returns the number of requests that the service handled.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for entry in &self.calls {
            totals.submissions += usize::from(entry.submission.load(Ordering::Relaxed));
            totals.accepted += usize::from(entry.accepted.load(Ordering::Relaxed) > 0);
            totals.lost += usize::from(entry.is_lost());
            totals.duplicated += usize::from(entry.is_duplicated());
        }
        totals
    }
}

impl Entry {
    /// Returns whether the call has no result, or one that contradicts the service: an error that excludes the
    /// execution of an accepted submission, or a response to a submission that was not accepted.
    fn is_lost(&self) -> bool {
        let result = self.result.load(Ordering::Relaxed);
        let is_submission = self.submission.load(Ordering::Relaxed) > 0;
        let is_accepted = self.accepted.load(Ordering::Relaxed) > 0;
        let has_no_result = result == 0;
        let has_false_error = is_accepted && result == CallResult::Error as u8;
        let has_false_response =
            is_submission && !is_accepted && result == CallResult::Response as u8;
        has_no_result || has_false_error || has_false_response
    }

    fn is_duplicated(&self) -> bool {
        let exceeds_one = |count: &AtomicU8| count.load(Ordering::Relaxed) > 1;
        exceeds_one(&self.accepted) || exceeds_one(&self.results)
    }
}

fn id(request: &RecordedRequest) -> Option<usize> {
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    usize::try_from(body.get(ID)?.as_u64()?).ok()
}
