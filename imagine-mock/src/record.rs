//! The requests that came in.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::contract::RequestParts;
use crate::fault::Fault;

/// A request as it came in, and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The API that the path belongs to, `inference` or `media`, where it lies below the base of one.
    pub api: Option<&'static str>,
    /// The path below that base, still encoded, or the whole path.
    pub path: String,
    /// The query, decoded, in the order in which it came.
    pub query: Vec<(String, String)>,
    /// The headers. The keys in them are shown by `to_str`, and not by `Debug`.
    pub headers: HeaderMap,
    /// The body, byte by byte.
    pub body: Bytes,
    /// The operation that the request calls, where it calls one and its key was good.
    pub operation: Option<&'static str>,
    /// The fault that it met.
    pub fault: Option<Fault>,
    /// Whether the operation was carried out: what it costs was taken, and it shows in histories.
    pub carried_out: bool,
    /// The status it was answered with, once it was.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// What the contract looks at.
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

/// Who is told of each request once it is decided what becomes of it.
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
        let who = if self.0.is_some() {
            "someone"
        } else {
            "nobody"
        };
        formatter.write_str(who)
    }
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) fault: Option<Fault>,
    pub(crate) carried_out: bool,
    pub(crate) status: Option<StatusCode>,
}

/// So many bytes of bodies are remembered at most, and the latest request in any case.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// Everything that came in, up to a limit.
#[derive(Debug)]
pub(crate) struct Record {
    kept: Mutex<Kept>,
    /// The oldest requests are forgotten beyond this many, so that a mock can run for long.
    most: usize,
    observer: Observer,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<RecordedRequest>,
    /// The size of all their bodies.
    bytes: usize,
    forgotten: u64,
}

impl Kept {
    fn keep(&mut self, request: RecordedRequest) -> u64 {
        self.bytes += request.body.len();
        self.requests.push_back(request);
        self.forgotten + self.requests.len() as u64
    }

    /// Forgets the oldest requests until there are no more than so many, and their bodies no larger.
    fn forget(&mut self, most: usize, most_bytes: usize) {
        let is_over = |kept: &Self| {
            kept.requests.len() > most || (kept.bytes > most_bytes && kept.requests.len() > 1)
        };
        while is_over(self)
            && let Some(oldest) = self.requests.pop_front()
        {
            self.bytes -= oldest.body.len();
            self.forgotten += 1;
        }
    }
}

impl Record {
    pub(crate) fn new(observer: Observer, most: usize) -> Self {
        Self {
            kept: Mutex::default(),
            most,
            observer,
        }
    }

    /// Adds a request and gives out its number, counted from 1.
    pub(crate) fn received(&self, request: RecordedRequest) -> u64 {
        let mut kept = self.lock();
        let number = kept.keep(request);
        kept.forget(self.most, MOST_BYTES);
        number
    }

    /// Notes which operation a request turned out to call.
    pub(crate) fn matched(&self, number: u64, operation: &'static str) {
        self.update(number, |request| request.operation = Some(operation));
    }

    /// Notes what becomes of a request, and tells whoever wants to know.
    pub(crate) fn decided(&self, number: u64, decision: Decision) {
        let mut told = None;
        self.update(number, |request| {
            request.fault = decision.fault;
            request.carried_out = decision.carried_out;
            request.status = decision.status.map(|status| status.as_u16());
            told = self.observer.0.is_some().then(|| request.clone());
        });
        // Not under the lock: the observer may ask for the requests itself.
        if let (Some(observe), Some(request)) = (&self.observer.0, told) {
            observe(&request);
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    fn update(&self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let mut kept = self.lock();
        let place = number.checked_sub(kept.forgotten + 1);
        let place = place.and_then(|place| usize::try_from(place).ok());
        if let Some(request) = place.and_then(|place| kept.requests.get_mut(place)) {
            change(request);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, HeaderMap, Kept, Method, RecordedRequest};

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
            carried_out: false,
            status: None,
        }
    }

    fn sizes(kept: &Kept) -> Vec<usize> {
        let requests = kept.requests.iter();
        requests.map(|request| request.body.len()).collect()
    }

    #[test]
    fn the_oldest_are_forgotten_for_their_number_and_for_their_size() {
        let mut kept = Kept::default();
        let numbers = [5, 4, 3, 2].map(|size| {
            let number = kept.keep(request(size));
            kept.forget(3, 10);
            number
        });
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(sizes(&kept), [4, 3, 2]);
        kept.keep(request(11));
        kept.forget(3, 10);
        assert_eq!(sizes(&kept), [11], "the latest is kept however large it is");
        assert_eq!((kept.bytes, kept.forgotten), (11, 4));
    }
}
