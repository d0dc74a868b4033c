//! The operations that runs call.

mod each;
#[cfg(feature = "inference")]
mod embed;
#[cfg(feature = "inference")]
mod inference;
#[cfg(feature = "inference")]
mod rerank;
#[cfg(feature = "media")]
mod submit;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use serde_json::value::RawValue;

pub use self::each::Each;
#[cfg(feature = "inference")]
pub use self::embed::EmbedAll;
#[cfg(feature = "inference")]
pub use self::inference::{ChatAll, TranscribeAll, TranslateAll};
#[cfg(feature = "inference")]
pub use self::rerank::{Pair, RerankAll};
#[cfg(feature = "media")]
pub use self::submit::{Submission, SubmitAll};
use crate::error::Error;
use crate::request::Operation;

/// An operation that a [`Bulk`](super::Bulk) calls. Implemented by this crate.
pub trait BulkOperation: Send + Sync + 'static {
    /// An input.
    type Input: Clone + Send + Sync + 'static;

    /// The output of an input.
    type Output: Clone + Send + Sync + 'static;

    /// The builder of a request.
    type Builder;

    /// Returns the operation of the service.
    #[doc(hidden)]
    fn operation(&self) -> &'static Operation;

    /// Adds a change of each request.
    #[doc(hidden)]
    fn configure(&mut self, change: Box<dyn Fn(Self::Builder) -> Self::Builder + Send + Sync>);

    /// Returns the settings that all requests share, to compare runs.
    #[doc(hidden)]
    fn settings(&self) -> String;

    /// Rejects an input that cannot be sent.
    #[doc(hidden)]
    fn check(&self, input: &Self::Input) -> Result<(), Error>;

    /// Returns bytes that differ for inputs with different outputs.
    #[doc(hidden)]
    fn identity(&self, input: &Self::Input) -> Vec<u8>;

    /// Returns the largest number of inputs in a request.
    #[doc(hidden)]
    fn max_batch(&self) -> usize {
        usize::MAX
    }

    /// Returns true if both inputs can be in one request.
    #[doc(hidden)]
    fn joins(&self, _: &Self::Input, _: &Self::Input) -> bool {
        true
    }

    /// Sends one request. Returns an output for each input.
    #[doc(hidden)]
    fn send(
        &self,
        inputs: Vec<Self::Input>,
    ) -> BoxFuture<'static, Result<Vec<Self::Output>, Error>>;

    /// Checks an output of the service or of the journal.
    #[doc(hidden)]
    fn accept(&self, _: &Self::Output) -> Result<(), Error> {
        Ok(())
    }

    /// Writes an output for the journal.
    #[doc(hidden)]
    fn write_json(&self, output: &Self::Output) -> serde_json::Result<Box<RawValue>>;

    /// Reads an output of the journal.
    #[doc(hidden)]
    fn read_json(&self, json: &RawValue) -> Result<Self::Output, String>;

    /// Returns true if inputs must not be sent twice, so that the journal has a line before each is sent.
    #[doc(hidden)]
    fn has_intents(&self) -> bool {
        false
    }

    /// Returns the state of the service before a session.
    #[doc(hidden)]
    fn mark(&self) -> BoxFuture<'static, Result<Value, Error>> {
        async { Ok(Value::Null) }.boxed()
    }

    /// Records the mark of the first session, since which inputs may have been sent.
    #[doc(hidden)]
    fn set_mark(&self, _: &Value) {}

    /// Returns the output of an input that may have been sent before, if the service has it.
    #[doc(hidden)]
    fn find(&self, _: &Self::Input) -> BoxFuture<'static, Result<Option<Self::Output>, Error>> {
        async { Ok(None) }.boxed()
    }
}

/// Changes each request of a run.
pub(super) struct Change<B>(Option<Box<dyn Fn(B) -> B + Send + Sync>>);

impl<B: 'static> Change<B> {
    pub(super) fn none() -> Self {
        Self(None)
    }

    pub(super) fn apply(&self, builder: B) -> B {
        match &self.0 {
            Some(change) => change(builder),
            None => builder,
        }
    }

    /// Adds a change after the others.
    pub(super) fn add(&mut self, change: Box<dyn Fn(B) -> B + Send + Sync>) {
        self.0 = Some(match self.0.take() {
            Some(first) => Box::new(move |builder| change(first(builder))),
            None => change,
        });
    }
}

/// Returns the error of a row without an input.
#[cfg(feature = "inference")]
fn missing(field: &str) -> Error {
    let problem = "is empty; nothing was sent for it";
    Error::invalid_argument(crate::error::InvalidField::new(field, problem))
}
