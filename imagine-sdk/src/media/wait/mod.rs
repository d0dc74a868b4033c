//! Waiting for generations.

mod error;
mod poll;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

pub use self::error::WaitError;
pub(super) use self::poll::PollSupport;
use self::poll::Poller;
use super::{Generation, MediaClient};
use crate::client::{Async, Connection};
use crate::error::Error;

type Condition = Arc<dyn Fn(&Generation) -> bool + Send + Sync>;
type Report = Box<dyn FnMut(&Progress) + Send>;

/// The default number of generations that [`WaitAll`] polls concurrently.
const CONCURRENCY: usize = 16;

impl MediaClient {
    /// Waits for a generation, given its handle or its id: polls it until it is finished, has failed, or the timeout
    /// has elapsed. The pauses grow with jitter, and with the queue length. The first poll is immediate. A finished
    /// generation is returned without a request.
    ///
    /// A failed poll does not end the wait. Dropping the wait cancels it, but not the generation. The handle can be
    /// waited for repeatedly, also by another process: [`Generation`] can be serialized.
    ///
    /// # Errors
    ///
    /// See [`WaitError`].
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::MediaClient) -> Result<(), imagine_sdk::Error> {
    /// let finished = client.wait("b9ae-6f64957f986a").await?; // or `&job`
    /// # let _ = finished;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, job: impl Into<Generation>) -> Wait {
        Wait::new(self.connection(), job)
    }

    /// Waits for several generations and returns the results in order. A failure does not end the wait for the other
    /// generations.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::MediaClient) -> Result<(), imagine_sdk::Error> {
    /// let jobs = [client.text2img("a cat").await?, client.text2img("a dog").await?];
    /// for result in client.wait_all(jobs).concurrency(4).await {
    ///     println!("{:?}", result?.url());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_all(&self, jobs: impl IntoIterator<Item = Generation>) -> WaitAll {
        WaitAll::new(self.connection(), jobs)
    }
}

/// The operations that a wait polls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollWith {
    /// `check`, followed by `imagine_check` if `check` returns only the handle, or no reason for a failure.
    ///
    /// An operation that is missing several times in a row is not called any more.
    #[default]
    Auto,
    /// `check`.
    Check,
    /// `imagine_check`.
    ImagineCheck,
}

/// A wait for a generation. It starts when it is awaited.
#[must_use = "a wait starts when it is awaited"]
pub struct Wait<M = Async> {
    connection: Connection<M>,
    job: Generation,
    timeout: Duration,
    poll_with: PollWith,
    condition: Option<Condition>,
    report: Option<Report>,
}

impl<M> Wait<M> {
    pub(crate) fn new(connection: Connection<M>, job: impl Into<Generation>) -> Self {
        Self {
            connection,
            job: job.into(),
            timeout: Duration::from_secs(15 * 60),
            poll_with: PollWith::Auto,
            condition: None,
            report: None,
        }
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn job(&self) -> &Generation {
        &self.job
    }

    /// Returns the asynchronous wait and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Wait, M) {
        let (connection, mode) = self.connection.split();
        let wait = Wait {
            connection,
            job: self.job,
            timeout: self.timeout,
            poll_with: self.poll_with,
            condition: self.condition,
            report: self.report,
        };
        (wait, mode)
    }

    /// Sets the timeout of the wait. Default: 15 minutes.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the operation that is polled. Default: [`PollWith::Auto`].
    pub fn poll_with(mut self, poll_with: PollWith) -> Self {
        self.poll_with = poll_with;
        self
    }

    /// Ends the wait when `condition` returns true, for services that report the end of a generation in another way.
    /// Failures are still detected. Default: the state of the generation.
    pub fn until(
        mut self,
        condition: impl Fn(&Generation) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.condition = Some(Arc::new(condition));
        self
    }

    /// Calls `report` after every poll, except if the poll ends the wait with an error.
    pub fn on_progress(mut self, report: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.report = Some(Box::new(report));
        self
    }
}

