//! Operations with one input in each request.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::{BulkOperation, Change};
use crate::error::Error;
use crate::request::Operation;

/// An operation with one input in each request, which a builder sends.
pub struct Each<I, B> {
    pub(super) operation: &'static Operation,
    /// Creates the request of an input.
    pub(super) build: Box<dyn Fn(I) -> B + Send + Sync>,
    pub(super) change: Change<B>,
    /// Returns the fields of a request.
    pub(super) fields: fn(&B) -> String,
    /// An input for the fields that all requests share. `None` if inputs are complete requests.
    pub(super) blank: Option<I>,
    pub(super) check: fn(&I) -> Result<(), Error>,
    pub(super) identity: fn(&I) -> Vec<u8>,
}

impl<I, B, O> BulkOperation for Each<I, B>
where
    I: Clone + Send + Sync + 'static,
    B: IntoFuture<Output = Result<O, Error>, IntoFuture: Send + 'static> + 'static,
    O: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    type Input = I;
    type Output = O;
    type Builder = B;

    fn operation(&self) -> &'static Operation {
        self.operation
    }

    fn configure(&mut self, change: Box<dyn Fn(B) -> B + Send + Sync>) {
        self.change.add(change);
    }

    fn settings(&self) -> String {
        let blank = self.blank.clone().map(&self.build);
        let blank = blank.map(|builder| (self.fields)(&self.change.apply(builder)));
        blank.unwrap_or_default()
    }

    fn check(&self, input: &I) -> Result<(), Error> {
        (self.check)(input).map_err(|error| error.with_operation(self.operation.id))
    }

    fn identity(&self, input: &I) -> Vec<u8> {
        (self.identity)(input)
    }

    fn max_batch(&self) -> usize {
        1
    }

    fn send(&self, inputs: Vec<I>) -> BoxFuture<'static, Result<Vec<O>, Error>> {
        let calls = inputs.into_iter().map(&self.build);
        let calls = calls.map(|builder| self.change.apply(builder).into_future());
        let calls: Vec<_> = calls.collect();
        async move {
            let mut outputs = Vec::new();
            for call in calls {
                outputs.push(call.await?);
            }
            Ok(outputs)
        }
        .boxed()
    }

    fn write_json(&self, output: &O) -> serde_json::Result<Box<RawValue>> {
        to_raw_value(output)
    }

    fn read_json(&self, json: &RawValue) -> Result<O, String> {
        serde_json::from_str(json.get()).map_err(|error| error.to_string())
    }
}
