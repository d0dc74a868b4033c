//! What every client is made of, and the last step of every builder.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use crate::call::{CallOptions, Request, StreamRequest};
use crate::clock::Clock;
use crate::decode;
use crate::error::Error;
use crate::pipeline::{CallLimits, Exchange, Pipeline};
use crate::response::Response;
use crate::stream::EventStream;
use crate::wire::{self, Reading};

/// A pipeline and the endpoint that it leads to. Cloning it shares both.
#[derive(Clone)]
pub struct Caller(Arc<Inner>);

struct Inner {
    pipeline: Pipeline,
    endpoint: Url,
    max_event_bytes: usize,
}

impl Caller {
    pub(crate) fn new(pipeline: Pipeline, endpoint: Url, max_event_bytes: usize) -> Self {
        Self(Arc::new(Inner {
            pipeline,
            endpoint,
            max_event_bytes,
        }))
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.pipeline.clock
    }

    pub(crate) fn max_event_bytes(&self) -> usize {
        self.0.max_event_bytes
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
        Self {
            caller,
            request,
            options: CallOptions::default(),
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
        let (body, meta) = self.send_raw().await?.into_parts();
        let answer = decode::decode(R::OPERATION.id, &meta, &body)?;
        Ok(Response::new(answer, meta))
    }

    /// Sends the request and does not decode the answer.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, or is refused.
    pub async fn send_raw(self) -> Result<Response<Bytes>, Error> {
        let (exchange, _) = self.run(Reading::Whole).await?;
        Ok(Response::new(exchange.body.into_bytes(), exchange.meta))
    }

    async fn run(self, reading: Reading) -> Result<(Exchange, Caller), Error> {
        let Self {
            caller,
            request,
            options,
        } = self;
        let limits = CallLimits {
            timeout: options.timeout,
            max_retries: options.max_retries,
        };
        let request = wire::encode(&request, options, &caller.0.endpoint, reading)?;
        let exchange = caller.0.pipeline.run(&request, limits).await?;
        Ok((exchange, caller))
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
        let (exchange, caller) = self.run(Reading::Events).await?;
        let Exchange {
            meta,
            body,
            slot,
            deadline,
        } = exchange;
        let body = body.into_stream();
        Ok(EventStream::new(
            caller,
            R::OPERATION.id,
            (meta, body),
            slot,
            deadline,
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
