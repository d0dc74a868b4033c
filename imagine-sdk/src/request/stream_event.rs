//! The events of a streamed response.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::json::{ExtraFields, Lenient};

/// What an event of a stream holds.
pub trait StreamEvent:
    Default + DeserializeOwned + for<'de> Lenient<'de> + ExtraFields + Send + Unpin + 'static
{
    /// What the events add up to.
    type Output: Send + Sync + 'static;

    /// The sum so far.
    type Accumulator: Default + Send;

    /// Notes which alternatives the event goes on with, and which it ends.
    fn observe(&self, tracker: &mut FinishTracker);

    /// Adds the event to the sum.
    fn accumulate(self, sum: &mut Self::Accumulator);

    /// What the events added up to.
    fn finish(sum: Self::Accumulator) -> Self::Output;
}

/// Which alternatives of a response have come to their end.
///
/// A stream that stops without saying so is complete when all of them have.
#[derive(Clone, Debug, Default)]
pub struct FinishTracker {
    /// Whether it has ended, for each alternative that was seen.
    ended: BTreeMap<u64, bool>,
}

impl FinishTracker {
    /// Notes an alternative: with `ended` at its end, without somewhere before.
    pub fn record(&mut self, alternative: u64, ended: bool) {
        *self.ended.entry(alternative).or_default() |= ended;
    }

    pub(crate) fn are_complete(&self) -> bool {
        !self.ended.is_empty() && self.ended.values().all(|ended| *ended)
    }
}
