//! From the values of a builder to one request on the wire: pure, without any IO.

use std::fmt;

use http::{HeaderMap, HeaderValue, header};
use url::Url;

use crate::body::Body;
use crate::call::{CallOptions, Request};
use crate::error::{Error, InvalidField};
use crate::op::Operation;
use crate::parts::Parts;

/// How the answer to a request is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// To its end, and then decoded.
    Whole,
    /// Event by event.
    Events,
    /// As bytes of any kind.
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "only media are downloaded")
    )]
    File,
}

/// A request as it goes out, but for the credentials, which every attempt adds anew.
#[derive(Clone)]
pub(crate) struct WireRequest {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    /// The headers that the caller asks for.
    own_headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) reading: Reading,
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("operation", &self.operation.id)
            .field("method", &self.operation.method)
            .field("path", &self.url.path())
            .finish_non_exhaustive()
    }
}

impl WireRequest {
    /// A request with no other headers than every request has.
    pub(crate) fn bare(
        operation: &'static Operation,
        url: Url,
        body: Body,
        reading: Reading,
    ) -> Self {
        Self {
            operation,
            url,
            own_headers: HeaderMap::new(),
            body,
            reading,
        }
    }

    /// The headers, but for those that a client adds to all its requests. They are made anew for every
    /// attempt, which takes less than copying them.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = headers(self.reading);
        if let Some(content_type) = self.body.content_type() {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        headers.extend(self.own_headers.clone());
        headers
    }
}

/// Makes the request of a call to the service at `base`.
///
/// # Errors
///
/// When a field is out of its range, or something cannot be written on the wire.
pub(crate) fn encode<R: Request>(
    request: &R,
    options: CallOptions,
    base: &Url,
    reading: Reading,
) -> Result<WireRequest, Error> {
    let operation = R::OPERATION;
    let mut parts = Parts::new(operation, options);
    let encoded = request.check().and_then(|()| request.encode(&mut parts));
    encoded
        .and_then(|()| finish(parts, operation, base, reading))
        .map_err(|invalid| Error::invalid(operation.id, invalid))
}

fn finish(
    mut parts: Parts,
    operation: &'static Operation,
    base: &Url,
    reading: Reading,
) -> Result<WireRequest, InvalidField> {
    parts.place_extra();
    if let Some(invalid) = parts.invalid {
        return Err(invalid);
    }
    if let Some(name) = parts.options.bad_header {
        return Err(InvalidField::new(
            name,
            "is a header that HTTP does not allow in its name or value, or that the client itself sets",
        ));
    }
    let mut url = operation.url(base, &parts.path);
    for (name, value) in parts.query.iter().chain(&parts.options.query) {
        url.query_pairs_mut().append_pair(name, value);
    }
    let mut request = WireRequest::bare(operation, url, parts.body, reading);
    request.own_headers = parts.options.headers;
    Ok(request)
}

fn headers(reading: Reading) -> HeaderMap {
    let mut headers = HeaderMap::new();
    match reading {
        Reading::File => {
            headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        }
        Reading::Whole => {
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        }
        // Proxies compress and collect what they may; events are worth something only when they come at once.
        Reading::Events => {
            headers.insert(
                header::ACCEPT,
                HeaderValue::from_static("text/event-stream"),
            );
            headers.insert(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            );
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
    }
    headers
}
