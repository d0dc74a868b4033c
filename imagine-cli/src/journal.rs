//! The journal of jobs: a file for each job, written before its submission.
//!
//! A process may die at any point. A job without a handle may have been submitted or not; `imagine jobs resume` looks
//! for it in the history of the service.

use std::path::PathBuf;

use imagine_sdk::media::Generation;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::{Failure, Result};
use crate::operation::Call;
use crate::state::StateDir;

/// The directory of the files.
const DIRECTORY: &str = "jobs";

/// A job of the media API.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Job {
    pub(crate) number: u32,
    pub(crate) operation: String,
    /// The URL of the API to which the job belongs.
    pub(crate) endpoint: String,
    /// The fields of the request.
    pub(crate) fields: Map<String, Value>,
    /// The file for the result.
    pub(crate) output: Option<PathBuf>,
    /// The handle, since the service has returned it.
    pub(crate) handle: Option<Generation>,
    pub(crate) state: State,
}

/// The state of a job as this program knows it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It is being submitted, or the process died before the service returned the handle.
    Submitting,
    /// The service has it.
    Submitted,
    /// The result is in this file.
    Finished(PathBuf),
    /// It failed for this reason.
    Failed(String),
    /// The user no longer waits for it.
    Canceled,
}

impl State {
    /// Returns true if there is something to wait for.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Submitting | Self::Submitted)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Submitting => f.write_str("submitting"),
            Self::Submitted => f.write_str("submitted"),
            Self::Finished(path) => write!(f, "finished: {}", path.display()),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
            Self::Canceled => f.write_str("canceled"),
        }
    }
}

impl Job {
    /// Returns the prompt or the transcript.
    pub(crate) fn prompt(&self) -> &str {
        let mut names = ["prompt", "transcript"].into_iter();
        let found = names.find_map(|name| self.fields.get(name)?.as_str());
        found.unwrap_or_default()
    }

    /// Returns the id of the generation.
    pub(crate) fn generation(&self) -> Option<&str> {
        self.handle.as_ref()?.id()
    }
}

/// The journal.
#[derive(Debug)]
pub(crate) struct Journal(StateDir);

impl Journal {
    pub(crate) fn new(state: &StateDir) -> Self {
        Self(state.below(DIRECTORY))
    }

    /// Writes a job before its submission.
    pub(crate) fn start(
        &self,
        call: &Call<'_>,
        endpoint: &str,
        output: Option<PathBuf>,
    ) -> Result<Job> {
        let numbers = self.numbers();
        let mut number = numbers.last().map_or(1, |last| last + 1);
        // Another process may take the same number.
        while !self.0.create(&name(number))? {
            number += 1;
        }
        let job = Job {
            number,
            operation: call.operation.id.to_owned(),
            endpoint: endpoint.to_owned(),
            fields: call.fields.clone(),
            output,
            handle: None,
            state: State::Submitting,
        };
        self.save(&job)?;
        Ok(job)
    }

    /// Replaces the file of a job.
    pub(crate) fn save(&self, job: &Job) -> Result<()> {
        self.0.write(&name(job.number), job)
    }

    /// Returns all jobs, oldest first.
    pub(crate) fn jobs(&self) -> Result<Vec<Job>> {
        let numbers = self.numbers().into_iter();
        let jobs = numbers.filter_map(|number| self.read(number).transpose());
        jobs.collect()
    }

    /// Returns the job with a number.
    pub(crate) fn job(&self, number: u32) -> Result<Job> {
        self.read(number)?.ok_or_else(|| {
            Failure::usage(format!("there is no job {number}"))
                .with_hint("`imagine jobs list --all` lists the jobs")
        })
    }

    /// `None` for a job whose file another process has just created.
    fn read(&self, number: u32) -> Result<Option<Job>> {
        match self.0.is_empty(&name(number)) {
            true => Ok(None),
            false => self.0.read(&name(number)),
        }
    }

    fn numbers(&self) -> Vec<u32> {
        let names = self.0.list(SUFFIX).into_iter();
        let numbers = names.filter_map(|name| name.strip_suffix(SUFFIX)?.parse().ok());
        let mut numbers: Vec<u32> = numbers.collect();
        numbers.sort_unstable();
        numbers
    }
}

const SUFFIX: &str = ".json";

fn name(number: u32) -> String {
    format!("{number}{SUFFIX}")
}
