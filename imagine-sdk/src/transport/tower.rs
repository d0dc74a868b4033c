//! Transports from `tower` services, and services from transports.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt, stream};
use http_body::{Body, Frame, SizeHint};
use tower_service::Service;

use super::{
    RequestBody, RequestProgress, ResponseBody, Stage, Transport, TransportError,
    TransportErrorKind,
};
use crate::error::BoxError;

/// Sends requests through a [`tower::Service`](Service), including its layers.
///
/// The service accepts an `http::Request<RequestBody>` and returns an `http::Response` with any [`http_body::Body`] of
/// bytes. [`TransportService`] converts a transport to a service for such layers:
///
#[cfg_attr(all(feature = "inference", feature = "testing"), doc = "```")]
#[cfg_attr(
    not(all(feature = "inference", feature = "testing")),
    doc = "```ignore"
)]
/// use imagine_sdk::Client;
/// use imagine_sdk::testing::{MockTransport, MockResponse};
/// use imagine_sdk::transport::{TowerTransport, TransportService};
/// use tower::ServiceBuilder;
/// use tower::limit::ConcurrencyLimitLayer;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// # let inner = MockTransport::new([MockResponse::json(&serde_json::json!({"message": "pong", "status": "ok"}))]);
/// let service = ServiceBuilder::new()
///     .layer(ConcurrencyLimitLayer::new(8))
///     .service(TransportService::new(inner)); // any transport, such as one over reqwest
/// let client = Client::builder()
///     .endpoint("https://my-endpoint/api/v2")
///     .api_key("my-key")
///     .transport(TowerTransport::new(service))
///     .build()?;
/// assert_eq!(client.ping().await?.message, "pong");
/// # Ok::<(), imagine_sdk::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`ClientBuilder::tower_layer`](crate::ClientBuilder::tower_layer) adds layers to the built-in transport.
///
/// Each request is sent by a clone of the service, once the clone is ready. A [`TransportError`] of the service is
/// returned unchanged, and keeps its kind if a layer has wrapped it. Every other error is returned as
/// [`ConnectionLost`](TransportErrorKind::ConnectionLost), or as [`NotSent`](TransportErrorKind::NotSent) if the service
/// did not become ready.
pub struct TowerTransport<S> {
    service: Mutex<S>,
    /// True if the innermost service records the progress of requests.
    is_progress_recorded: bool,
}

impl<S> TowerTransport<S> {
    /// Creates a transport that sends requests through `service`.
    pub fn new(service: S) -> Self {
        Self::around(service, false)
    }

    /// Creates a transport. The flag is true if the innermost service records the progress of requests.
    pub(crate) fn around(service: S, is_progress_recorded: bool) -> Self {
        Self {
            service: Mutex::new(service),
            is_progress_recorded,
        }
    }
}

impl<S, B> Transport for TowerTransport<S>
where
    S: Service<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        let mut service = service.clone();
        let progress = request.extensions().get::<RequestProgress>().cloned();
        let progress = progress.filter(|_| self.is_progress_recorded);
        async move {
            poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(|error| failure(error, TransportErrorKind::NotSent))?;
            let response = service.call(request).await;
            let response = response.map_err(|error| {
                // A layer can reject a request, or give up while the request waits for a connection.
                let is_unsent = |progress: &RequestProgress| {
                    matches!(progress.abandon(), Stage::Unknown | Stage::Waiting)
                };
                let otherwise = match progress.as_ref().is_some_and(is_unsent) {
                    true => TransportErrorKind::NotSent,
                    false => TransportErrorKind::ConnectionLost,
                };
                failure(error, otherwise)
            })?;
            Ok(response.map(incoming))
        }
        .boxed()
    }
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerTransport").finish_non_exhaustive()
    }
}

/// A transport as a [`tower::Service`](Service) for layers. It is always ready.
#[derive(Clone, Debug)]
pub struct TransportService<T>(T);

impl<T: Transport + Clone> TransportService<T> {
    /// Creates a service that sends requests through `transport`.
    pub fn new(transport: T) -> Self {
        Self(transport)
    }
}

impl<T: Transport + Clone> Service<http::Request<RequestBody>> for TransportService<T> {
    type Response = http::Response<ResponseBody>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<RequestBody>) -> Self::Future {
        self.0.send(request)
    }
}

fn failure(error: impl Into<BoxError>, otherwise: TransportErrorKind) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => {
            let kind = wrapped_kind(&*error).unwrap_or(otherwise);
            TransportError::new(kind, error)
        }
    }
}

/// Returns the kind of the transport's error that a layer has wrapped.
fn wrapped_kind(error: &(dyn std::error::Error + 'static)) -> Option<TransportErrorKind> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(error) = cause.downcast_ref::<TransportError>() {
            return Some(error.kind);
        }
        next = cause.source();
    }
    None
}

/// Returns the data of a body. Trailers are dropped.
fn incoming<B>(body: B) -> ResponseBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut body = Box::pin(body);
    ResponseBody::new(stream::poll_fn(move |cx| {
        loop {
            let Some(frame) = ready!(body.as_mut().poll_frame(cx)) else {
                return Poll::Ready(None);
            };
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => return Poll::Ready(Some(Ok(data))),
                Ok(Err(_)) => {}
                Err(error) => {
                    let error = failure(error, TransportErrorKind::ResponseBody);
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }))
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match &mut *self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream { length, chunks } => {
                let chunk = ready!(chunks.try_poll_next_unpin(cx)).transpose()?;
                let read = chunk.as_ref().map_or(0, Bytes::len) as u64;
                *length = length.saturating_sub(read);
                Poll::Ready(chunk.map(|chunk| Ok(Frame::data(chunk))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length())
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        futures_core::Stream::poll_next(self, cx).map_ok(Frame::data)
    }
}
