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

/// How many generations [`WaitAll`] waits for at a time.
const CONCURRENCY: usize = 16;

impl MediaClient {
    /// Waits for a generation: polls it after growing, random pauses, longer ones while others are ahead in the queue,
    /// until it is finished, has failed, or the timeout has passed. A generation that is finished already is returned
    /// without a request; otherwise the first poll is immediate.
    ///
    /// A failed poll does not end the wait. Dropping the wait ends it; the generation continues, and its handle can be
    /// waited for again, also by another process: [`Generation`] can be serialized.
    ///
    /// # Errors
    ///
    /// [`WaitError`] lists why a wait ends without a result.
    pub fn wait(&self, job: &Generation) -> Wait {
        Wait::new(self.connection(), job)
    }

    /// Waits for several generations, and returns the results in their order. The failure of one does not end the wait
    /// for the others.
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

/// The operation that a wait polls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollWith {
    /// `check`, and `imagine_check` too when `check` only returns the handle, or no reason for a failure.
    ///
    /// An operation that an installation lacks is not called any more once it has been missing several times in a row.
    #[default]
    Auto,
    /// `check`.
    Check,
    /// `imagine_check`.
    ImagineCheck,
}

/// A wait for a generation, which starts when it is awaited.
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
    pub(crate) fn new(connection: Connection<M>, job: &Generation) -> Self {
        Self {
            connection,
            job: job.clone(),
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

    /// The asynchronous wait, and how to run it.
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

    /// Limits the duration of the wait. Default: 15 minutes.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Chooses the operation that polls the generation. Default: [`PollWith::Auto`].
    pub fn poll_with(mut self, poll_with: PollWith) -> Self {
        self.poll_with = poll_with;
        self
    }

    /// Ends the wait when `condition` holds, for a service that reports its end in another way. A failure is still
    /// recognized.
    pub fn until(
        mut self,
        condition: impl Fn(&Generation) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.condition = Some(Arc::new(condition));
        self
    }

    /// Calls `report` after every poll, except for one that ends the wait with an error.
    pub fn on_progress(mut self, report: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.report = Some(Box::new(report));
        self
    }
}

impl Wait {
    /// Waits until the generation has ended. Awaiting the wait does the same.
    ///
    /// # Errors
    ///
    /// When the generation failed, does not finish in time, or cannot be polled.
    pub async fn send(self) -> Result<Generation, WaitError> {
        let mut poller = Poller::new(self);
        loop {
            if let Progress::Finished(status) = poller.step().await? {
                return Ok(status);
            }
        }
    }

    /// Returns a stream of the result of every poll. The last item is [`Progress::Finished`], or the error that ended
    /// the wait.
    pub fn progress(self) -> ProgressStream {
        let steps = stream::unfold(Some(Poller::new(self)), |poller| async {
            let mut poller = poller?;
            let step = poller.step().await;
            let is_last = matches!(step, Err(_) | Ok(Progress::Finished(_)));
            Some((step, (!is_last).then_some(poller)))
        });
        ProgressStream(steps.fuse().boxed())
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

/// A wait for several generations, which starts when it is awaited.
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

    /// Sets how many generations are polled at a time, at least 1. Default: 16.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// The asynchronous wait, and how to run it.
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
    /// A wait for each generation.
    pub(crate) fn waits(&self) -> Vec<Wait<M>> {
        let jobs = self.jobs.iter();
        jobs.map(|job| Wait::new(self.connection.clone(), job))
            .collect()
    }
}

impl WaitAll {
    /// Waits until all generations have ended. Awaiting the wait does the same.
    pub async fn send(self) -> Vec<Result<Generation, WaitError>> {
        let waits = self.waits().into_iter().enumerate();
        let waits = waits.map(|(index, wait)| wait.send().map(move |result| (index, result)));
        // A slow generation occupies one slot, and does not delay those after it.
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
    /// It waits behind this many others.
    Queued(u64),
    /// It is being processed.
    Running(Generation),
    /// The poll failed; the wait continues.
    PollFailed(Arc<Error>),
    /// It is finished.
    Finished(Generation),
}

/// A generation is shown by its state: the URL of a result may be signed, and then is as good as a key.
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

/// The polls of a generation, one by one.
pub struct ProgressStream(BoxStream<'static, Result<Progress, WaitError>>);

impl ProgressStream {
    /// Returns the result of the next poll, or nothing after the last one.
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
