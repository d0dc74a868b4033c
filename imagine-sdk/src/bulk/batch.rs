//! Batches: the rows of a request.

use std::time::Duration;

use super::decide::{Cause, MAX_ROUNDS};
use super::operations::BulkOperation;
use super::seen::Key;
use crate::error::Error;

/// A row that has to be sent.
pub(super) struct Member<I> {
    pub(super) row: u64,
    pub(super) key: Key,
    pub(super) input: I,
    /// True if it may have been sent in an earlier session.
    pub(super) is_doubtful: bool,
}

/// The rows of a request.
pub(super) struct Batch<I> {
    pub(super) members: Vec<Member<I>>,
    pub(super) rounds: u32,
    pub(super) rate_limited: u32,
    /// The number of batches that had succeeded before this one was sent.
    pub(super) sent_after: u64,
    pub(super) is_probe: bool,
    pub(super) pause: Duration,
}

impl<I> Batch<I> {
    pub(super) fn new(members: Vec<Member<I>>, sent_after: u64) -> Self {
        Self {
            members,
            rounds: 0,
            rate_limited: 0,
            sent_after,
            is_probe: false,
            pause: Duration::ZERO,
        }
    }

    /// Returns both halves. If the batch failed after all its rounds, each half has one round.
    pub(super) fn halves(mut self, cause: Cause, successes: u64) -> [Self; 2] {
        let second = self.members.split_off(self.members.len() / 2);
        [self.members, second].map(|members| match cause {
            Cause::TooLarge | Cause::Rejected => Self::new(members, successes),
            Cause::Broken => Self {
                rounds: MAX_ROUNDS - 1,
                is_probe: true,
                ..Self::new(members, self.sent_after)
            },
        })
    }
}

/// Sends a batch, unless the service already has the output of its only row.
pub(super) async fn send<O: BulkOperation>(
    operation: &O,
    batch: &Batch<O::Input>,
) -> Result<Vec<O::Output>, Error> {
    if let [member] = &*batch.members
        && member.is_doubtful
        && let Some(output) = operation.find(&member.input).await?
    {
        return Ok(vec![output]);
    }
    let inputs = batch.members.iter().map(|member| member.input.clone());
    operation.send(inputs.collect()).await
}
