//! The last step of every builder.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::connection::{Async, Caller};
use crate::error::Error;
use crate::json::Unknown;
use crate::request::{self, CallOptions, Operation, Reading, Request, StreamRequest, WireRequest};
use crate::response::{self, Meta, Response};
use crate::stream::EventStream;

/// Decodes the response of an operation.
fn answer<A: DeserializeOwned + Unknown>(
    operation: &'static Operation,
) -> impl FnOnce(&Meta, Bytes) -> Result<A, Error> + Send {
    move |meta, body| response::decode(operation.id, meta, &body)
}

/// Decodes the response of an operation, and rejects one that lacks what the operation promises.
fn validated<R: Request>(meta: &Meta, body: Bytes) -> Result<R::Answer, Error> {
    let response = response::decode(R::OPERATION.id, meta, &body)?;
    match R::validate_response(&response) {
        Ok(()) => Ok(response),
        Err(problem) => Err(response::incomplete(R::OPERATION.id, problem, meta, &body)),
    }
}

/// A request with its options, before it is sent: what every builder wraps.
#[derive(Clone)]
pub struct Pending<R, M = Async> {
    pub(crate) caller: Caller<M>,
    /// The fields of the request.
    pub request: R,
    /// The options of the call.
    pub options: CallOptions,
}

impl<R, M> Pending<R, M> {
    /// A request without options.
    pub fn new(caller: Caller<M>, request: R) -> Self {
        let options = CallOptions::with_tool_schema_key(caller.shared.tool_schema_key);
        Self {
            caller,
            request,
            options,
        }
    }
}

impl<R: Request> Pending<R> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, is refused, or its answer cannot be read.
    pub fn send(self) -> impl Future<Output = Result<R::Answer, Error>> + Send {
        let (caller, request) = self.encode(Reading::Whole);
        async move {
            let answer = caller.read(&*request?, validated::<R>).await?;
            Ok(answer.into_inner())
        }
    }

    /// Sends the request and keeps what came around the answer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with_meta(self) -> impl Future<Output = Result<Response<R::Answer>, Error>> + Send {
        self.read(validated::<R>)
    }

    /// Sends the request and reads the answer as another type.
    pub(crate) fn send_as<A: DeserializeOwned + Unknown>(
        self,
    ) -> impl Future<Output = Result<Response<A>, Error>> + Send {
        self.read(answer(R::OPERATION))
    }

    /// Sends the request and does not decode the answer.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, or is refused.
    pub fn send_raw(self) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send {
        self.read(|_, body| Ok(body))
    }

    fn read<T>(
        self,
        decode: impl FnOnce(&Meta, Bytes) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<Response<T>, Error>> + Send {
        let (caller, request) = self.encode(Reading::Whole);
        async move { caller.read(&*request?, decode).await }
    }

    /// Encodes the request before its future is made, which then need not hold the fields of both.
    fn encode(self, reading: Reading) -> (Caller, Result<Box<WireRequest>, Error>) {
        let endpoint = self.caller.endpoint();
        let request = request::encode(&self.request, self.options, endpoint, reading);
        (self.caller, request.map(Box::new))
    }
}

impl<R: StreamRequest> Pending<R> {
    /// Sends the request and answers with the events of the answer.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, is refused, or is answered with something else than a stream.
    pub fn stream(mut self) -> impl Future<Output = Result<EventStream<R::Event>, Error>> + Send {
        self.request.set_stream();
        let (caller, request) = self.encode(Reading::Events);
        async move {
            let answer = caller.open(&*request?).await?;
            let max_event_bytes = caller.shared.max_event_bytes;
            Ok(EventStream::new(R::OPERATION.id, answer, max_event_bytes))
        }
    }
}

impl<R: Request, M> fmt::Debug for Pending<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("operation", &R::OPERATION.id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
