//! What every client is made of, and the last step of every builder.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Extensions;
use serde::de::DeserializeOwned;
use url::Url;

use crate::call::{CallOptions, Request, StreamRequest};
use crate::clock::Clock;
use crate::decode::{self, Unknown};
use crate::error::Error;
use crate::op::Operation;
use crate::pipeline::{Exchange, Pipeline};
use crate::response::{Meta, Response};
use crate::stream::{BodyStream, EventStream};
use crate::tools::ToolSchemaKey;
use crate::trace::{self, CallSpan};
use crate::wire::{self, Reading, WireRequest};

/// How calls are sent: as futures, by the runtime that awaits them. It is what a builder is about unless
/// its type says otherwise; the other way is that of the module `blocking`.
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// A way of sending, as a client of it is put together.
pub(crate) trait Mode: Sized {
    /// The same caller, whose calls are sent in this way.
    fn take(caller: Caller) -> Result<Caller<Self>, Error>;
}

impl Mode for Async {
    fn take(caller: Caller) -> Result<Caller, Error> {
        Ok(caller)
    }
}

/// A pipeline and the endpoint that it leads to, and how its calls are sent. Cloning it shares them.
#[derive(Clone)]
pub struct Caller<M = Async> {
    shared: Arc<Shared>,
    mode: M,
}

struct Shared {
    pipeline: Pipeline,
    endpoint: Url,
    max_event_bytes: usize,
    tool_schema_key: ToolSchemaKey,
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "media alone has settings of its own")
    )]
    extensions: Extensions,
}

impl<M> Caller<M> {
    pub(crate) fn endpoint(&self) -> &Url {
        &self.shared.endpoint
    }

    /// The settings and the state of one API's client.
    #[cfg(feature = "media")]
    pub(crate) fn extensions(&self) -> &Extensions {
        &self.shared.extensions
    }

    /// What sends as futures, and the way in which they are to be waited for.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Caller, M) {
        let shared = self.shared;
        (
            Caller {
                shared,
                mode: Async,
            },
            self.mode,
        )
    }
}

impl Caller {
    pub(crate) fn new(
        pipeline: Pipeline,
        endpoint: Url,
        max_event_bytes: usize,
        tool_schema_key: ToolSchemaKey,
        extensions: Extensions,
    ) -> Self {
        let shared = Arc::new(Shared {
            pipeline,
            endpoint,
            max_event_bytes,
            tool_schema_key,
            extensions,
        });
        Self {
            shared,
            mode: Async,
        }
    }

    /// The same, sent in another way.
    #[cfg(feature = "blocking")]
    pub(crate) fn sent<M>(self, mode: M) -> Caller<M> {
        let shared = self.shared;
        Caller { shared, mode }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.pipeline.clock
    }

    /// Takes the key out of an error that the service worded.
    pub(crate) fn hide(&self, error: Error) -> Error {
        self.shared.pipeline.credentials.hide(error)
    }

    /// Takes the key out of words of the service's.
    #[cfg(feature = "media")]
    pub(crate) fn hide_in(&self, text: &mut String) {
        self.shared.pipeline.credentials.hide_in(text);
    }

    /// Sends a request, reads its answer to the end, and makes of it what `decode` does.
    async fn read<T>(
        &self,
        request: &WireRequest,
        decode: impl FnOnce(&Meta, Bytes) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        let mut call = CallSpan::begin(request, self.clock());
        let exchange = pin!(self.shared.pipeline.run(request));
        let exchange = trace::inside(&call.span(), exchange).await;
        let answer = exchange.and_then(|Exchange { meta, body, .. }| {
            let body = body.into_bytes();
            call.answered(&body);
            let value = decode(&meta, body).map_err(|error| self.hide(error))?;
            Ok(Response::new(value, meta))
        });
        answer.inspect_err(|error| call.failed(error))
    }

    /// Sends a request and hands on the body of its answer.
    pub(crate) async fn open(
        &self,
        request: &WireRequest,
    ) -> Result<(Box<Meta>, BodyStream), Error> {
        let call = CallSpan::begin(request, self.clock());
        let exchange = pin!(self.shared.pipeline.run(request));
        let exchange = trace::inside(&call.span(), exchange).await;
        let exchange = exchange.inspect_err(|error| call.failed(error))?;
        Ok(BodyStream::of(self.clone(), call, exchange))
    }
}

impl<M: fmt::Debug> fmt::Debug for Caller<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("mode", &self.mode)
            .field("endpoint", &self.shared.endpoint.as_str())
            .field("pipeline", &self.shared.pipeline)
            .finish_non_exhaustive()
    }
}

/// Decodes the response of an operation.
fn answer<A: DeserializeOwned + Unknown>(
    operation: &'static Operation,
) -> impl FnOnce(&Meta, Bytes) -> Result<A, Error> + Send {
    move |meta, body| decode::decode(operation.id, meta, &body)
}

/// Decodes the response of an operation, and rejects one that lacks what the operation promises.
fn validated<R: Request>(meta: &Meta, body: Bytes) -> Result<R::Answer, Error> {
    let response = decode::decode(R::OPERATION.id, meta, &body)?;
    match R::validate_response(&response) {
        Ok(()) => Ok(response),
        Err(problem) => Err(decode::incomplete(R::OPERATION.id, problem, meta, &body)),
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
        let request = wire::encode(&self.request, self.options, endpoint, reading);
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
