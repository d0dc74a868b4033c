//! The polls of a wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use http::StatusCode;

use super::{PollWith, Progress, Wait, WaitError};
use crate::client::{Connection, RequestBuilder};
use crate::error::{self, Error};
use crate::media::builder::{Check, ImagineCheck};
use crate::media::{CheckRequest, Generation, ImagineCheckRequest, JobState};
use crate::response::Response;
use crate::transport::TransportErrorKind;

/// The pause after the first poll. The pauses grow by the factor 1.5.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause between two polls of a generation that is being processed.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The additional pause per generation ahead in the queue, and the limit of all additional pauses.
const PAUSE_PER_JOB_AHEAD: Duration = Duration::from_millis(500);
const LONGEST_QUEUE_PAUSE: Duration = Duration::from_secs(20);

/// The timeout of one poll.
const POLL_TIMEOUT: Duration = Duration::from_secs(60);

/// The number of initial polls that may get 404, and of consecutive polls that may return unexpected responses.
const GRACE_POLLS: u32 = 5;

/// The number of consecutive 404 or 405 responses after which an operation is not called any more. One response is not
/// enough: a host can alternate between builds.
const MISSING_CALLS: u32 = 3;

/// The availability of the poll operations. All clones of a client share it.
#[derive(Clone, Debug, Default)]
pub(in crate::media) struct PollSupport(Arc<Missing>);

/// The number of consecutive responses in which each operation was missing.
#[derive(Debug, Default)]
struct Missing {
    check: AtomicU32,
    imagine_check: AtomicU32,
}

impl Missing {
    fn is_missing(counter: &AtomicU32) -> bool {
        counter.load(Ordering::Relaxed) >= MISSING_CALLS
    }

    fn record(counter: &AtomicU32, is_missing: bool) {
        if is_missing {
            counter.fetch_add(1, Ordering::Relaxed);
        } else {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

/// The state of a wait.
pub(super) struct Poller {
    wait: Wait,
    support: PollSupport,
    started: Option<Instant>,
    polls: u32,
    pause: Duration,
    /// The next pause, without jitter and queue length.
    backoff: Duration,
    last: Option<Arc<Error>>,
    /// Consecutive polls that returned HTML, a redirect, or an error with status 200.
    unexpected: u32,
}

impl Poller {
    pub(super) fn new(wait: Wait) -> Self {
        let support = wait.connection.extensions().get::<PollSupport>().cloned();
        Self {
            wait,
            support: support.unwrap_or_default(),
            started: None,
            polls: 0,
            pause: Duration::ZERO,
            backoff: Duration::ZERO,
            last: None,
            unexpected: 0,
        }
    }

    /// Pauses, polls, and reports the result. A generation that has ended is not polled.
    pub(super) async fn poll(&mut self) -> Result<Progress, WaitError> {
        if self.started.is_none()
            && let Some(progress) = self.ended()
        {
            return self.report(progress?);
        }
        let left = self.left().ok_or_else(|| self.timed_out())?;
        self.wait
            .connection
            .clock()
            .sleep(self.pause.min(left))
            .await;
        if self.pause >= left {
            return Err(self.timed_out());
        }
        let left = left.saturating_sub(self.pause);
        self.polls += 1;
        let call = PollCall {
            connection: &self.wait.connection,
            job: &self.wait.job,
            timeout: left.min(POLL_TIMEOUT),
        };
        let polled = call.send(self.wait.poll_with, &self.support.0).await;
        let progress = self.interpret(polled)?;
        self.plan_pause(&progress);
        self.report(progress)
    }

    /// Returns the end of a generation whose submission already returned the result or the failure. The condition of
    /// the caller applies only to polls.
    fn ended(&mut self) -> Option<Result<Progress, WaitError>> {
        let has_ended = match self.wait.job.state() {
            JobState::Finished => self.wait.condition.is_none(),
            JobState::Failed(_) => true,
            JobState::Queued(_) | JobState::Running => false,
        };
        has_ended.then(|| self.interpret(Ok(self.wait.job.clone())))
    }

    fn report(&mut self, progress: Progress) -> Result<Progress, WaitError> {
        if let Some(report) = &mut self.wait.report {
            report(&progress);
        }
        Ok(progress)
    }

    fn interpret(&mut self, polled: Result<Generation, Error>) -> Result<Progress, WaitError> {
        let mut status = match polled {
            Ok(status) => status,
            Err(error) if self.is_transient(&error) => {
                let error = Arc::new(error);
                self.last = Some(Arc::clone(&error));
                return Ok(Progress::PollFailed(error));
            }
            Err(error) => return Err(WaitError::poll_rejected(&self.wait.job, error)),
        };
        self.last = None;
        self.unexpected = 0;
        if let Some(operation) = self.wait.job.operation() {
            status.set_operation(&operation);
        }
        let condition = self.wait.condition.as_ref();
        let is_met = condition.map(|condition| condition(&status));
        match (status.state(), is_met) {
            (JobState::Failed(message), _) => Err(WaitError::JobFailed {
                job: Box::new(self.wait.job.clone()),
                message: error::shorten(message),
                status: Box::new(status),
            }),
            (_, Some(true)) | (JobState::Finished, None) => Ok(Progress::Finished(status)),
            (JobState::Queued(ahead), _) => Ok(Progress::Queued(ahead)),
            (JobState::Running | JobState::Finished, _) => Ok(Progress::Running(status)),
        }
    }

    /// Returns true if a later poll may succeed. A service may not know a new generation yet, and proxies and restarts
    /// cause transient failures.
    fn is_transient(&mut self, error: &Error) -> bool {
        if error.is_not_found() {
            return self.polls <= GRACE_POLLS;
        }
        let is_success = error.status().is_some_and(|status| status.is_success());
        if error.is_unexpected_response() || (error.api_error().is_some() && is_success) {
            self.unexpected += 1;
            return self.unexpected <= GRACE_POLLS;
        }
        self.unexpected = 0;
        let is_rejected = error.status().is_some_and(|status| match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                error.is_quota_exceeded()
            }
            StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => true,
            status => status.is_client_error(),
        });
        let is_not_sent = error.transport_kind() == Some(TransportErrorKind::NotSent);
        let is_permanent =
            error.is_authentication() || error.is_invalid_argument() || error.is_configuration();
        !(is_rejected || is_not_sent || is_permanent)
    }

    fn plan_pause(&mut self, progress: &Progress) {
        let backoff = self.backoff.max(FIRST_PAUSE);
        self.backoff = backoff.mul_f64(1.5).min(LONGEST_PAUSE);
        let queue = match progress {
            Progress::Queued(ahead) => PAUSE_PER_JOB_AHEAD
                .saturating_mul(u32::try_from(*ahead).unwrap_or(u32::MAX))
                .min(LONGEST_QUEUE_PAUSE),
            _ => Duration::ZERO,
        };
        // The jitter spreads the polls of waits that start together.
        self.pause = (backoff + queue).mul_f64(0.75 + 0.25 * fastrand::f64());
    }

    /// Returns the remaining time, counted from the first poll. `None` after the timeout.
    fn left(&mut self) -> Option<Duration> {
        let now = self.wait.connection.clock().now();
        let started = *self.started.get_or_insert(now);
        let left = self
            .wait
            .timeout
            .checked_sub(now.saturating_duration_since(started))?;
        (!left.is_zero()).then_some(left)
    }

    fn timed_out(&mut self) -> WaitError {
        WaitError::TimedOut {
            job: Box::new(self.wait.job.clone()),
            waited: self.wait.timeout,
            last: self.last.take(),
        }
    }
}

/// A poll, which makes one or two calls.
struct PollCall<'a> {
    connection: &'a Connection,
    job: &'a Generation,
    timeout: Duration,
}