impl Wait {
    /// Waits until the generation has ended, as awaiting the wait does.
    ///
    /// # Errors
    ///
    /// Fails if the generation fails, does not finish in time, or cannot be polled.
    pub async fn send(self) -> Result<Generation, WaitError> {
        let mut poller = Poller::new(self);
        loop {
            if let Progress::Finished(status) = poller.poll().await? {
                return Ok(status);
            }
        }
    }

    /// Returns a stream of the polls. The last item is [`Progress::Finished`], or the error that ended the wait.
    pub fn progress(self) -> ProgressStream {
        let polls = stream::unfold(Some(Poller::new(self)), |poller| async {
            let mut poller = poller?;
            let result = poller.poll().await;
            let is_last = matches!(result, Err(_) | Ok(Progress::Finished(_)));
            Some((result, (!is_last).then_some(poller)))
        });
        ProgressStream(polls.fuse().boxed())
    }
}

impl IntoFuture for Wait {
    type Output = Result<Generation, WaitError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl<M> fmt::Debug for Wait<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("job", &self.job.generation_uuid)
            .field("timeout", &self.timeout)
            .field("poll_with", &self.poll_with)
            .finish_non_exhaustive()
    }
}

/// A wait for several generations. It starts when it is awaited.
#[must_use = "a wait starts when it is awaited"]
pub struct WaitAll<M = Async> {
    connection: Connection<M>,
    jobs: Vec<Generation>,
    concurrency: usize,
}

impl<M> WaitAll<M> {
    pub(crate) fn new(
        connection: Connection<M>,
        jobs: impl IntoIterator<Item = Generation>,
    ) -> Self {
        Self {
            connection,
            jobs: jobs.into_iter().collect(),
            concurrency: CONCURRENCY,
        }
    }

    /// Sets the number of generations that are polled concurrently, at least 1. Default: 16.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// Returns the asynchronous wait and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (WaitAll, M) {
        let (connection, mode) = self.connection.split();
        let wait = WaitAll {
            connection,
            jobs: self.jobs,
            concurrency: self.concurrency,
        };
        (wait, mode)
    }
}

impl<M: Clone> WaitAll<M> {
    /// Returns a wait for each generation.
    pub(crate) fn waits(&self) -> Vec<Wait<M>> {
        let jobs = self.jobs.iter();
        jobs.map(|job| Wait::new(self.connection.clone(), job))
            .collect()
    }
}

impl WaitAll {
    /// Waits until all generations have ended, as awaiting the wait does.
    pub async fn send(self) -> Vec<Result<Generation, WaitError>> {
        let waits = self.waits().into_iter().enumerate();
        let waits = waits.map(|(index, wait)| wait.send().map(move |result| (index, result)));
        // A slow generation occupies one slot, but does not delay the others.
        let results = stream::iter(waits).buffer_unordered(self.concurrency);
        let mut results: Vec<_> = results.collect().await;
        results.sort_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

impl IntoFuture for WaitAll {
    type Output = Vec<Result<Generation, WaitError>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl<M> fmt::Debug for WaitAll<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitAll")
            .field("jobs", &self.jobs.len())
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// The result of a poll.
#[derive(Clone)]
#[non_exhaustive]
pub enum Progress {
    /// The generation is queued behind this many others.
    Queued(u64),
    /// The generation is being processed.
    Running(Generation),
    /// The poll failed. The wait continues.
    PollFailed(Arc<Error>),
    /// The generation is finished.
    Finished(Generation),
}

/// Prints only the state. The URL of a result may be signed, which makes it a secret.
impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queued(ahead) => write!(f, "Queued({ahead})"),
            Self::Running(_) => f.write_str("Running"),
            Self::PollFailed(error) => write!(f, "PollFailed({error})"),
            Self::Finished(_) => f.write_str("Finished"),
        }
    }
}

/// A stream of the polls of a generation.
pub struct ProgressStream(BoxStream<'static, Result<Progress, WaitError>>);

impl ProgressStream {
    /// Returns the result of the next poll, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Fails with the error that ended the wait.
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
