//! A transport without a connection.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::MockResponse;
use crate::transport::{RequestBody, ResponseBody, Transport, TransportError};

/// Responds to requests without a connection, and records them.
///
/// Clones share the script and the recorded requests: pass one clone to the client, and inspect the other. The
/// [module](super) has examples.
#[derive(Clone)]
pub struct MockTransport(Arc<Inner>);

type Rule = Box<dyn FnMut(&http::Request<Bytes>) -> MockResponse + Send>;

struct Inner {
    rule: Mutex<Rule>,
    requests: Mutex<Vec<http::Request<Bytes>>>,
}

impl MockTransport {
    /// Creates a transport that returns these responses in order. Every further request fails with
    /// [`TransportErrorKind::NotSent`](crate::transport::TransportErrorKind::NotSent), which is not retried.
    pub fn new(script: impl IntoIterator<Item = MockResponse>) -> Self {
        let mut script: VecDeque<_> = script.into_iter().collect();
        Self::from_fn(move |request| {
            script.pop_front().unwrap_or_else(|| {
                let (method, path) = (request.method(), request.uri().path());
                MockResponse::not_sent(format!(
                    "the script has no response left for {method} {path}"
                ))
            })
        })
    }

    /// Creates a transport that responds with a function.
    ///
    /// ```
    /// use imagine_sdk::testing::{MockTransport, MockResponse};
    /// use serde_json::json;
    ///
    /// let transport = MockTransport::from_fn(|request| match request.uri().path() {
    ///     "/v2/ping" => MockResponse::json(&json!({"message": "pong", "status": "ok"})),
    ///     _ => MockResponse::status(404),
    /// });
    /// # let _ = transport;
    /// ```
    pub fn from_fn(
        rule: impl FnMut(&http::Request<Bytes>) -> MockResponse + Send + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            rule: Mutex::new(Box::new(rule)),
            requests: Mutex::default(),
        }))
    }

    /// Returns the recorded requests in order, with their bodies. The value of the header with the API key prints as
    /// `Sensitive`, and can be compared as usual.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        lock(&self.0.requests).clone()
    }
}

impl Inner {
    fn response(&self, request: &http::Request<Bytes>) -> MockResponse {
        lock(&self.requests).push(request.clone());
        (lock(&self.rule))(request)
    }
}

/// Locks a mutex. Ignores poisoning, because a panic of one test must not cause failures in others.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Transport for MockTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let inner = Arc::clone(&self.0);
        async move {
            let (head, body) = request.into_parts();
            let body = body.into_bytes().await?;
            let request = http::Request::from_parts(head, body);
            inner.response(&request).send(&request).await
        }
        .boxed()
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockTransport")
            .field("requests", &lock(&self.0.requests).len())
            .finish_non_exhaustive()
    }
}
