//! What every client is made of, and the last step of every builder.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use url::Url;

use crate::call::{CallOptions, Request, StreamRequest};
use crate::clock::Clock;
use crate::decode::{self, Unknown};
use crate::error::Error;
use crate::pipeline::{CallLimits, Pipeline};
use crate::response::{Meta, Response};
use crate::stream::{BodyStream, EventStream};
use crate::tools::ToolSchemaKey;
use crate::wire::{self, Reading, WireRequest};

/// A pipeline and the endpoint that it leads to. Cloning it shares both.
#[derive(Clone)]
pub struct Caller(Arc<Inner>);

struct Inner {
    pipeline: Pipeline,
    endpoint: Url,
    max_event_bytes: usize,
    tool_schema_key: ToolSchemaKey,
}

impl Caller {
    pub(crate) fn new(
        pipeline: Pipeline,
        endpoint: Url,
        max_event_bytes: usize,
        tool_schema_key: ToolSchemaKey,
    ) -> Self {
        Self(Arc::new(Inner {
            pipeline,
            endpoint,
            max_event_bytes,
            tool_schema_key,
        }))
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.pipeline.clock
    }

    pub(crate) fn endpoint(&self) -> &Url {
        &self.0.endpoint
    }

    /// Takes the key out of an error that the service worded.
    pub(crate) fn hide(&self, error: Error) -> Error {
        self.0.pipeline.credentials.hide(error)
    }

    /// Sends a request and reads its answer to the end.
    async fn read(
        &self,
        request: &WireRequest,
        limits: CallLimits,
    ) -> Result<Response<Bytes>, Error> {
        let exchange = self.0.pipeline.run(request, limits).await?;
        Ok(Response::new(exchange.body.into_bytes(), exchange.meta))
    }

    /// Sends a request and hands on the body of its answer.
    pub(crate) async fn open(
        &self,
        request: &WireRequest,
        limits: CallLimits,
    ) -> Result<(Meta, BodyStream), Error> {
        let exchange = self.0.pipeline.run(request, limits).await?;
        let body = exchange.body.into_stream();
        let body = BodyStream::new(self.clone(), body, exchange.slot, exchange.deadline);
        Ok((exchange.meta, body))
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("endpoint", &self.0.endpoint.as_str())
            .field("pipeline", &self.0.pipeline)
            .finish_non_exhaustive()
    }
}

/// A request with its options, before it is sent: what every builder wraps.
#[derive(Clone)]
pub struct Pending<R> {
    caller: Caller,
    /// The fields of the request.
    pub request: R,
    /// The options of the call.
    pub options: CallOptions,
}

impl<R: Request> Pending<R> {
    /// A request without options.
    pub fn new(caller: Caller, request: R) -> Self {
        let options = CallOptions::with_tool_schema_key(caller.0.tool_schema_key);
        Self {
            caller,
            request,
            options,
        }
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, is refused, or its answer cannot be read.
    pub async fn send(self) -> Result<R::Answer, Error> {
        self.send_with_meta().await.map(Response::into_inner)
    }

    /// Sends the request and keeps what came around the answer.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_with_meta(self) -> Result<Response<R::Answer>, Error> {
        self.send_as().await
    }

    /// Sends the request and reads the answer as another type.
    pub(crate) async fn send_as<A: DeserializeOwned + Unknown>(self) -> Result<Response<A>, Error> {
        let caller = self.caller.clone();
        let (body, meta) = self.send_raw().await?.into_parts();
        let answer = decode::decode(R::OPERATION.id, &meta, &body);
        answer
            .map(|answer| Response::new(answer, meta))
            .map_err(|error| caller.hide(error))
    }

    /// Sends the request and does not decode the answer.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, or is refused.
    pub async fn send_raw(self) -> Result<Response<Bytes>, Error> {
        let limits = self.options.limits();
        let request = wire::encode(
            &self.request,
            self.options,
            self.caller.endpoint(),
            Reading::Whole,
        )?;
        self.caller.read(&request, limits).await
    }
}

impl<R: StreamRequest> Pending<R> {
    /// Sends the request and answers with the events of the answer.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, is refused, or is answered with something else than a stream.
    pub async fn stream(mut self) -> Result<EventStream<R::Event>, Error> {
        self.request.set_stream();
        let limits = self.options.limits();
        let request = wire::encode(
            &self.request,
            self.options,
            self.caller.endpoint(),
            Reading::Events,
        )?;
        let answer = self.caller.open(&request, limits).await?;
        Ok(EventStream::new(
            R::OPERATION.id,
            answer,
            self.caller.0.max_event_bytes,
        ))
    }
}

impl<R: Request> fmt::Debug for Pending<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("operation", &R::OPERATION.id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
