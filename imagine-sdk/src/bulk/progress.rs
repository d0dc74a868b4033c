//! Counts of a run.

/// The counts of a run so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Inputs that were read.
    pub read: u64,
    /// Rows with an output, those of the journal and duplicates included.
    pub succeeded: u64,
    /// Rows with an error.
    pub failed: u64,
    /// Rows whose output the journal had.
    pub resumed: u64,
    /// Rows that got the result of an equal input.
    pub duplicates: u64,
    /// Batches that were sent, each retry and each half included. The client's own retries are not counted.
    pub requests: u64,
    /// The current size of a batch.
    pub batch: usize,
}
