//! The log of received requests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::contract::RequestParts;
use crate::fault::Fault;

/// A received request and the result of its handling.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The API whose base path the path starts with: `inference`, `media`, or none.
    pub api: Option<&'static str>,
    /// The percent-encoded path below the base path; the complete path of a request outside both APIs.
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

/// The result of handling a request.
#[derive(Debug)]
pub(crate) struct Disposition {
    pub(crate) fault: Option<Fault>,
    pub(crate) executed: bool,
    pub(crate) status: Option<StatusCode>,
}

/// The limit for the total size of the recorded bodies. The latest request is recorded in any case.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;

/// The latest requests, up to a limit.
#[derive(Debug)]
pub(crate) struct RequestLog {
    inner: Mutex<Inner>,
    /// The limit beyond which the oldest requests are dropped. It bounds the memory of a long run.
    limit: usize,
    observer: Observer,
}

#[derive(Debug, Default)]
struct Inner {
    requests: VecDeque<RecordedRequest>,
    /// The total size of the bodies.
    bytes: usize,
    /// The number of requests that were dropped.
    dropped: u64,
}

impl Inner {
    fn push(&mut self, request: RecordedRequest) -> u64 {
        self.bytes += request.body.len();
        self.requests.push_back(request);
        self.dropped + self.requests.len() as u64
    }

    /// Drops the oldest requests until both limits are met.
    fn enforce_limits(&mut self, limit: usize, max_bytes: usize) {
        let exceeds = |inner: &Self| {
            inner.requests.len() > limit || (inner.bytes > max_bytes && inner.requests.len() > 1)
        };
        while exceeds(self)
            && let Some(oldest) = self.requests.pop_front()
        {
            self.bytes -= oldest.body.len();
            self.dropped += 1;
        }
    }
}

impl RequestLog {
    pub(crate) fn new(observer: Observer, limit: usize) -> Self {
        Self {
            inner: Mutex::default(),
            limit,
            observer,
        }
    }

    /// Adds a request and returns its number, counted from 1.
    pub(crate) fn add(&self, request: RecordedRequest) -> u64 {
        let mut inner = self.lock();
        let number = inner.push(request);
        inner.enforce_limits(self.limit, MAX_BODY_BYTES);
        number
    }

    /// Records the operation that a request calls.
    pub(crate) fn set_operation(&self, number: u64, operation: &'static str) {
        self.update(number, |request| request.operation = Some(operation));
    }

    /// Records the result of handling a request, and calls the observer.
    pub(crate) fn complete(&self, number: u64, disposition: Disposition) {
        let mut observed = None;
        self.update(number, |request| {
            request.fault = disposition.fault;
            request.executed = disposition.executed;
            request.status = disposition.status.map(|status| status.as_u16());
            observed = self.observer.0.is_some().then(|| request.clone());
        });
        // Without the lock, because the observer may call `MockServer::requests`.
        if let (Some(observe), Some(request)) = (&self.observer.0, observed) {
            observe(&request);
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    fn update(&self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let mut inner = self.lock();
        let index = number.checked_sub(inner.dropped + 1);
        let index = index.and_then(|index| usize::try_from(index).ok());
        if let Some(request) = index.and_then(|index| inner.requests.get_mut(index)) {
            change(request);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, HeaderMap, Inner, Method, RecordedRequest};

    fn request(size: usize) -> RecordedRequest {
        RecordedRequest {
            method: Method::POST,
            api: None,
            path: String::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::from(vec![0; size]),
            operation: None,
            fault: None,
            executed: false,
            status: None,
        }
    }

    fn sizes(inner: &Inner) -> Vec<usize> {
        let requests = inner.requests.iter();
        requests.map(|request| request.body.len()).collect()
    }

    #[test]
    fn drops_the_oldest_requests_beyond_the_count_and_the_size_limit() {
        let mut inner = Inner::default();
        let numbers = [5, 4, 3, 2].map(|size| {
            let number = inner.push(request(size));
            inner.enforce_limits(3, 10);
            number
        });
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(sizes(&inner), [4, 3, 2]);
        inner.push(request(11));
        inner.enforce_limits(3, 10);
        assert_eq!(
            sizes(&inner),
            [11],
            "the latest request is recorded in any case"
        );
        assert_eq!((inner.bytes, inner.dropped), (11, 4));
    }
}
