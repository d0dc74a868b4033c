//! The generations that were begun, and the credits that pay for them.

mod job;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

pub(crate) use self::job::{Job, Kind};

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

    /// Takes a generation on and answers it, or says how many credits are left where they are too few.
    ///
    /// The job is made only once it is paid for.
    pub(crate) fn accept(&self, cost: u64, job: impl FnOnce() -> Job) -> Result<Value, u64> {
        let mut kept = self.lock();
        kept.credits = kept.credits.checked_sub(cost).ok_or(kept.credits)?;
        kept.accepted += 1;
        let job = job();
        let started = job.started();
        kept.jobs.push_back(job);
        if kept.jobs.len() > self.most {
            kept.jobs.pop_front();
        }
        Ok(started)
    }

    /// Looks at a generation, which moves it on.
    pub(crate) fn look(&self, id: &str) -> Option<Value> {
        let mut kept = self.lock();
        let job = kept.jobs.iter_mut().find(|job| job.id == id)?;
        Some(job.look())
    }

    /// The generations of some kinds, newest first.
    pub(crate) fn list(&self, kinds: &[Kind]) -> Vec<Value> {
        let kept = self.lock();
        let listed = kept.jobs.iter().rev();
        listed
            .filter(|job| kinds.contains(&job.kind))
            .map(Job::show)
            .collect()
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
