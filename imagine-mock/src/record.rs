//! The requests that came in.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::contract::RequestParts;

/// The record forgets its oldest requests beyond this many, so that a mock can run for long.
const MOST_KEPT: usize = 10_000;

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

/// Everything that came in, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Record(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<RecordedRequest>,
    forgotten: u64,
}

impl Record {
    /// Adds a request and gives out its number, counted from 1.
    pub(crate) fn received(&self, request: RecordedRequest) -> u64 {
        let mut kept = self.lock();
        kept.requests.push_back(request);
        let number = kept.forgotten + kept.requests.len() as u64;
        if kept.requests.len() > MOST_KEPT {
            kept.requests.pop_front();
            kept.forgotten += 1;
        }
        number
    }

    /// Notes which operation a request turned out to call.
    pub(crate) fn matched(&self, number: u64, operation: &'static str) {
        self.update(number, |request| request.operation = Some(operation));
    }

    /// Notes what a request is answered.
    pub(crate) fn answered(&self, number: u64, status: StatusCode) {
        self.update(number, |request| request.status = Some(status.as_u16()));
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
