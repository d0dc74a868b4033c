//! The errors of waiting.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{self, Error, ErrorKind, TimeoutKind, rejection};
use crate::media::{Generation, Rejection};

/// The error of a wait that ended without a result.
#[non_exhaustive]
pub enum WaitError {
    /// The generation failed.
    JobFailed {
        /// The handle of the generation.
        job: Box<Generation>,
        /// The reason, in one line of at most 300 characters.
        message: String,
        /// The complete response.
        status: Box<Generation>,
    },
    /// The timeout elapsed before the generation was finished. The generation continues: call `wait` with `job` to
    /// resume.
    TimedOut {
        /// The handle of the generation.
        job: Box<Generation>,
        /// The duration of the wait.
        waited: Duration,
        /// The error of the last poll, if it failed.
        last: Option<Arc<Error>>,
    },
    /// The service rejected a poll with a permanent error.
    PollRejected {
        /// The handle of the generation.
        job: Box<Generation>,
        /// The error of the poll.
        error: Error,
    },
}

impl WaitError {
    pub(crate) fn poll_rejected(job: &Generation, error: Error) -> Self {
        Self::PollRejected {
            job: Box::new(job.clone()),
            error,
        }
    }

    /// Returns the kind of the error. `Error::from` gives the other predicates.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::JobFailed { .. } if self.is_quota_exceeded() => ErrorKind::QuotaExceeded,
            Self::JobFailed { .. } => ErrorKind::JobFailed,
            Self::TimedOut { .. } => ErrorKind::Timeout,
            Self::PollRejected { error, .. } => error.kind(),
        }
    }

    /// Returns the handle of the generation.
    pub fn job(&self) -> &Generation {
        let (Self::JobFailed { job, .. }
        | Self::TimedOut { job, .. }
        | Self::PollRejected { job, .. }) = self;
        job
    }

    /// Returns the reason why the service rejected the generation, if it reports one.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::JobFailed { status, .. } => status.rejection(),
            _ => None,
        }
    }

    /// Returns true if the credits or the quota of the account are exhausted. Waiting does not help.
    pub fn is_quota_exceeded(&self) -> bool {
        match self {
            Self::JobFailed { .. } => self.reason() == Some(rejection::OUT_OF_CREDITS),
            Self::TimedOut { .. } => false,
            Self::PollRejected { error, .. } => error.is_quota_exceeded(),
        }
    }

    fn reason(&self) -> Option<&str> {
        Some(self.rejection()?.reason.as_ref()?.as_str())
    }
}

/// Prints only the id of a generation. The URL of a result may be signed, which makes it a secret.
impl fmt::Debug for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = match self {
            Self::JobFailed { .. } => f.debug_struct("JobFailed"),
            Self::TimedOut { .. } => f.debug_struct("TimedOut"),
            Self::PollRejected { .. } => f.debug_struct("PollRejected"),
        };
        output.field("job", &self.job().generation_uuid);
        match self {
            Self::JobFailed { message, .. } => output.field("message", message),
            Self::TimedOut { waited, last, .. } => {
                output.field("waited", waited).field("last", last)
            }
            Self::PollRejected { error, .. } => output.field("error", error),
        };
        output.finish_non_exhaustive()
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.job().id().unwrap_or("without an id");
        write!(f, "job {} ", error::shorten(id.to_owned()))?;
        match self {
            Self::JobFailed { message, .. } => {
                write!(f, "failed: {message}")?;
                match self.reason().and_then(rejection::advice) {
                    Some(advice) => write!(f, "; {advice}"),
                    None => Ok(()),
                }
            }
            Self::TimedOut { waited, .. } => write!(
                f,
                "is not finished after {waited:?}; it continues, so call `wait` with its handle to resume"
            ),
            Self::PollRejected { error, .. } => write!(f, "cannot be polled: {error}"),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::JobFailed { .. } => None,
            Self::TimedOut { last, .. } => last.as_deref().map(|error| error as _),
            Self::PollRejected { error, .. } => Some(error),
        }
    }
}

/// The error contains the handle of the generation: `error.partial_response::<Generation>()`.
impl From<WaitError> for Error {
    fn from(error: WaitError) -> Self {
        let job = error.job().clone();
        let converted = match error {
            WaitError::PollRejected { error, .. } => error,
            WaitError::TimedOut { waited, .. } => {
                Self::timeout(TimeoutKind::Call, waited).with_original(error)
            }
            WaitError::JobFailed { .. } => {
                Self::job_failed(error.to_string(), error.is_quota_exceeded()).with_original(error)
            }
        };
        converted.with_partial(job)
    }
}
