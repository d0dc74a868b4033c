//! Streams as iterators.

use std::fmt;

use futures_core::Stream;
use futures_util::StreamExt;

use super::{Blocking, EventStream};
use crate::error::Error;
use crate::request::StreamEvent;

/// The items of a stream, each of which blocks the calling thread until it arrives.
///
/// [`get_ref`](Self::get_ref) returns the stream, which has the status, headers and lengths. Dropping the iterator
/// closes the connection.
#[must_use = "an iterator does nothing until its items are taken"]
pub struct Iter<S: Stream> {
    stream: S,
    runtime: Blocking,
    /// The item that says that it cannot be waited for here.
    misplaced: Box<dyn Fn(Error) -> S::Item + Send + Sync>,
}

impl<S: Stream> Iter<S> {
    pub(crate) fn new(
        stream: S,
        runtime: Blocking,
        misplaced: impl Fn(Error) -> S::Item + Send + Sync + 'static,
    ) -> Self {
        Self {
            stream,
            runtime,
            misplaced: Box::new(misplaced),
        }
    }
}

impl<S: Stream> Iter<S> {
    /// Returns the stream.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<S: Stream<Item: Send> + Send + Unpin> Iterator for Iter<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        let next = self.runtime.run(self.stream.next());
        next.unwrap_or_else(|error| Some((self.misplaced)(error)))
    }
}

impl<T: StreamEvent> EventStream<T> {
    /// Reads to the end and puts the pieces together, as
    /// [`collect`](crate::EventStream::collect) does.
    ///
    /// # Errors
    ///
    /// As an item. The error holds what had come until then: [`partial_response`](Error::partial_response).
    pub fn collect(self) -> Result<T::Output, Error> {
        self.runtime.run(self.stream.collect())?
    }
}

impl<S: Stream + fmt::Debug> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stream.fmt(f)
    }
}
