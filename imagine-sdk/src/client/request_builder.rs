//! Sends the requests of builders.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::connection::{Async, Connection};
use crate::error::Error;
use crate::json::ExtraFields;
use crate::request::{
    self, CallOptions, EncodedRequest, Operation, Request, ResponseContext, ResponseMode,
    StreamRequest,
};
use crate::response::{self, Meta, Response};
use crate::stream::EventStream;

/// Decodes the response of an operation.
fn response<A: DeserializeOwned + ExtraFields + Send>(
    operation: &'static Operation,
) -> impl Fn(&Meta, Bytes) -> Result<A, Error> + Send {
    move |meta, body| response::decode(operation, meta, &body)
}

/// Decodes the response of an operation, and validates it.
fn validated<R: Request>(
    input_count: Option<usize>,
) -> impl Fn(&Meta, Bytes) -> Result<R::Response, Error> + Send {
    move |meta, body| {
        let mut response = response::decode(R::OPERATION, meta, &body)?;
        let context = ResponseContext {
            operation: R::OPERATION,
            input_count,
        };
        match R::validate_response(&mut response, &context) {
            Ok(()) => Ok(response),
            Err(problem) => {
                let error = response::incomplete(R::OPERATION.id, problem, meta, &body);
                Err(error.with_partial(response))
            }
        }
    }
}

/// A request with its options, before it is sent. Every builder wraps one.
#[derive(Clone)]
pub struct RequestBuilder<R, M = Async> {
    pub(crate) connection: Connection<M>,
    /// The fields of the request.
    pub request: R,
    /// The options of the call.
    pub options: CallOptions,
}

/// A request of one API, and the builder that sends it. `#[derive(Request)]` implements it.
pub trait ApiRequest: Request {
    /// The API, named by its asynchronous client.
    type Api;

    /// The builder, by the way in which it sends.
    type Builder<M>: From<RequestBuilder<Self, M>>
    where
        Self: Sized;
}

impl<R: Request, M> RequestBuilder<R, M> {
    /// Creates the builder of a request that the caller has not completed: it gets the client's default model.
    pub fn with_defaults(connection: Connection<M>, mut request: R) -> Self {
        if let Some(model) = connection.default_model(R::OPERATION) {
            request.set_model(model);
        }
        Self::new(connection, request)
    }

    /// Creates the builder of a complete request.
    pub fn new(connection: Connection<M>, request: R) -> Self {
        let key = connection.shared.settings.tool_schema_key;
        let options = CallOptions::with_tool_schema_key(key);
        Self {
            connection,
            request,
            options,
        }
    }
}

impl<R: Request> RequestBuilder<R> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, the service returns an error, or its response cannot be decoded.
    pub fn send(self) -> impl Future<Output = Result<R::Response, Error>> + Send {
        let decode = validated::<R>(self.input_count());
        let (connection, request) = self.encode(ResponseMode::Buffered);
        async move {
            let response = connection.read(&*request?, decode).await?;
            Ok(response.into_inner())
        }
    }

    /// Sends the request and returns the response with its status and headers.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with_response(
        self,
    ) -> impl Future<Output = Result<Response<R::Response>, Error>> + Send {
        let decode = validated::<R>(self.input_count());
        self.read(decode)
    }

    /// Sends the request and decodes the response as another type.
    pub(crate) fn send_as<A: DeserializeOwned + ExtraFields + Send>(
        self,
    ) -> impl Future<Output = Result<Response<A>, Error>> + Send {
        self.read(response(R::OPERATION))
    }

    /// Sends the request and returns the bytes of the response.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, or the service returns an error.
    pub fn send_raw(self) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send {
        self.read(|_, body| Ok(body))
    }

    fn read<T: ExtraFields + Send>(
        self,
        decode: impl FnMut(&Meta, Bytes) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<Response<T>, Error>> + Send {
        let (connection, request) = self.encode(ResponseMode::Buffered);
        async move { connection.read(&*request?, decode).await }
    }

    /// Returns the number of inputs. Overrides may change it.
    fn input_count(&self) -> Option<usize> {
        let has_overrides = self.options.has_overrides();
        self.request.input_count().filter(|_| !has_overrides)
    }

    /// Encodes the request before its future is created, so that the future contains only the encoded one.
    fn encode(mut self, mode: ResponseMode) -> (Connection, Result<Box<EncodedRequest>, Error>) {
        self.request.prepare(mode == ResponseMode::EventStream);
        let endpoint = self.connection.endpoint();
        let observes = self.connection.observes_requests();
        let request = request::encode(&self.request, self.options, endpoint, (mode, observes));
        (self.connection, request.map(Box::new))
    }
}

impl<R: StreamRequest> RequestBuilder<R> {
    /// Sends the request and returns the events of the response.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, the service returns an error, or its response is not a stream.
    pub fn stream(self) -> impl Future<Output = Result<EventStream<R::Chunk>, Error>> + Send {
        let (connection, request) = self.encode(ResponseMode::EventStream);
        async move {
            let response = connection.open(&*request?).await?;
            let limits = connection.shared.settings.stream_limits();
            Ok(EventStream::new(R::OPERATION.id, response, limits))
        }
    }
}

impl<R: Request, M> fmt::Debug for RequestBuilder<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("operation", &R::OPERATION.id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
