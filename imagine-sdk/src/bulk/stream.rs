//! The results of a run as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::engine::Engine;
use super::operations::BulkOperation;
use super::row::Row;

/// The results of a run in the order of its inputs. Dropping it cancels the requests that are being sent.
#[must_use = "a run makes progress only while its stream is read"]
pub struct BulkStream<'a, T>(BoxStream<'a, Row<T>>);

impl<'a, T> BulkStream<'a, T> {
    pub(super) fn new<O: BulkOperation<Output = T>>(mut engine: Engine<'a, O>) -> Self
    where
        T: Send + 'a,
    {
        Self(stream::poll_fn(move |cx| engine.poll_next(cx)).boxed())
    }

    /// Returns the next row, or `None` after the last one.
    pub async fn next(&mut self) -> Option<Row<T>> {
        self.0.next().await
    }
}

impl<T> Stream for BulkStream<'_, T> {
    type Item = Row<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Row<T>>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T> fmt::Debug for BulkStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BulkStream")
    }
}
