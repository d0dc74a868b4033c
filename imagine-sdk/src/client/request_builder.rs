//! Sends the requests of builders.

use std::fmt;
use std::path::Path;

use bytes::Bytes;
use futures_util::FutureExt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connection::{Async, Connection};
use crate::error::Error;
use crate::json::ExtraFields;
use crate::request::{
    self, CallOptions, EncodedRequest, Request, ResponseContext, ResponseMode, StreamRequest,
};
use crate::response::{self, Meta, Response, Validate};
use crate::stream::{self, EventStream, FileStream, SavedFile};
use crate::trace;

/// An encoded request, and the facts for its response.
struct Prepared {
    request: EncodedRequest,
    context: ResponseContext,
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

impl<R: Request + Serialize, M> RequestBuilder<R, M> {
    /// Returns the fields of the request, to compare it with others.
    #[cfg(all(feature = "bulk", feature = "inference"))]
    pub(crate) fn settings(&self) -> String {
        let fields = serde_json::to_string(&self.request).unwrap_or_default();
        let overrides = self.options.overrides.as_deref();
        let extra = overrides.map(|overrides| (&overrides.extra, &overrides.omitted));
        let extra = serde_json::to_string(&extra).unwrap_or_default();
        format!("{fields} {extra}")
    }
}

impl<R: Request> RequestBuilder<R> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, the service returns an error, or its response cannot be decoded.
    pub fn send(self) -> impl Future<Output = Result<R::Response, Error>> + Send {
        let response = self.send_with_response();
        response.map(|response| response.map(Response::into_inner))
    }

    /// Sends the request and returns the response with its status and headers.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with_response(
        self,
    ) -> impl Future<Output = Result<Response<R::Response>, Error>> + Send {
        self.send_as(R::validate_response)
    }

    /// Sends the request, decodes the response as a type, and validates it.
    pub(crate) fn send_as<A: DeserializeOwned + ExtraFields + Send + Sync + 'static>(
        self,
        validate: Validate<A>,
    ) -> impl Future<Output = Result<Response<A>, Error>> + Send {
        self.read(move |context, meta, body| {
            response::decode_validated(validate, context, meta, &body)
        })
    }

    /// Sends the request and returns the bytes of the response.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, or the service returns an error.
    pub fn send_raw(self) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send {
        self.read(|_, _, body| Ok(body))
    }

    /// Sends the request and returns the chunks of a file.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, the service returns an error, or its response is not a file.
    pub fn download(self) -> impl Future<Output = Result<FileStream, Error>> + Send {
        let (connection, prepared) = self.prepare(ResponseMode::Download);
        async move {
            let (meta, body) = connection.open(&prepared?.request).await?;
            Ok(FileStream::new(R::OPERATION.id, meta, body))
        }
    }

    /// Sends the request and saves the file.
    ///
    /// # Errors
    ///
    /// As [`download`](Self::download), and if the file is truncated or cannot be written.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<SavedFile, Error> {
        stream::save(self.download(), path.as_ref(), R::OPERATION.id).await
    }

    fn read<T: ExtraFields + Send>(
        self,
        mut decode: impl FnMut(&ResponseContext, &Meta, Bytes) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<Response<T>, Error>> + Send {
        let (connection, prepared) = self.prepare(ResponseMode::Buffered);
        async move {
            let prepared = prepared?;
            let Prepared { request, context } = &*prepared;
            let decode = move |meta: &Meta, body| decode(context, meta, body);
            connection.read(request, decode).await
        }
    }

    /// Returns the number of inputs. Overrides may change it.
    fn input_count(&self) -> Option<usize> {
        let has_overrides = self.options.has_overrides();
        self.request.input_count().filter(|_| !has_overrides)
    }

    /// Encodes the request before its future is created, so that the future contains only the encoded one.
    fn prepare(mut self, mode: ResponseMode) -> (Connection, Result<Box<Prepared>, Error>) {
        self.request.prepare(mode == ResponseMode::EventStream);
        let context = ResponseContext::new(R::OPERATION, self.input_count());
        let tool_calls_in_text = !self.options.tool_calls_stay_text;
        let endpoint = self.connection.endpoint();
        let mode = (
            mode,
            trace::records_requests() || self.connection.observes_requests(),
        );
        let request = request::encode(&self.request, self.options, endpoint, mode);
        let prepared = request.map(|request| {
            let context = context.with_body(&request.body, tool_calls_in_text);
            Box::new(Prepared { request, context })
        });
        (self.connection, prepared)
    }
}

impl<R: StreamRequest> RequestBuilder<R> {
    /// Sends the request and returns the events of the response.
    ///
    /// # Errors
    ///
    /// When the request cannot be sent, the service returns an error, or its response is not a stream.
    pub fn stream(self) -> impl Future<Output = Result<EventStream<R::Chunk>, Error>> + Send {
        let (connection, prepared) = self.prepare(ResponseMode::EventStream);
        async move {
            let Prepared { request, context } = *prepared?;
            let response = connection.open(&request).await?;
            let limits = connection.shared.settings.stream_limits();
            Ok(EventStream::new(context, response, limits))
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
