//! Blocking calls of request builders.

use bytes::Bytes;

use super::{Blocking, EventStream, Iter};
use crate::client::RequestBuilder;
use crate::error::Error;
#[cfg(feature = "inference")]
use crate::inference::{EmbeddingF32Response, EmbeddingRequest, builder::Embeddings};
use crate::request::{Request, StreamRequest};
use crate::response::Response;

impl<R> RequestBuilder<R, Blocking> {
    /// Returns the asynchronous builder and its runtime.
    pub(crate) fn split(self) -> (RequestBuilder<R>, Blocking) {
        let (connection, runtime) = self.connection.split();
        let builder = RequestBuilder {
            connection,
            request: self.request,
            options: self.options,
        };
        (builder, runtime)
    }
}

impl<R: Request> RequestBuilder<R, Blocking> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Fails as an awaited [`RequestBuilder`] does, and if this thread cannot block.
    pub fn send(self) -> Result<R::Response, Error> {
        self.send_with_response().map(Response::into_inner)
    }

    /// Sends the request and returns the response with its metadata.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub fn send_with_response(self) -> Result<Response<R::Response>, Error> {
        let (builder, runtime) = self.split();
        runtime
            .block_on(builder.send_with_response())
            .map_err(with_operation::<R>)?
    }

    /// Sends the request without decoding the response.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub fn send_raw(self) -> Result<Response<Bytes>, Error> {
        let (builder, runtime) = self.split();
        runtime
            .block_on(builder.send_raw())
            .map_err(with_operation::<R>)?
    }
}

#[cfg(feature = "inference")]
impl Embeddings<Blocking> {
    /// Sends the request and reads the vectors as 32-bit floats, as the asynchronous builder does.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](RequestBuilder::send) does.
    pub fn send_f32(self) -> Result<EmbeddingF32Response, Error> {
        let (builder, runtime) = self.0.split();
        runtime
            .block_on(builder.send_f32())
            .map_err(with_operation::<EmbeddingRequest>)?
    }
}

impl<R: StreamRequest> RequestBuilder<R, Blocking> {
    /// Sends the request and returns the events of the response.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub fn stream(self) -> Result<EventStream<R::Chunk>, Error> {
        let (builder, runtime) = self.split();
        let events = runtime
            .block_on(builder.stream())
            .map_err(with_operation::<R>)??;
        Ok(Iter::new(events, runtime, |error| {
            Err(with_operation::<R>(error))
        }))
    }
}

fn with_operation<R: Request>(error: Error) -> Error {
    error.with_operation(R::OPERATION.id)
}
