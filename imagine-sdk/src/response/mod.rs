//! Responses with their status and headers, and their decoding.

pub(crate) mod classify;
mod decode;
mod message;

use http::{HeaderMap, StatusCode};

pub(crate) use self::decode::{decode, decode_error, incomplete};
pub use self::message::decode_message;
pub(crate) use self::message::{Validate, decode_validated};
use crate::error::{self, Secret};

/// A response with its status, headers, request id and number of attempts.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    meta: Box<Meta>,
}

/// The head of a response. It is large and often moved, so it is mostly boxed.
#[derive(Clone, Debug)]
pub(crate) struct Meta {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
    /// The key that the response may repeat.
    pub(crate) secret: Secret,
}

impl Meta {
    pub(crate) fn request_id(&self) -> Option<&str> {
        error::request_id(&self.headers)
    }
}

impl<T> Response<T> {
    /// Creates a response with one attempt, for tests of code that takes responses.
    ///
    /// ```
    /// use imagine_sdk::{Response, http};
    ///
    /// let parts = http::Response::builder()
    ///     .header("x-request-id", "r-1")
    ///     .body(26)?;
    /// let response = Response::from_http(parts);
    /// assert_eq!((*response.value(), response.request_id()), (26, Some("r-1")));
    /// assert_eq!(response.map(|tokens| tokens + 1).into_inner(), 27);
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn from_http(response: http::Response<T>) -> Self {
        let (head, value) = response.into_parts();
        let meta = Meta {
            status: head.status,
            headers: head.headers,
            attempts: 1,
            secret: Secret::default(),
        };
        Self::new(value, Box::new(meta))
    }

    pub(crate) fn new(value: T, meta: Box<Meta>) -> Self {
        Self { value, meta }
    }

    /// Returns the decoded response.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the key that the response may repeat.
    #[cfg(feature = "media")]
    pub(crate) fn secret(&self) -> &Secret {
        &self.meta.secret
    }

    /// Returns the decoded response without its status and headers.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the decoded response, and the rest as a response without a value.
    pub fn into_parts(self) -> (T, Response<()>) {
        (self.value, Response::new((), self.meta))
    }

    /// Changes the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response::new(change(self.value), self.meta)
    }

    /// Returns the status, which is always a success.
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    /// Returns the id of the request, if the service assigned one. Quote it in support requests.
    pub fn request_id(&self) -> Option<&str> {
        self.meta.request_id()
    }

    /// Returns the number of attempts, the successful one included.
    pub fn attempts(&self) -> u32 {
        self.meta.attempts
    }
}
