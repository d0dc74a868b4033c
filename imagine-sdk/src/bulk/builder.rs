//! The builder of a run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};

use super::engine::Engine;
use super::input::Inputs;
use super::journal::{Journal, Run};
use super::operations::BulkOperation;
use super::progress::Progress;
use super::row::RowError;
use super::seen::Key;
use super::stream::BulkStream;
use crate::client::{Async, Connection};
use crate::clock::Clock;
use crate::error::Error;

const BATCH: usize = 64;
const CONCURRENCY: usize = 8;
const DEDUPLICATE: usize = 1024;

/// The number of batches to read ahead of the next result, for each concurrent request.
const BATCHES_AHEAD: usize = 4;

pub(super) type Report<'a> = Box<dyn FnMut(&Progress) + Send + 'a>;

/// A run over many inputs. Await it for all results, or call [`stream`](Self::stream).
#[must_use = "a run starts when it is awaited or streamed"]
pub struct Bulk<'a, O: BulkOperation, M = Async> {
    pub(super) operation: O,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) inputs: BoxStream<'a, O::Input>,
    batch: usize,
    pub(super) concurrency: usize,
    pub(super) deduplicate: usize,
    pub(super) report: Option<Report<'a>>,
    journal: Option<PathBuf>,
    mode: M,
}

impl<'a, O: BulkOperation> Bulk<'a, O> {
    pub(super) fn new(
        connection: &Connection,
        operation: O,
        inputs: impl Inputs<'a, Item: Into<O::Input> + 'a>,
    ) -> Self {
        Self {
            operation,
            clock: connection.shared_clock(),
            inputs: inputs.into_stream().map(Into::into).boxed(),
            batch: BATCH,
            concurrency: CONCURRENCY,
            deduplicate: DEDUPLICATE,
            report: None,
            journal: None,
            mode: Async,
        }
    }

    /// Returns the run with another mode of sending.
    #[cfg(feature = "blocking")]
    pub(crate) fn with_mode<M>(self, mode: M) -> Bulk<'a, O, M> {
        self.replace_mode(mode).0
    }
}

impl<'a, O: BulkOperation, M> Bulk<'a, O, M> {
    /// Returns the run with another mode of sending, and its previous mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn replace_mode<N>(self, mode: N) -> (Bulk<'a, O, N>, M) {
        let run = Bulk {
            operation: self.operation,
            clock: self.clock,
            inputs: self.inputs,
            batch: self.batch,
            concurrency: self.concurrency,
            deduplicate: self.deduplicate,
            report: self.report,
            journal: self.journal,
            mode,
        };
        (run, self.mode)
    }

    /// Sets the largest number of inputs in a request, at least 1, for embeddings and reranking. Other operations have
    /// one input in each request. Default: 64.
    pub fn batch(mut self, inputs: usize) -> Self {
        self.batch = inputs.max(1);
        self
    }

    /// Sets the largest number of concurrent requests, at least 1. The limits of the client apply as well. Default: 8.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Sets how many of the last distinct inputs are kept with their outputs, so that an equal one is not sent. 0 sends
    /// all inputs. Default: 1024, which takes 4 MiB for vectors with 1,024 dimensions, and 0 for generations.
    pub fn deduplicate(mut self, inputs: usize) -> Self {
        self.deduplicate = inputs;
        self
    }

    /// Calls a function with the builder of each request, to set fields such as the model, and options of the call.
    pub fn each(
        mut self,
        change: impl Fn(O::Builder) -> O::Builder + Send + Sync + 'static,
    ) -> Self {
        self.operation.configure(Box::new(change));
        self
    }

    /// Calls `report` after each batch, and at the end of the run.
    pub fn on_progress(mut self, report: impl FnMut(&Progress) + Send + 'a) -> Self {
        self.report = Some(Box::new(report));
        self
    }

    /// Records outputs in a file, which is created if it is missing. A run with the same inputs, in the same order, and
    /// the same settings continues where the file ends: rows with an output are not sent. Failed rows are.
    ///
    /// The file has a line of JSON for each row, written when its response arrives, with one write for each batch. A
    /// killed process loses only the batches whose responses had not arrived. Vectors are base64 of 32-bit
    /// little-endian floats. A lock file beside it, with `.lock` appended to the name, excludes other processes.
    ///
    /// # Errors
    ///
    /// The run fails to start if the journal belongs to another run, is in use or damaged, or cannot be opened. It
    /// halts if the input of a row differs from the journal, or if the journal cannot be written, as with a full disk.
    /// The rows up to that one keep their outputs, and the error names the row.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Returns the largest number of inputs in a request.
    pub(super) fn max_batch(&self) -> usize {
        self.batch.min(self.operation.max_batch())
    }

    /// Returns the number of rows that are read ahead of the next result.
    pub(super) fn window(&self) -> usize {
        let batches = self.concurrency.saturating_mul(BATCHES_AHEAD);
        self.max_batch().saturating_mul(batches)
    }
}

impl<'a, O: BulkOperation> Bulk<'a, O> {
    /// Starts the run, and returns its results as a stream in the order of the inputs.
    ///
    /// # Errors
    ///
    /// Fails if the [`journal`](Self::journal) cannot be used.
    pub async fn stream(mut self) -> Result<BulkStream<'a, O::Output>, Error> {
        let journal = match self.journal.take() {
            Some(path) => {
                let run = Run {
                    operation: self.operation.operation().id,
                    settings: Key::of(self.operation.settings().as_bytes()).to_hex(),
                    window: self.window() as u64,
                };
                Some(open(&self.operation, &path, &run).await?)
            }
            None => None,
        };
        Ok(BulkStream::new(Engine::new(self, journal)))
    }

    /// Runs over all inputs, as awaiting the run does, and returns a result for each input, in order.
    ///
    /// # Errors
    ///
    /// Fails if the [`journal`](Self::journal) cannot be used.
    pub async fn collect(self) -> Result<Vec<Result<O::Output, RowError>>, Error> {
        let rows = self.stream().await?;
        Ok(rows.map(|row| row.result).collect().await)
    }
}

/// Opens the journal of a run, and starts a session.
fn open<'a, O: BulkOperation>(
    operation: &'a O,
    path: &'a Path,
    run: &'a Run,
) -> impl Future<Output = Result<Journal, Error>> + Send + 'a {
    let journal = Journal::open(path, run, |output| {
        if operation.has_intents()
            && let Ok(output) = operation.read_json(output)
        {
            let _ = operation.accept(&output);
        }
    });
    async move {
        let mut journal = journal?;
        let mark = operation.mark().await?;
        operation.set_mark(journal.mark().unwrap_or(&mark));
        journal.start(mark)?;
        Ok(journal)
    }
}

impl<'a, O: BulkOperation> IntoFuture for Bulk<'a, O> {
    type Output = Result<Vec<Result<O::Output, RowError>>, Error>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.collect().boxed()
    }
}

impl<O: BulkOperation, M: fmt::Debug> fmt::Debug for Bulk<'_, O, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("mode", &self.mode)
            .field("operation", &self.operation.operation().id)
            .field("batch", &self.batch)
            .field("concurrency", &self.concurrency)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}
