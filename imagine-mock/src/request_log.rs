//! The log of received requests.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};

use crate::api::Api;
use crate::contract::RequestParts;
use crate::fault::Fault;
use crate::latest::Latest;
use crate::rule::Called;

/// A received request and the result of its handling.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The name of the API whose base path the path starts with, such as `inference`, or none.
    pub api: Option<&'static str>,
    /// The percent-encoded path below the base path; the complete path of a request outside all APIs.
    pub path: String,
    /// The decoded query parameters in their original order.
    pub query: Vec<(String, String)>,
    /// The headers. `Debug` redacts the API keys in them; `to_str` returns them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The called operation, if there is one and the key was valid.
    pub operation: Option<&'static str>,
    /// The fault that was applied.
    pub fault: Option<Fault>,
    /// True if the operation was executed: its cost was charged, and it appears in histories.
    pub executed: bool,
    /// The status of the response; none before the response and for a fault without one.
    pub status: Option<u16>,
    /// True if the client hung up before the mock had sent the complete response.
    ///
    /// A connection that a fault closes does not count. The mock notices a client that hangs up during a pause, such as
    /// [`chunk_delay`](crate::expect::Then::chunk_delay); the operating system may accept the rest of a short response
    /// without one.
    pub disconnected: bool,
    /// True if an expectation of [`expect_request`](crate::MockServer::expect_request) covers the method and the path.
    pub(crate) is_expected: bool,
}

impl RecordedRequest {
    /// Returns the parts of the request that the contract covers.
    pub fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// Returns the path with the base path of its API.
    fn full_path(&self) -> String {
        let api = self.api.and_then(Api::from_name);
        format!("{}{}", api.map_or("", Api::base_path), self.path)
    }

    /// Returns the parts that scopes compare.
    pub(crate) fn called(&self, operation: Option<(Api, &'static str)>) -> Called<'_> {
        Called {
            operation,
            method: &self.method,
            path: &self.path,
            full_path: self.full_path(),
        }
    }

    /// Returns the approximate size in bytes.
    fn size(&self) -> usize {
        let query = self
            .query
            .iter()
            .map(|(name, value)| name.len() + value.len());
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
        self.path.len() + self.body.len() + query.chain(headers).sum::<usize>()
    }
}

/// A callback for each handled request.
#[derive(Default)]
pub(crate) struct Observer(Option<Box<Observe>>);

type Observe = dyn Fn(&RecordedRequest) + Send + Sync;

impl Observer {
    pub(crate) fn new(observe: impl Fn(&RecordedRequest) + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(observe)))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.0.is_some() { "set" } else { "none" };
        formatter.write_str(state)
    }
}

/// The limit for the total size of the recorded requests. The latest request is recorded in any case.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// The latest requests, up to a limit.
#[derive(Debug)]
pub(crate) struct RequestLog {
    requests: Mutex<Latest<RecordedRequest>>,
    observer: Observer,
}

impl RequestLog {
    pub(crate) fn new(observer: Observer, limit: usize) -> Self {
        Self {
            requests: Mutex::new(Latest::new(limit, MAX_BYTES)),
            observer,
        }
    }

    /// Adds a request and returns its number, counted from 1.
    pub(crate) fn add(&self, request: RecordedRequest) -> u64 {
        let size = request.size();
        self.lock().push(request, size)
    }

    /// Records the result of handling a request, and calls the observer.
    ///
    /// The log may have dropped the request already; the observer gets it in any case.
    pub(crate) fn complete(&self, number: u64, request: RecordedRequest) {
        let observed = self
            .observer
            .0
            .as_ref()
            .map(|observe| (observe, request.clone()));
        self.update(number, |recorded| {
            // The client may have hung up already.
            let disconnected = recorded.disconnected;
            *recorded = request;
            recorded.disconnected = disconnected;
        });
        // Without the lock, because the observer may call `MockServer::requests`.
        if let Some((observe, request)) = observed {
            observe(&request);
        }
    }

    /// Records that the client hung up before its response was complete.
    pub(crate) fn set_disconnected(&self, number: u64) {
        self.update(number, |request| request.disconnected = true);
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn update(&self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        if let Some(request) = self.lock().get_mut(number) {
            change(request);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Latest<RecordedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
