//! The generations and the credits that pay for them.

mod job;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::latest::Latest;

pub(crate) use self::job::{Job, JobFormat, JobKind, JobResult, JobSchema};

/// The limit for the total size of the stored generations.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// All generations of a mock.
#[derive(Debug)]
pub(crate) struct Jobs {
    inner: Mutex<Inner>,
    /// The credits of the account at the start.
    initial_credits: u64,
}

#[derive(Debug)]
struct Inner {
    jobs: Latest<Job>,
    accepted: usize,
    credits: u64,
}

impl Jobs {
    pub(crate) fn new(credits: u64, limit: usize) -> Self {
        let inner = Mutex::new(Inner {
            jobs: Latest::new(limit, MAX_BYTES),
            accepted: 0,
            credits,
        });
        Self {
            inner,
            initial_credits: credits,
        }
    }

    /// Accepts a generation and returns the response to its submission.
    ///
    /// Creates the job after its cost is charged.
    ///
    /// # Errors
    ///
    /// Returns the remaining credits if they do not cover the cost.
    pub(crate) fn accept(
        &self,
        cost: u64,
        format: JobFormat<'_>,
        job: impl FnOnce() -> Job,
    ) -> Result<Value, u64> {
        let mut inner = self.lock();
        inner.credits = inner.credits.checked_sub(cost).ok_or(inner.credits)?;
        inner.accepted += 1;
        let job = job();
        let submitted = job.submitted(format);
        let size = job.size();
        inner.jobs.push(job, size);
        Ok(submitted)
    }

    /// Charges for a request that is not a generation.
    ///
    /// # Errors
    ///
    /// Returns the remaining credits if they do not cover the cost.
    pub(crate) fn charge(&self, cost: u64) -> Result<(), u64> {
        let mut inner = self.lock();
        inner.credits = inner.credits.checked_sub(cost).ok_or(inner.credits)?;
        Ok(())
    }

    /// Polls a generation, which advances it.
    pub(crate) fn poll(&self, id: &str, format: JobFormat<'_>) -> Option<Value> {
        let mut inner = self.lock();
        let job = inner.jobs.iter_mut().find(|job| job.id == id)?;
        Some(job.poll(format))
    }

    /// Lists the generations that match a filter, newest first.
    pub(crate) fn list(&self, format: JobFormat<'_>, filter: impl Fn(&Job) -> bool) -> Vec<Value> {
        let inner = self.lock();
        let listed = inner.jobs.iter().rev().filter(|job| filter(job));
        listed.map(|job| job.list_entry(format)).collect()
    }

    /// Deletes a generation by the id of its item. Returns false if it does not exist.
    pub(crate) fn delete(&self, item: &str) -> bool {
        self.lock().jobs.remove(|job| job.item == item)
    }

    /// Removes all generations and restores the credits.
    pub(crate) fn reset(&self) {
        let mut inner = self.lock();
        inner.jobs.clear();
        inner.accepted = 0;
        inner.credits = self.initial_credits;
    }

    pub(crate) fn accepted(&self) -> usize {
        self.lock().accepted
    }

    pub(crate) fn credits(&self) -> u64 {
        self.lock().credits
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
