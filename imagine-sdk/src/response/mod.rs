//! A response with what came around it.

mod decode;

use std::ops::Deref;

use http::{HeaderMap, StatusCode};

pub(crate) use self::decode::{decode, decode_error, incomplete};
use crate::error;

/// A response together with its status, headers, request id and number of attempts.
///
/// It dereferences to the response. [`into_inner`](Self::into_inner) gives the response alone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    value: T,
    meta: Box<Meta>,
}

/// What came around a response. It is large, and handed on often, so mostly boxed.
#[derive(Clone, Debug)]
pub(crate) struct Meta {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
}

impl Meta {
    pub(crate) fn request_id(&self) -> Option<&str> {
        error::request_id(&self.headers)
    }
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, meta: Box<Meta>) -> Self {
        Self { value, meta }
    }

    /// The response alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status of the response, always a success.
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    /// The id that the service gave to the request, if it gave one. Its operators find the call by it.
    pub fn request_id(&self) -> Option<&str> {
        self.meta.request_id()
    }

    /// How often the request was sent, the last time included.
    pub fn attempts(&self) -> u32 {
        self.meta.attempts
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
