//! Counts of a run.

/// The counts of a run so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Inputs that were read.
    pub read: u64,
    /// Rows with an output, including those of the journal and duplicates.
    pub succeeded: u64,
    /// Rows with an error.
    pub failed: u64,
    /// Rows whose output was in the journal.
    pub resumed: u64,
    /// Rows that got the result of an equal input.
    pub duplicates: u64,
    /// Batches that were sent, including resent batches and halves. The client's own retries are not counted.
    pub requests: u64,
    /// The current size of a batch.
    pub batch: usize,
}
