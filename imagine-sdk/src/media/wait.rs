//! Waiting for a job.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use http::StatusCode;

use super::{Check, Client, Generation, GenerationStatus, State};
use crate::caller::{Async, Caller};
use crate::error::{self, Error, Phase};
use crate::transport::TransportErrorKind;

/// The pause after the first look at a job. Each further one is half as long again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause between two looks at a job that is being worked on.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The pause that each job ahead in the queue adds, and the most that all of them add.
const PAUSE_PER_JOB_AHEAD: Duration = Duration::from_millis(500);
const LONGEST_QUEUE_PAUSE: Duration = Duration::from_secs(20);

/// How many looks may find that the service does not know the job yet, and how many in a row a page.
const GRACE_LOOKS: u32 = 5;

type Test = Arc<dyn Fn(&GenerationStatus) -> bool + Send + Sync>;
type Report = Box<dyn FnMut(&Progress) + Send>;

impl Client {
    /// Waits for a job: asks [`check`](Self::check) after growing, random pauses, longer ones while others
    /// are ahead in the queue, until it is finished, has failed, or the time is over. The first look is at
    /// once, whatever the handle says of the queue: it may be an old one.
    ///
    /// A look that fails is not the end of the wait. Dropping the wait ends it; the job goes on, and its
    /// handle can be waited for again, also by another process: [`Generation`] is serialisable. Why a wait can end
    /// without a result, [`WaitError`] says.
    pub fn wait(&self, job: &Generation) -> Wait {
        Wait::new(self.caller(), job)
    }

    /// Waits for many jobs, at most `at_once` of them at a time (at least 1), and answers in their order. The
    /// failure of one does not end the others.
    pub async fn wait_all(
        &self,
        jobs: impl IntoIterator<Item = Generation>,
        at_once: usize,
    ) -> Vec<Result<GenerationStatus, WaitError>> {
        let jobs: Vec<_> = jobs.into_iter().collect();
        wait_all(&self.caller(), &jobs, at_once).await
    }
}

/// Waits for jobs, at most `at_once` of them at a time, and answers in their order.
pub(crate) async fn wait_all(
    caller: &Caller,
    jobs: &[Generation],
    at_once: usize,
) -> Vec<Result<GenerationStatus, WaitError>> {
    let waits = jobs.iter().enumerate().map(|(place, job)| {
        let wait = Wait::new(caller.clone(), job).send();
        wait.map(move |ended| (place, ended))
    });
    let waits: Vec<_> = waits.collect();
    // A slow job keeps one place, and none of those behind it.
    let ended = stream::iter(waits).buffer_unordered(at_once.max(1));
    let mut ended: Vec<_> = ended.collect().await;
    ended.sort_by_key(|(place, _)| *place);
    ended.into_iter().map(|(_, ended)| ended).collect()
}

/// A wait for a job, which begins when it is awaited.
#[must_use = "a wait begins when it is awaited"]
pub struct Wait<M = Async> {
    caller: Caller<M>,
    job: Generation,
    timeout: Duration,
    is_finished: Option<Test>,
    report: Option<Report>,
}

impl<M> Wait<M> {
    pub(crate) fn new(caller: Caller<M>, job: &Generation) -> Self {
        Self {
            caller,
            job: job.clone(),
            timeout: Duration::from_secs(15 * 60),
            is_finished: None,
            report: None,
        }
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn job(&self) -> &Generation {
        &self.job
    }

    /// What sends as futures, and the way in which they are to be waited for.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Wait, M) {
        let (caller, mode) = self.caller.split();
        let wait = Wait {
            caller,
            job: self.job,
            timeout: self.timeout,
            is_finished: self.is_finished,
            report: self.report,
        };
        (wait, mode)
    }

    /// How long to wait at most. 15 minutes unless changed.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Decides with a test of your own when the job is finished, where the service differs from what is
    /// reported of it. A failure is still recognised.
    pub fn finished_when(
        mut self,
        test: impl Fn(&GenerationStatus) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.is_finished = Some(Arc::new(test));
        self
    }

    /// Calls `report` after every look at the job but one that ends the wait with an error.
    pub fn on_progress(mut self, report: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.report = Some(Box::new(report));
        self
    }
}

impl Wait {
    /// Waits until the job has ended. Awaiting the wait does the same.
    ///
    /// # Errors
    ///
    /// When the job failed, is not finished in time, or cannot be asked about.
    pub async fn send(self) -> Result<GenerationStatus, WaitError> {
        let mut watch = Watch::new(self);
        loop {
            if let Progress::Finished(status) = watch.step().await? {
                return Ok(status);
            }
        }
    }

