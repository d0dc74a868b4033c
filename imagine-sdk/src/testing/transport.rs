//! A transport that is connected to nothing.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::MockResponse;
use crate::transport::{RequestBody, ResponseBody, Transport, TransportError};

/// Answers requests from memory, and keeps them.
///
/// Clones share the script and what was kept: give one to the client, and ask the other. The
/// [module](super) has examples.
#[derive(Clone)]
pub struct MockTransport(Arc<Inner>);

type Rule = Box<dyn FnMut(&http::Request<Bytes>) -> MockResponse + Send>;

struct Inner {
    rule: Mutex<Rule>,
    requests: Mutex<Vec<http::Request<Bytes>>>,
}

impl MockTransport {
    /// A transport that gives these responses, one after the other. One request more fails with
    /// [`TransportErrorKind::NotSent`](crate::transport::TransportErrorKind::NotSent), which is not tried again.
    pub fn new(script: impl IntoIterator<Item = MockResponse>) -> Self {
        let mut script: VecDeque<_> = script.into_iter().collect();
        Self::from_fn(move |request| {
            script.pop_front().unwrap_or_else(|| {
                let (method, path) = (request.method(), request.uri().path());
                MockResponse::declines(format!(
                    "the script has no response left for {method} {path}"
                ))
            })
        })
    }

    /// A transport that answers each request as `rule` says.
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

    /// The requests so far, in their order, with their bodies. The header with the key prints as
    /// `Sensitive`, and can be compared as any other.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        locked(&self.0.requests).clone()
    }
}

impl Inner {
    fn response(&self, request: http::Request<Bytes>) -> MockResponse {
        locked(&self.requests).push(request.clone());
        (locked(&self.rule))(&request)
    }
}

/// A test that failed while it held the lock must not hide behind the failures of others.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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
            let reply = inner.response(http::Request::from_parts(head, body));
            reply.send().await
        }
        .boxed()
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockTransport")
            .field("requests", &locked(&self.0.requests).len())
            .finish_non_exhaustive()
    }
}
