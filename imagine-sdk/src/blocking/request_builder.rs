//! The last step of every builder, waited for.

use bytes::Bytes;

use super::{Blocking, EventStream, Iter};
use crate::client::Pending;
use crate::error::Error;
use crate::request::{Request, StreamRequest};
use crate::response::Response;

impl<R> Pending<R, Blocking> {
    /// What sends as a future, and the way in which it is to be waited for.
    pub(crate) fn split(self) -> (Pending<R>, Blocking) {
        let (caller, runtime) = self.caller.split();
        let pending = Pending {
            caller,
            request: self.request,
            options: self.options,
        };
        (pending, runtime)
    }
}

impl<R: Request> Pending<R, Blocking> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// As those of a [`Pending`] that is awaited, and when it cannot be waited for on this thread.
    pub fn send(self) -> Result<R::Answer, Error> {
        self.send_with_meta().map(Response::into_inner)
    }

    /// Sends the request and keeps what came around the answer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with_meta(self) -> Result<Response<R::Answer>, Error> {
        let (pending, runtime) = self.split();
        runtime.run(pending.send_with_meta()).map_err(of::<R>)?
    }

    /// Sends the request and does not decode the answer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_raw(self) -> Result<Response<Bytes>, Error> {
        let (pending, runtime) = self.split();
        runtime.run(pending.send_raw()).map_err(of::<R>)?
    }
}

impl<R: StreamRequest> Pending<R, Blocking> {
    /// Sends the request and answers with the events of the answer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn stream(self) -> Result<EventStream<R::Event>, Error> {
        let (pending, runtime) = self.split();
        let events = runtime.run(pending.stream()).map_err(of::<R>)??;
        Ok(Iter::new(events, runtime, |error| Err(of::<R>(error))))
    }
}

fn of<R: Request>(error: Error) -> Error {
    error.of(R::OPERATION.id)
}
