//! From the values of a builder to one request on the wire: pure, without any IO.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::{Additions, Body, CallLimits, CallOptions, Operation, Parts, Request};
use crate::error::{Error, InvalidField};

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

impl Reading {
    /// The headers that ask for it.
    fn headers(self) -> impl Iterator<Item = (HeaderName, &'static str)> {
        let (accept, others) = match self {
            Self::Whole => ("application/json", &[][..]),
            Self::File => ("*/*", &[][..]),
            // Proxies compress and collect what they may; events are worth something only when they come at
            // once.
            Self::Events => (
                "text/event-stream",
                &[
                    (header::ACCEPT_ENCODING, "identity"),
                    (header::CACHE_CONTROL, "no-cache"),
                ][..],
            ),
        };
        [(header::ACCEPT, accept)]
            .into_iter()
            .chain(others.iter().cloned())
    }
}

/// A request as it goes out, but for the credentials, which every attempt adds anew.
#[derive(Clone)]
pub(crate) struct WireRequest {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    /// What the caller asks for. Of it the headers are not in the other parts already.
    pub(crate) additions: Option<Box<Additions>>,
    pub(crate) limits: CallLimits,
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
            additions: None,
            limits: CallLimits::default(),
            body,
            reading,
        }
    }

    /// Makes of the headers of a [`plain`] request those of this one.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        if self.reading != Reading::Whole {
            set(headers, self.reading);
        }
        match &self.body {
            Body::Json(_) => {}
            Body::Form(form) => form.add_type(headers),
            Body::Empty => drop(headers.remove(header::CONTENT_TYPE)),
        }
        if let Some(additions) = &self.additions {
            headers.extend(additions.headers.clone());
        }
    }
}

/// The headers of a request for a whole answer that sends JSON, as most do.
pub(crate) fn plain(mut headers: HeaderMap) -> HeaderMap {
    set(&mut headers, Reading::Whole);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers
}

fn set(headers: &mut HeaderMap, reading: Reading) {
    for (name, value) in reading.headers() {
        headers.insert(name, HeaderValue::from_static(value));
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
    let additions = parts.options.additions.as_deref();
    if let Some(name) = additions.and_then(|additions| additions.bad_header.as_deref()) {
        return Err(InvalidField::new(
            name,
            "is a header that HTTP does not allow in its name or value, or that the client itself sets",
        ));
    }
    let mut url = operation.url(base, &parts.path);
    let more = additions.map(|additions| &additions.query);
    for (name, value) in parts.query.iter().chain(more.into_iter().flatten()) {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(WireRequest {
        limits: parts.options.limits(),
        additions: parts.options.additions,
        ..WireRequest::bare(operation, url, parts.body, reading)
    })
}
