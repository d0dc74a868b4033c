//! Streams as iterators.

use std::fmt;

use futures_core::Stream;
use futures_util::StreamExt;

use super::{Blocking, EventStream};
use crate::error::Error;
use crate::request::StreamEvent;

/// A stream as an iterator. Each item blocks the calling thread until it arrives.
///
/// [`get_ref`](Self::get_ref) returns the stream, which has the status, headers and lengths. Dropping the iterator
/// closes the connection.
#[must_use = "an iterator does nothing until it is advanced"]
pub struct Iter<S: Stream> {
    stream: S,
    runtime: Blocking,
    /// Creates the item for a call on a thread that cannot block.
    error_item: Box<dyn Fn(Error) -> S::Item + Send + Sync>,
}

impl<S: Stream> Iter<S> {
    pub(crate) fn new(
        stream: S,
        runtime: Blocking,
        error_item: impl Fn(Error) -> S::Item + Send + Sync + 'static,
    ) -> Self {
        Self {
            stream,
            runtime,
            error_item: Box::new(error_item),
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
        let next = self.runtime.block_on(self.stream.next());
        next.unwrap_or_else(|error| Some((self.error_item)(error)))
    }
}

impl<T: StreamEvent> EventStream<T> {
    /// Reads the stream to its end and returns the accumulated response, as
    /// [`collect`](crate::EventStream::collect) does.
    ///
    /// # Errors
    ///
    /// Fails as the items do. The error contains the response accumulated so far:
    /// [`partial_response`](Error::partial_response).
    pub fn collect(self) -> Result<T::Output, Error> {
        self.runtime.block_on(self.stream.collect())?
    }
}

impl<S: Stream + fmt::Debug> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stream.fmt(f)
    }
}
