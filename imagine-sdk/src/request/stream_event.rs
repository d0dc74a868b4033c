//! The events of streaming responses.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::ResponseContext;
use crate::json::{ExtraFields, Lenient};

/// An event of a stream.
pub trait StreamEvent:
    Default + DeserializeOwned + for<'de> Lenient<'de> + ExtraFields + Send + Unpin + 'static
{
    /// The accumulated response.
    type Output: Send + Sync + 'static;

    /// The state of the accumulation.
    type Accumulator: Default + Send;

    /// Decodes an event by its name in the stream. `None` if the name does not select the type. Default: the data alone
    /// determines the event.
    #[doc(hidden)]
    fn named(_name: &str, _data: &str) -> Option<Self> {
        None
    }

    /// Records the choices in the event, and those that it finishes.
    fn observe(&self, tracker: &mut FinishTracker);

    /// Adds the event to the state.
    fn accumulate(self, accumulator: &mut Self::Accumulator);

    /// Returns the accumulated response.
    fn finish(accumulator: Self::Accumulator) -> Self::Output;

    /// Completes an accumulated response with the facts of its request.
    fn complete(_output: &mut Self::Output, _context: &ResponseContext) {}
}

/// Tracks which choices of a response are finished.
///
/// A stream that ends without `[DONE]` is complete if all its choices are finished.
#[derive(Clone, Debug, Default)]
pub struct FinishTracker {
    /// True for each choice that is finished.
    finished: BTreeMap<u64, bool>,
    has_error: bool,
}

/// The limit of choices. It is above that of every service, and bounds the memory that a stream of empty choices takes.
const MAX_CHOICES: usize = 1024;

impl FinishTracker {
    /// Records a choice. A finished choice stays finished.
    pub fn record(&mut self, choice: u64, finished: bool) {
        *self.finished.entry(choice).or_default() |= finished;
    }

    /// Records that the event contains an error of the service, which ends the stream.
    pub fn record_error(&mut self) {
        self.has_error = true;
    }

    pub(crate) fn has_error(&self) -> bool {
        self.has_error
    }

    /// Returns the problem of a response with too many choices.
    pub(crate) fn problem(&self) -> Option<String> {
        (self.finished.len() > MAX_CHOICES)
            .then(|| format!("the response has more than {MAX_CHOICES} choices"))
    }

    pub(crate) fn are_complete(&self) -> bool {
        !self.finished.is_empty() && self.finished.values().all(|finished| *finished)
    }
}
