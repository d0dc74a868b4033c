//! A pipeline with its endpoint and settings.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Extensions;
use url::Url;

use super::settings::Settings;
use crate::clock::Clock;
use crate::error::Error;
use crate::json::ExtraFields;
use crate::pipeline::{Exchange, Pipeline, PipelineBody};
use crate::request::{EncodedRequest, Operation};
use crate::response::{Meta, Response};
use crate::stream::BodyStream;
use crate::trace::{self, CallSpan};

/// The way in which asynchronous clients send: a call is a future. It is the default of every builder; the other way is
/// [`Blocking`](crate::blocking::Blocking).
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// A way in which clients send.
pub(crate) trait Mode: Clone {
    /// Starts what calls need in order to be sent in this way.
    ///
    /// # Errors
    ///
    /// When the system does not provide it.
    fn start() -> Result<Self, Error>;
}

impl Mode for Async {
    fn start() -> Result<Self, Error> {
        Ok(Self)
    }
}

/// A pipeline with its endpoint and settings, and the way of sending. Clones share all of it.
#[derive(Clone)]
pub struct Connection<M = Async> {
    pub(super) shared: Arc<Shared>,
    pub(super) mode: M,
}

/// The parts that the clones of a client share.
pub(super) struct Shared {
    pub(super) pipeline: Arc<Pipeline>,
    pub(super) endpoint: Url,
    pub(super) settings: Settings,
    /// The state that the modules above add, by its type.
    pub(super) state: Mutex<Extensions>,
}

impl<M> Connection<M> {
    pub(super) fn new(shared: Shared, mode: M) -> Self {
        Self {
            shared: Arc::new(shared),
            mode,
        }
    }

    pub(crate) fn endpoint(&self) -> &Url {
        &self.shared.endpoint
    }

    /// Returns the model that the client sets for an operation.
    pub(super) fn default_model(&self, operation: &Operation) -> Option<&str> {
        self.shared.settings.default_model(operation)
    }

    /// Returns the settings and the state that one API's client has beside those of all clients.
    #[cfg(feature = "media")]
    pub(crate) fn extensions(&self) -> &Extensions {
        &self.shared.settings.extensions
    }

    /// Returns the state of a type that the clones of a client share. The type itself shares its content.
    pub(crate) fn state<T: Clone + Default + Send + Sync + 'static>(&self) -> T {
        let state = self.shared.state.lock();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.get_or_insert_with(T::default).clone()
    }

    /// Splits the connection into one that sends asynchronously, and the way of sending.
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
    /// Returns the clock, for state that outlives a call.
    #[cfg(feature = "bulk")]
    pub(crate) fn shared_clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.shared.pipeline.clock)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.pipeline.clock
    }

    /// Sends a request, reads the response to its end and decodes it.
    pub(super) async fn read<T: ExtraFields + Send>(
        &self,
        request: &EncodedRequest,
        mut decode: impl FnMut(&Meta, Bytes) -> Result<T, Error> + Send,
    ) -> Result<Response<T>, Error> {
        let mut call = CallSpan::start(request, self.clock());
        // Boxed, because an unboxed value would take its space during the call.
        let mut value = None;
        let exchange = {
            let mut accept = |meta: &Meta, body: &PipelineBody| {
                // Boxed, because an unboxed future would take its space in every call.
                value = Some(Box::new(decode(meta, body.bytes())?));
                Ok(())
            };
            let exchange = pin!(self.shared.pipeline.execute(request, &mut accept));
            trace::in_span(&call.span(), exchange).await
        };
        let response = exchange.and_then(
            |Exchange {
                 meta, mut claim, ..
             }| {
                let value = value.ok_or_else(Error::truncated)?;
                call.response(&*value);
                claim.observe(&*value);
                Ok(Response::new(*value, meta))
            },
        );
        response.inspect_err(|error| call.failed(error))
    }

    /// Sends a request, and returns the head and the body of the response.
    pub(crate) async fn open(
        &self,
        request: &EncodedRequest,
    ) -> Result<(Box<Meta>, BodyStream), Error> {
        let call = CallSpan::start(request, self.clock());
        let mut accept = |_: &Meta, _: &PipelineBody| Ok(());
        let exchange = pin!(self.shared.pipeline.execute(request, &mut accept));
        let exchange = trace::in_span(&call.span(), exchange).await;
        let exchange = exchange.inspect_err(|error| call.failed(error))?;
        let pipeline = Arc::clone(&self.shared.pipeline);
        Ok(BodyStream::new(pipeline, call, exchange))
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
