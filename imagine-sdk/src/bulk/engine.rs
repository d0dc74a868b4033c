//! The engine of a run: reads inputs, groups them, sends the groups, and returns rows in order.
//!
//! It is a state machine that its stream polls, without a task.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, FuturesUnordered};

use super::batch::{Batch, Member, send};
use super::batch_size::BatchSize;
use super::builder::{Bulk, Report};
use super::decide::{Cause, Counts, Decision, Facts, decide};
use super::journal::{Found, Journal};
use super::operations::BulkOperation;
use super::progress::Progress;
use super::row::Row;
use super::seen::{Added, Key, Seen};
use super::window::Window;
use crate::clock::Clock;
use crate::error::Error;

type Ended<O> = (
    Batch<<O as BulkOperation>::Input>,
    Result<Vec<<O as BulkOperation>::Output>, Error>,
);

/// The reason why reading stopped.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    /// The next row is complete, or all slots are taken.
    Paused,
    /// The next input is not available yet.
    Pending,
    /// There are as many rows as allowed.
    Full,
    /// There are no further inputs.
    Ended,
}

/// A run.
pub(super) struct Engine<'a, O: BulkOperation> {
    operation: Arc<O>,
    clock: Arc<dyn Clock>,
    inputs: Option<BoxStream<'a, O::Input>>,
    report: Option<Report<'a>>,
    journal: Option<Journal>,
    concurrency: usize,
    max_rows: usize,
    window: Window<O::Output>,
    seen: Seen<O::Output>,
    size: BatchSize,
    /// The batch that is being filled.
    open: Vec<Member<O::Input>>,
    /// Batches that are complete and not sent yet.
    queue: VecDeque<Batch<O::Input>>,
    running: FuturesUnordered<BoxFuture<'static, Ended<O>>>,
    /// The number of batches that succeeded.
    successes: u64,
    /// The error that every further row has.
    halted: Option<Arc<Error>>,
    progress: Progress,
}

impl<'a, O: BulkOperation> Engine<'a, O> {
    pub(super) fn new(bulk: Bulk<'a, O>, journal: Option<Journal>) -> Self {
        Self {
            max_rows: bulk.window(),
            size: BatchSize::new(bulk.max_batch()),
            operation: Arc::new(bulk.operation),
            clock: bulk.clock,
            inputs: Some(bulk.inputs),
            report: bulk.report,
            journal,
            concurrency: bulk.concurrency,
            window: Window::new(),
            seen: Seen::new(bulk.deduplicate),
            open: Vec::new(),
            queue: VecDeque::new(),
            running: FuturesUnordered::new(),
            successes: 0,
            halted: None,
            progress: Progress::default(),
        }
    }