    /// Waits step by step: a stream of what every look found. The last item is
    /// [`Progress::Finished`], or the error that ended the wait.
    pub fn progress(self) -> ProgressStream {
        let steps = stream::unfold(Some(Watch::new(self)), |watch| async {
            let mut watch = watch?;
            let step = watch.step().await;
            let last = matches!(step, Err(_) | Ok(Progress::Finished(_)));
            Some((step, (!last).then_some(watch)))
        });
        ProgressStream(steps.fuse().boxed())
    }
}

impl IntoFuture for Wait {
    type Output = Result<GenerationStatus, WaitError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

/// What a look at a job found.
#[derive(Clone)]
#[non_exhaustive]
pub enum Progress {
    /// It waits for its turn, behind this many others.
    Queued(i64),
    /// It is being worked on.
    Running(GenerationStatus),
    /// The look failed; the wait goes on.
    Unknown(Arc<Error>),
    /// It is finished.
    Finished(GenerationStatus),
}

/// A status is shown by what it means: the address of a result may be signed, and so as good as a key.
impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queued(ahead) => write!(f, "Queued({ahead})"),
            Self::Running(_) => f.write_str("Running"),
            Self::Unknown(error) => write!(f, "Unknown({error})"),
            Self::Finished(_) => f.write_str("Finished"),
        }
    }
}

/// The looks at a job, one by one.
pub struct ProgressStream(BoxStream<'static, Result<Progress, WaitError>>);

impl ProgressStream {
    /// The next look, or nothing after the last.
    ///
    /// # Errors
    ///
    /// When the wait has ended without a result.
    pub async fn next(&mut self) -> Option<Result<Progress, WaitError>> {
        self.0.next().await
    }
}

impl Stream for ProgressStream {
    type Item = Result<Progress, WaitError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl fmt::Debug for ProgressStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressStream")
    }
}

impl<M> fmt::Debug for Wait<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("job", &self.job.generation_uuid)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why a wait ended without a result.
#[non_exhaustive]
pub enum WaitError {
    /// The job failed.
    Failed {
        /// The handle of the job.
        job: Box<Generation>,
        /// The service's words, shortened to 300 characters.
        message: String,
        /// All that the service said.
        status: Box<GenerationStatus>,
    },
    /// The time was over before the job was finished. It goes on, and is not lost: wait for `job` again.
    Unfinished {
        /// The handle of the job.
        job: Box<Generation>,
        /// How long the wait was.
        waited: Duration,
        /// Why the last look failed, if it did.
        last: Option<Arc<Error>>,
    },
    /// The service refuses to be asked about the job, and would again.
    Refused {
        /// The handle of the job.
        job: Box<Generation>,
        /// What the service said.
        error: Error,
    },
}

impl WaitError {
    pub(crate) fn refused(job: &Generation, error: Error) -> Self {
        Self::Refused {
            job: Box::new(job.clone()),
            error,
        }
    }
}

/// The address of a result may be signed, and so as good as a key: of handles and answers only the id is shown.
impl fmt::Debug for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = match self {
            Self::Failed { .. } => f.debug_struct("Failed"),
            Self::Unfinished { .. } => f.debug_struct("Unfinished"),
            Self::Refused { .. } => f.debug_struct("Refused"),
        };
        let (Self::Failed { job, .. } | Self::Unfinished { job, .. } | Self::Refused { job, .. }) =
            self;
        shown.field("job", &job.generation_uuid);
        match self {
            Self::Failed { message, .. } => shown.field("message", message),
            Self::Unfinished { waited, last, .. } => {
                shown.field("waited", waited).field("last", last)
            }
            Self::Refused { error, .. } => shown.field("error", error),
        };
        shown.finish_non_exhaustive()
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Failed { job, .. } | Self::Unfinished { job, .. } | Self::Refused { job, .. }) =
            self;
        write!(f, "job {} ", error::shorten(job.generation_uuid.clone()))?;
        match self {
            Self::Failed { message, .. } => write!(f, "failed: {message}"),
            Self::Unfinished { waited, .. } => write!(
                f,
                "is not finished after {waited:?}; wait for it again, it is not lost"
            ),
            Self::Refused { error, .. } => write!(f, "cannot be asked about: {error}"),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed { .. } => None,
            Self::Unfinished { last, .. } => last.as_deref().map(|error| error as _),
            Self::Refused { error, .. } => Some(error),
        }
    }
}

/// The error keeps the handle of the job: `error.partial::<Generation>()`.
impl From<WaitError> for Error {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Refused { job, error } => error.with_partial(*job),
            WaitError::Unfinished {
                ref job, waited, ..
            } => {
                let job = Generation::clone(job);
                Self::timeout(Phase::Total, waited)
                    .with_partial(job)
                    .because(error)
            }
            WaitError::Failed { ref job, .. } => {
                let job = Generation::clone(job);
                Self::job(error.to_string())
                    .with_partial(job)
                    .because(error)
            }
        }
    }
}

