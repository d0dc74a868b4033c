//! The last step of every builder, waited for.

use bytes::Bytes;

use super::{Blocking, EventStream, Iter};
use crate::client::RequestBuilder;
use crate::error::Error;
use crate::request::{Request, StreamRequest};
use crate::response::Response;

impl<R> RequestBuilder<R, Blocking> {
    /// What sends as a future, and the way in which it is to be waited for.
    pub(crate) fn split(self) -> (RequestBuilder<R>, Blocking) {
        let (connection, runtime) = self.connection.split();
        let pending = RequestBuilder {
            connection,
            request: self.request,
            options: self.options,
        };
        (pending, runtime)
    }
}

impl<R: Request> RequestBuilder<R, Blocking> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// As those of a [`RequestBuilder`] that is awaited, and when it cannot be waited for on this thread.
    pub fn send(self) -> Result<R::Response, Error> {
        self.send_with_response().map(Response::into_inner)
    }

    /// Sends the request and keeps what came around the response.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with_response(self) -> Result<Response<R::Response>, Error> {
        let (pending, runtime) = self.split();
        runtime.run(pending.send_with_response()).map_err(of::<R>)?
    }

    /// Sends the request and does not decode the response.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_raw(self) -> Result<Response<Bytes>, Error> {
        let (pending, runtime) = self.split();
        runtime.run(pending.send_raw()).map_err(of::<R>)?
    }
}

impl<R: StreamRequest> RequestBuilder<R, Blocking> {
    /// Sends the request and answers with the events of the response.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn stream(self) -> Result<EventStream<R::Chunk>, Error> {
        let (pending, runtime) = self.split();
        let events = runtime.run(pending.stream()).map_err(of::<R>)??;
        Ok(Iter::new(events, runtime, |error| Err(of::<R>(error))))
    }
}

fn of<R: Request>(error: Error) -> Error {
    error.with_operation(R::OPERATION.id)
}