    /// Returns the next row.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Row<O::Output>>> {
        loop {
            let has_ended_batches = self.settle_all(cx);
            if let Some(row) = self.window.pop() {
                return Poll::Ready(Some(row));
            }
            let reading = self.read(cx);
            let has_started = self.start_all(reading);
            if has_ended_batches || has_started || self.window.is_ready() {
                continue;
            }
            if self.running.is_empty() && reading == Reading::Ended {
                self.report();
                return Poll::Ready(None);
            }
            return Poll::Pending;
        }
    }

    /// Handles the batches that have ended. Returns true if there was one.
    fn settle_all(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while let Poll::Ready(Some((batch, result))) = self.running.poll_next_unpin(cx) {
            any = true;
            self.progress.requests += 1;
            match result.and_then(|outputs| self.complete(&batch, outputs)) {
                Ok(outputs) => self.succeed(batch, outputs),
                Err(error) => self.recover(batch, error),
            }
            self.report();
        }
        any
    }

    fn report(&mut self) {
        self.progress.batch = self.size.current();
        if let Some(report) = &mut self.report {
            report(&self.progress);
        }
    }

    /// Reads inputs until a batch is full or there is a reason to stop.
    fn read(&mut self, cx: &mut Context<'_>) -> Reading {
        loop {
            let is_full = self.open.len() >= self.size.current();
            if self.window.is_ready() || is_full || self.queue.len() >= self.concurrency {
                return Reading::Paused;
            }
            let Some(inputs) = &mut self.inputs else {
                return Reading::Ended;
            };
            if self.window.len() >= self.max_rows {
                return Reading::Full;
            }
            match inputs.poll_next_unpin(cx) {
                Poll::Ready(Some(input)) => self.add(input),
                Poll::Ready(None) => self.inputs = None,
                Poll::Pending => return Reading::Pending,
            }
        }
    }

    /// Adds a row.
    fn add(&mut self, input: O::Input) {
        let row = self.window.push();
        self.progress.read += 1;
        let checked = match &self.halted {
            Some(error) => Err(Arc::clone(error)),
            None => {
                let checked = self.operation.check(&input);
                let id = self.operation.operation().id;
                checked.map_err(|error| Arc::new(error.with_operation(id)))
            }
        };
        if let Err(error) = checked {
            return self.fail_row(row, error);
        }
        let key = Key::of(&self.operation.identity(&input));
        let is_doubtful = match self.resume(row, key) {
            Ok(Resumed::Output(output)) => return self.succeed_row(row, key, output),
            Ok(Resumed::Intent) => true,
            Ok(Resumed::Nothing) => false,
            Err(error) => {
                let error = self.halt(error);
                return self.fail_row(row, error);
            }
        };
        match self.seen.add(key, row) {
            Added::New => self.enqueue(Member {
                row,
                key,
                input,
                is_doubtful,
            }),
            Added::Waits => self.progress.duplicates += 1,
            Added::Known(output) => {
                self.progress.duplicates += 1;
                self.progress.succeeded += 1;
                self.window.complete(row, Ok(output));
            }
        }
    }

    /// Returns the state of a row in the journal.
    fn resume(&mut self, row: u64, key: Key) -> Result<Resumed<O::Output>, Error> {
        let Some(journal) = &mut self.journal else {
            return Ok(Resumed::Nothing);
        };
        match journal.find(row, key)? {
            Found::Nothing => Ok(Resumed::Nothing),
            Found::Intent => Ok(Resumed::Intent),
            Found::Output(json) => {
                let output = self.operation.read_json(&json);
                let output = output.map_err(|problem| journal.unreadable(row, &problem))?;
                self.operation.accept(&output)?;
                self.progress.resumed += 1;
                Ok(Resumed::Output(output))
            }
        }
    }

    /// Adds a row to the open batch, or to a new one if it does not fit.
    fn enqueue(&mut self, member: Member<O::Input>) {
        let first = self.open.first();
        if first.is_some_and(|first| !self.operation.joins(&first.input, &member.input)) {
            self.close();
        }
        self.open.push(member);
    }

    /// Completes the open batch.
    fn close(&mut self) {
        if !self.open.is_empty() {
            let members = std::mem::take(&mut self.open);
            self.queue.push_back(Batch::new(members, self.successes));
        }
    }

    /// Starts batches. Returns true if one was started, or if rows ended.
    fn start_all(&mut self, reading: Reading) -> bool {
        let is_last = match reading {
            Reading::Ended | Reading::Full => true,
            // A slow source must not delay the rows that were read.
            Reading::Pending => self.running.is_empty() && self.queue.is_empty(),
            Reading::Paused => self.open.len() >= self.size.current(),
        };
        if is_last && self.queue.len() < self.concurrency {
            self.close();
        }
        let mut any = false;
        while self.running.len() < self.concurrency {
            let Some(batch) = self.queue.pop_front() else {
                break;
            };
            any = true;
            self.start(batch);
        }
        any
    }

    fn start(&mut self, batch: Batch<O::Input>) {
        if let Err(error) = self.intend(&batch) {
            let error = self.halt(error);
            return self.fail(batch.members, &error);
        }
        let operation = Arc::clone(&self.operation);
        let clock = Arc::clone(&self.clock);
        self.running.push(Box::pin(async move {
            if !batch.pause.is_zero() {
                clock.sleep(batch.pause).await;
            }
            let result = send(&*operation, &batch).await;
            (batch, result)
        }));
    }

    /// Records that billable rows are about to be sent.
    fn intend(&mut self, batch: &Batch<O::Input>) -> Result<(), Error> {
        match &mut self.journal {
            Some(journal) if self.operation.has_intents() => {
                let mut new = batch.members.iter().filter(|member| !member.is_doubtful);
                new.try_for_each(|member| journal.intend(member.row, member.key))
            }
            _ => Ok(()),
        }
    }

    /// Rejects a response without an output for each row.
    fn complete(
        &self,
        batch: &Batch<O::Input>,
        outputs: Vec<O::Output>,
    ) -> Result<Vec<O::Output>, Error> {
        let (expected, found) = (batch.members.len(), outputs.len());
        if expected == found {
            return Ok(outputs);
        }
        let problem = format!("the response has {found} outputs for {expected} inputs");
        let id = self.operation.operation().id;
        Err(Error::unexpected_response(problem).with_operation(id))
    }

    fn succeed(&mut self, batch: Batch<O::Input>, outputs: Vec<O::Output>) {
        self.successes += 1;
        self.size.succeed(batch.members.len());
        let mut accepted = Vec::new();
        for (member, output) in batch.members.into_iter().zip(outputs) {
            match self.operation.accept(&output) {
                Ok(()) => accepted.push((member, output)),
                Err(error) => self.fail(vec![member], &Arc::new(error)),
            }
        }
        if let Err(error) = self.record(&accepted) {
            self.halt(error);
        }
        for (member, output) in accepted {
            self.succeed_row(member.row, member.key, output);
        }
    }

    fn record(&mut self, outputs: &[(Member<O::Input>, O::Output)]) -> Result<(), Error> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        let mut records = Vec::new();
        for (member, output) in outputs {
            let json = self.operation.write_json(output);
            let json = json.map_err(|error| journal.unreadable(member.row, &error.to_string()))?;
            records.push((member.row, member.key, json));
        }
        journal.record(records)
    }

    /// Takes the next step for a batch that failed.
    fn recover(&mut self, mut batch: Batch<O::Input>, error: Error) {
        let facts = Facts {
            safety: self.operation.operation().retry_safety,
            len: batch.members.len(),
            rounds: batch.rounds,
            rate_limited: batch.rate_limited,
            others_succeed: self.successes > batch.sent_after,
            is_probe: batch.is_probe,
        };
        match decide(&error, facts, fastrand::f64()) {
            Decision::Fail => self.fail(batch.members, &Arc::new(error)),
            Decision::Halt => {
                let error = self.halt(error);
                self.fail(batch.members, &error);
            }
            _ if self.halted.is_some() => self.fail(batch.members, &Arc::new(error)),
            Decision::Split(cause) => {
                if cause == Cause::TooLarge {
                    self.size.shrink(facts.len);
                }
                let [first, second] = batch.halves(cause, self.successes);
                self.queue.push_front(second);
                self.queue.push_front(first);
            }
            Decision::Retry { pause, counts } => {
                match counts {
                    Counts::Round => batch.rounds += 1,
                    Counts::RateLimited => batch.rate_limited += 1,
                    Counts::Nothing => {}
                }
                batch.pause = pause;
                self.queue.push_front(batch);
            }
        }
    }

    /// Stops sending. The rows that wait fail; those that are being sent still end.
    fn halt(&mut self, error: Error) -> Arc<Error> {
        let error = Arc::clone(self.halted.get_or_insert(Arc::new(error)));
        let queue = std::mem::take(&mut self.queue);
        let waiting = queue.into_iter().flat_map(|batch| batch.members);
        let waiting: Vec<_> = waiting.chain(std::mem::take(&mut self.open)).collect();
        self.fail(waiting, &error);
        error
    }

    fn fail(&mut self, members: Vec<Member<O::Input>>, error: &Arc<Error>) {
        for member in members {
            for row in self.seen.fail(member.key) {
                self.fail_row(row, Arc::clone(error));
            }
            self.fail_row(member.row, Arc::clone(error));
        }
    }

    fn fail_row(&mut self, row: u64, error: Arc<Error>) {
        self.progress.failed += 1;
        self.window.complete(row, Err(error));
    }

    fn succeed_row(&mut self, row: u64, key: Key, output: O::Output) {
        for row in self.seen.finish(key, &output) {
            self.progress.succeeded += 1;
            self.window.complete(row, Ok(output.clone()));
        }
        self.progress.succeeded += 1;
        self.window.complete(row, Ok(output));
    }
}

/// The state of a row in the journal.
enum Resumed<T> {
    Nothing,
    Intent,
    Output(T),
}