/// A wait that has begun.
struct Watch {
    wait: Wait,
    started: Option<Instant>,
    looks: u32,
    pause: Duration,
    /// What the next pause is without a queue and without chance.
    grown: Duration,
    last: Option<Arc<Error>>,
    /// How many looks in a row have found a page, a redirect, perhaps to where people sign in, or an error in the
    /// clothes of an answer.
    pages: u32,
}

impl Watch {
    fn new(wait: Wait) -> Self {
        Self {
            wait,
            started: None,
            looks: 0,
            pause: Duration::ZERO,
            grown: Duration::ZERO,
            last: None,
            pages: 0,
        }
    }

    /// Pauses, looks, and reports what it found.
    async fn step(&mut self) -> Result<Progress, WaitError> {
        let left = self.left().ok_or_else(|| self.unfinished())?;
        let caller = self.wait.caller.clone();
        if self.pause >= left {
            caller.clock().sleep(left).await;
            return Err(self.unfinished());
        }
        caller.clock().sleep(self.pause).await;
        let left = left.saturating_sub(self.pause);
        self.looks += 1;
        let look = Check::new(caller, &self.wait.job)
            .with_timeout(left.min(Duration::from_secs(60)))
            .await;
        let progress = self.judge(look)?;
        self.plan_pause(&progress);
        if let Some(report) = &mut self.wait.report {
            report(&progress);
        }
        Ok(progress)
    }

    fn judge(&mut self, look: Result<GenerationStatus, Error>) -> Result<Progress, WaitError> {
        let status = match look {
            Ok(status) => status,
            Err(error) if self.may_pass(&error) => {
                let error = Arc::new(error);
                self.last = Some(Arc::clone(&error));
                return Ok(Progress::Unknown(error));
            }
            Err(error) => return Err(WaitError::refused(&self.wait.job, error)),
        };
        self.last = None;
        self.pages = 0;
        let finished = self.wait.is_finished.as_ref().map(|test| test(&status));
        match (status.state(), finished) {
            (State::Failed(message), _) => {
                let mut message = error::shorten(message);
                self.wait.caller.hide_in(&mut message);
                Err(WaitError::Failed {
                    job: Box::new(self.wait.job.clone()),
                    message,
                    status: Box::new(status),
                })
            }
            (_, Some(true)) | (State::Finished, None) => Ok(Progress::Finished(status)),
            (State::Queued(ahead), _) => Ok(Progress::Queued(ahead)),
            (State::Running | State::Finished, _) => Ok(Progress::Running(status)),
        }
    }

    /// A service may not know a job in its first moments; and what a proxy or a restart does to one look
    /// says nothing about the job.
    fn may_pass(&mut self, error: &Error) -> bool {
        if error.is_not_found() {
            return self.looks <= GRACE_LOOKS;
        }
        let is_success = error.status().is_some_and(|status| status.is_success());
        if error.is_protocol() || (error.api().is_some() && is_success) {
            self.pages += 1;
            return self.pages <= GRACE_LOOKS;
        }
        self.pages = 0;
        let refused = error.status().is_some_and(|status| match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => error.is_quota(),
            StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => true,
            status => status.is_client_error(),
        });
        let declined = error.transport_kind() == Some(TransportErrorKind::Declined);
        !(refused || declined || error.is_auth() || error.is_invalid_argument())
    }

    fn plan_pause(&mut self, progress: &Progress) {
        let grown = self.grown.max(FIRST_PAUSE);
        self.grown = grown.mul_f64(1.5).min(LONGEST_PAUSE);
        let queue = match progress {
            Progress::Queued(ahead) => PAUSE_PER_JOB_AHEAD
                .saturating_mul(u32::try_from(*ahead).unwrap_or(u32::MAX))
                .min(LONGEST_QUEUE_PAUSE),
            _ => Duration::ZERO,
        };
        // Many waits that began together should not look together.
        self.pause = (grown + queue).mul_f64(0.75 + 0.25 * fastrand::f64());
    }

    /// The time that is left, counted from the first step. Nothing when it is over.
    fn left(&mut self) -> Option<Duration> {
        let now = self.wait.caller.clock().now();
        let started = *self.started.get_or_insert(now);
        let left = self
            .wait
            .timeout
            .checked_sub(now.saturating_duration_since(started))?;
        (!left.is_zero()).then_some(left)
    }

    fn unfinished(&mut self) -> WaitError {
        WaitError::Unfinished {
            job: Box::new(self.wait.job.clone()),
            waited: self.wait.timeout,
            last: self.last.take(),
        }
    }
}