impl PollCall<'_> {
    async fn send(&self, poll_with: PollWith, missing: &Missing) -> Result<Generation, Error> {
        match poll_with {
            PollWith::Check => self.check().await,
            PollWith::ImagineCheck => self.imagine_check().await,
            PollWith::Auto if Missing::is_missing(&missing.check) => {
                self.imagine_check_first(missing).await
            }
            PollWith::Auto => self.check_first(missing).await,
        }
    }

    /// Calls `check`, followed by `imagine_check` if the response is not conclusive.
    async fn check_first(&self, missing: &Missing) -> Result<Generation, Error> {
        let checked = self.check().await;
        let is_enough = match &checked {
            Ok(status) => is_conclusive(status),
            Err(error) => !is_missing(error),
        };
        if is_enough || Missing::is_missing(&missing.imagine_check) {
            return checked;
        }
        let imagined = self.imagine_check().await;
        match (checked, imagined) {
            (Ok(status), Ok(item)) => {
                Missing::record(&missing.imagine_check, false);
                Ok(merge(status, item))
            }
            (Ok(status), Err(error)) => {
                Missing::record(&missing.imagine_check, is_missing(&error));
                Ok(status)
            }
            (Err(_), Ok(item)) => {
                Missing::record(&missing.check, true);
                Ok(item)
            }
            // Neither operation knows the generation, which is no evidence that an operation is missing.
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// Calls `imagine_check`, followed by `check` if the generation is unknown.
    async fn imagine_check_first(&self, missing: &Missing) -> Result<Generation, Error> {
        let imagined = self.imagine_check().await;
        match imagined {
            Err(error) if is_missing(&error) => match self.check().await {
                Ok(status) => {
                    Missing::record(&missing.check, false);
                    Ok(status)
                }
                Err(_) => Err(error),
            },
            imagined => imagined,
        }
    }

    async fn check(&self) -> Result<Generation, Error> {
        let request = CheckRequest::from(self.job);
        let check = Check::from(RequestBuilder::new(self.connection.clone(), request));
        let response = check.with_timeout(self.timeout).send_with_response();
        response.await.map(redacted)
    }

    async fn imagine_check(&self) -> Result<Generation, Error> {
        let request = ImagineCheckRequest::from(self.job);
        let check = ImagineCheck::from(RequestBuilder::new(self.connection.clone(), request));
        let response = check.with_timeout(self.timeout).send_with_response();
        response.await.map(redacted)
    }
}

/// Returns the generation in a response with the API key redacted. Some servers repeat it in the reason of a failure.
fn redacted(response: Response<Generation>) -> Generation {
    let secret = response.secret().clone();
    let generation = response.into_inner();
    match generation.state() {
        JobState::Failed(_) => secret.redact_value(generation),
        _ => generation,
    }
}

/// Returns true if a response to `check` is sufficient: it reports progress, or an end with its reason.
fn is_conclusive(status: &Generation) -> bool {
    let is_unexplained = matches!(status.state(), JobState::Failed(_)) && status.error.is_none();
    status.has_progress() && !is_unexplained
}

/// Returns true if the operation may be missing.
fn is_missing(error: &Error) -> bool {
    matches!(
        error.status(),
        Some(StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED)
    )
}

/// Merges the responses of `check` and `imagine_check`.
fn merge(status: Generation, item: Generation) -> Generation {
    if !status.has_progress() {
        return item;
    }
    Generation {
        error: item.error,
        ..status
    }
}
