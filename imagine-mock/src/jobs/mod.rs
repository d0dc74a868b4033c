//! The generations, and the credits that pay for them.

mod job;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

pub(crate) use self::job::{Ending, Form, Job, Kind, Schema};

/// All generations of a mock.
#[derive(Debug)]
pub(crate) struct Jobs {
    kept: Mutex<Kept>,
    /// The oldest are forgotten beyond this many, so that a mock can run for long.
    most: usize,
}

#[derive(Debug)]
struct Kept {
    jobs: VecDeque<Job>,
    accepted: usize,
    credits: u64,
}

impl Jobs {
    pub(crate) fn new(credits: u64, most: usize) -> Self {
        let kept = Mutex::new(Kept {
            jobs: VecDeque::new(),
            accepted: 0,
            credits,
        });
        Self { kept, most }
    }

    /// Accepts a generation and returns the response to its submission, or the credits left if they are too few.
    ///
    /// The job is created once it is paid for.
    pub(crate) fn accept(
        &self,
        cost: u64,
        form: Form<'_>,
        job: impl FnOnce() -> Job,
    ) -> Result<Value, u64> {
        let mut kept = self.lock();
        kept.credits = kept.credits.checked_sub(cost).ok_or(kept.credits)?;
        kept.accepted += 1;
        let job = job();
        let submitted = job.submitted(form);
        kept.jobs.push_back(job);
        if kept.jobs.len() > self.most {
            kept.jobs.pop_front();
        }
        Ok(submitted)
    }

    /// Charges for a request that is not a generation, or returns the credits left if they are too few.
    pub(crate) fn charge(&self, cost: u64) -> Result<(), u64> {
        let mut kept = self.lock();
        kept.credits = kept.credits.checked_sub(cost).ok_or(kept.credits)?;
        Ok(())
    }

    /// Polls a generation, which advances it.
    pub(crate) fn poll(&self, id: &str, form: Form<'_>) -> Option<Value> {
        let mut kept = self.lock();
        let job = kept.jobs.iter_mut().find(|job| job.id == id)?;
        Some(job.poll(form))
    }

    /// The generations that a filter selects, newest first.
    pub(crate) fn list(&self, form: Form<'_>, filter: impl Fn(&Job) -> bool) -> Vec<Value> {
        let kept = self.lock();
        let listed = kept.jobs.iter().rev().filter(|job| filter(job));
        listed.map(|job| job.show(form)).collect()
    }

    /// Deletes a generation by the id of its item. Returns whether there was one.
    pub(crate) fn delete(&self, item: &str) -> bool {
        let mut kept = self.lock();
        let before = kept.jobs.len();
        kept.jobs.retain(|job| job.item != item);
        kept.jobs.len() < before
    }

    pub(crate) fn accepted(&self) -> usize {
        self.lock().accepted
    }

    pub(crate) fn credits(&self) -> u64 {
        self.lock().credits
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
