//! From the values of a builder to one request on the wire: pure, without any IO.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::{
    Body, CallLimits, CallOptions, Operation, Overrides, Request, RequestEncoder, RequestTelemetry,
};
use crate::error::{Error, InvalidField};

/// The target and the level of the spans that record the fields of a request.
pub(crate) const SPAN_TARGET: &str = "imagine_sdk::trace";
pub(crate) const SPAN_LEVEL: tracing::Level = tracing::Level::INFO;

/// How the response to a request is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    /// To its end, and then decoded.
    Buffered,
    /// Event by event.
    EventStream,
    /// As bytes of any kind.
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "only media are downloaded")
    )]
    Download,
}

impl ResponseMode {
    /// The headers that ask for it.
    fn headers(self) -> impl Iterator<Item = (HeaderName, &'static str)> {
        let (accept, others) = match self {
            Self::Buffered => ("application/json", &[][..]),
            Self::Download => ("*/*", &[][..]),
            // Proxies compress and collect what they may; events are worth something only when they come at
            // once.
            Self::EventStream => (
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
pub(crate) struct EncodedRequest {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    /// What the caller asks for. Of it the headers are not in the other parts already.
    pub(crate) overrides: Option<Box<Overrides>>,
    pub(crate) limits: CallLimits,
    pub(crate) body: Body,
    pub(crate) mode: ResponseMode,
    /// The fields that spans record, if a subscriber records any.
    pub(crate) telemetry: Option<Box<RequestTelemetry>>,
}

impl fmt::Debug for EncodedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedRequest")
            .field("operation", &self.operation.id)
            .field("method", &self.operation.method)
            .field("path", &self.url.path())
            .finish_non_exhaustive()
    }
}

impl EncodedRequest {
    /// A request with no other headers than every request has.
    pub(crate) fn bare(
        operation: &'static Operation,
        url: Url,
        body: Body,
        mode: ResponseMode,
    ) -> Self {
        Self {
            operation,
            url,
            overrides: None,
            limits: CallLimits::default(),
            body,
            mode,
            telemetry: None,
        }
    }

    /// Makes of the headers of a [`plain`] request those of this one.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        if self.mode != ResponseMode::Buffered {
            set(headers, self.mode);
        }
        match &self.body {
            Body::Json(_) => {}
            Body::Form(form) => form.add_type(headers),
            Body::Empty => drop(headers.remove(header::CONTENT_TYPE)),
        }
        if let Some(overrides) = &self.overrides {
            headers.extend(overrides.headers.clone());
        }
    }
}

/// The headers of a request for a whole response that sends JSON, as most do.
pub(crate) fn plain(mut headers: HeaderMap) -> HeaderMap {
    set(&mut headers, ResponseMode::Buffered);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers
}

fn set(headers: &mut HeaderMap, mode: ResponseMode) {
    for (name, value) in mode.headers() {
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
    mode: ResponseMode,
) -> Result<EncodedRequest, Error> {
    let operation = R::OPERATION;
    let telemetry = telemetry(request, &options);
    let mut parts = RequestEncoder::new(operation, options);
    let encoded = request.check().and_then(|()| request.encode(&mut parts));
    encoded
        .and_then(|()| finish(parts, operation, base, mode))
        .map(|encoded| EncodedRequest {
            telemetry,
            ..encoded
        })
        .map_err(|invalid| Error::invalid_argument(invalid).with_operation(operation.id))
}

fn telemetry<R: Request>(request: &R, options: &CallOptions) -> Option<Box<RequestTelemetry>> {
    if !tracing::span_enabled!(target: SPAN_TARGET, SPAN_LEVEL) {
        return None;
    }
    let mut telemetry = Box::<RequestTelemetry>::default();
    request.observe(&mut *telemetry);
    if let Some(overrides) = &options.overrides {
        telemetry.observe_extra(&overrides.extra);
    }
    Some(telemetry)
}

fn finish(
    mut parts: RequestEncoder,
    operation: &'static Operation,
    base: &Url,
    mode: ResponseMode,
) -> Result<EncodedRequest, InvalidField> {
    parts.place_extra();
    if let Some(invalid) = parts.invalid {
        return Err(invalid);
    }
    let overrides = parts.options.overrides.as_deref();
    if let Some(name) = overrides.and_then(|overrides| overrides.bad_header.as_deref()) {
        return Err(InvalidField::new(
            name,
            "is a header that HTTP does not allow in its name or value, or that the client itself sets",
        ));
    }
    let mut url = operation.url(base, &parts.path);
    let more = overrides.map(|overrides| &overrides.query);
    for (name, value) in parts.query.iter().chain(more.into_iter().flatten()) {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(EncodedRequest {
        limits: parts.options.limits(),
        overrides: parts.options.overrides,
        ..EncodedRequest::bare(operation, url, parts.body, mode)
    })
}
