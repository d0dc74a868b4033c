//! What every client is made of, and the last step of every builder.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Extensions;
use url::Url;

use crate::clock::Clock;
use crate::error::Error;
use crate::pipeline::{Exchange, Pipeline};
use crate::request::{EncodedRequest, ToolSchemaKey};
use crate::response::{Meta, Response};
use crate::stream::BodyStream;
use crate::trace::{self, CallSpan};

/// How calls are sent: as futures, by the runtime that awaits them. It is what a builder is about unless
/// its type says otherwise; the other way is that of the module `blocking`.
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// A way of sending, as a client of it is put together.
pub(crate) trait Mode: Sized {
    /// The same connection, whose calls are sent in this way.
    fn take(connection: Connection) -> Result<Connection<Self>, Error>;
}

impl Mode for Async {
    fn take(connection: Connection) -> Result<Connection, Error> {
        Ok(connection)
    }
}

/// A pipeline and the endpoint that it leads to, and how its calls are sent. Cloning it shares them.
#[derive(Clone)]
pub struct Connection<M = Async> {
    pub(super) shared: Arc<Shared>,
    mode: M,
}

pub(super) struct Shared {
    pipeline: Arc<Pipeline>,
    endpoint: Url,
    pub(super) max_event_bytes: usize,
    pub(super) tool_schema_key: ToolSchemaKey,
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "media alone has settings of its own")
    )]
    extensions: Extensions,
}

impl<M> Connection<M> {
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
    pub(crate) fn split(self) -> (Connection, M) {
        let shared = self.shared;
        (
            Connection {
                shared,
                mode: Async,
            },
            self.mode,
        )
    }
}

impl Connection {
    pub(crate) fn new(
        pipeline: Pipeline,
        endpoint: Url,
        max_event_bytes: usize,
        tool_schema_key: ToolSchemaKey,
        extensions: Extensions,
    ) -> Self {
        let shared = Arc::new(Shared {
            pipeline: Arc::new(pipeline),
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
    pub(crate) fn sent<M>(self, mode: M) -> Connection<M> {
        let shared = self.shared;
        Connection { shared, mode }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.pipeline.clock
    }

    /// Takes the key out of an error that the service worded.
    pub(crate) fn redact_error(&self, error: Error) -> Error {
        self.shared.pipeline.credentials.redact_error(error)
    }

    /// Takes the key out of words of the service's.
    #[cfg(feature = "media")]
    pub(crate) fn redact(&self, text: &mut String) {
        self.shared.pipeline.credentials.redact(text);
    }

    /// Sends a request, reads its response to the end, and makes of it what `decode` does.
    pub(super) async fn read<T>(
        &self,
        request: &EncodedRequest,
        decode: impl FnOnce(&Meta, Bytes) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        let mut call = CallSpan::begin(request, self.clock());
        let exchange = pin!(self.shared.pipeline.run(request));
        let exchange = trace::inside(&call.span(), exchange).await;
        let response = exchange.and_then(|Exchange { meta, body, .. }| {
            let body = body.into_bytes();
            call.answered(&body);
            let value = decode(&meta, body).map_err(|error| self.redact_error(error))?;
            Ok(Response::new(value, meta))
        });
        response.inspect_err(|error| call.failed(error))
    }

    /// Sends a request and hands on the body of its response.
    pub(crate) async fn open(
        &self,
        request: &EncodedRequest,
    ) -> Result<(Box<Meta>, BodyStream), Error> {
        let call = CallSpan::begin(request, self.clock());
        let exchange = pin!(self.shared.pipeline.run(request));
        let exchange = trace::inside(&call.span(), exchange).await;
        let exchange = exchange.inspect_err(|error| call.failed(error))?;
        Ok(BodyStream::of(
            Arc::clone(&self.shared.pipeline),
            call,
            exchange,
        ))
    }
}

impl<M: fmt::Debug> fmt::Debug for Connection<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("mode", &self.mode)
            .field("endpoint", &self.shared.endpoint.as_str())
            .field("pipeline", &self.shared.pipeline)
            .finish_non_exhaustive()
    }
}
