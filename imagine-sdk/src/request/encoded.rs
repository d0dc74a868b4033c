//! Encodes the values of a builder as one request. This is pure and performs no I/O.

use std::fmt;

use http::uri::InvalidUri;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use url::Url;

use super::operation::JSON;
use super::{
    Body, BodyEncoding, CallLimits, CallOptions, Operation, Overrides, Request, RequestEncoder,
    RequestTelemetry,
};
use crate::error::{Error, InvalidField};

/// The longest URL that the crate `http` accepts.
const MAX_URL: usize = 65_534;

/// The ways of reading a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    /// Reads the complete response, then decodes it.
    Buffered,
    /// Reads server-sent events.
    EventStream,
    /// Reads a file.
    Download,
}

/// The content codings that the client asks for. Few bytes are saved by others, which need more code.
const GZIP: &[(HeaderName, &str)] = &[(header::ACCEPT_ENCODING, "gzip")];

impl ResponseMode {
    /// Returns the request headers of the mode, beside `accept`.
    fn headers(self) -> impl Iterator<Item = (HeaderName, &'static str)> {
        let headers = match self {
            Self::Buffered | Self::Download => GZIP,
            // Proxies may compress and buffer responses, which delays events.
            Self::EventStream => &[
                (header::ACCEPT_ENCODING, "identity"),
                (header::CACHE_CONTROL, "no-cache"),
            ][..],
        };
        headers.iter().cloned()
    }
}

/// An encoded request without credentials, which every attempt adds.
#[derive(Clone)]
pub(crate) struct EncodedRequest {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    /// The overrides of the caller. All except the headers are already encoded in the other fields.
    pub(crate) overrides: Option<Box<Overrides>>,
    pub(crate) limits: CallLimits,
    /// The header parameters of the operation.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) mode: ResponseMode,
    /// The fields that spans and budgets record, if something is interested.
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
    /// Creates a request without overrides.
    pub(crate) fn new(
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
            headers: HeaderMap::new(),
            body,
            mode,
            telemetry: None,
        }
    }

    /// Returns the URL for the request line.
    ///
    /// # Errors
    ///
    /// Fails if the URL cannot be sent.
    pub(crate) fn uri(&self) -> Result<Uri, Error> {
        self.url.as_str().parse().map_err(|error: InvalidUri| {
            let problem = format!("is not valid, or longer than {MAX_URL} bytes");
            Error::invalid_argument(InvalidField::new("url", problem)).with_source(error)
        })
    }

    /// Turns the [`default_headers`] into those of this request.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        if self.mode != ResponseMode::Buffered {
            set_mode_headers(headers, self.mode);
        }
        let media = match self.mode {
            ResponseMode::EventStream => self.operation.stream_media,
            ResponseMode::Buffered | ResponseMode::Download => self.operation.response_media,
        };
        if media != JSON {
            headers.insert(header::ACCEPT, HeaderValue::from_static(media));
        }
        match &self.body {
            Body::Json(_) => {}
            Body::Form(form) => form.set_content_type(headers),
            Body::Fields(_) => set_content_type(headers, "application/x-www-form-urlencoded"),
            Body::Text(_) => set_content_type(headers, &self.text_type()),
            Body::File(file) => set_content_type(headers, &file.body_content_type(self.media())),
            Body::Empty => drop(headers.remove(header::CONTENT_TYPE)),
        }
        headers.extend(self.headers.clone());
        if let Some(overrides) = &self.overrides {
            headers.extend(overrides.headers.clone());
        }
    }

    /// Returns the media type of a body of text or bytes.
    fn media(&self) -> &'static str {
        match self.operation.body_encoding {
            BodyEncoding::Text(media) | BodyEncoding::Binary(media) => media,
            _ => "application/octet-stream",
        }
    }

    /// Returns the content type of a body of text. The range `text/*` stands for plain text.
    fn text_type(&self) -> String {
        let media = self.media().replace('*', "plain");
        match media.contains("charset") {
            true => media,
            false => format!("{media}; charset=utf-8"),
        }
    }
}

fn set_content_type(headers: &mut HeaderMap, media: &str) {
    if let Ok(media) = HeaderValue::try_from(media) {
        headers.insert(header::CONTENT_TYPE, media);
    }
}

/// Adds the headers of a JSON request with a buffered response, which is the most common kind.
pub(crate) fn default_headers(mut headers: HeaderMap) -> HeaderMap {
    set_mode_headers(&mut headers, ResponseMode::Buffered);
    for name in [header::ACCEPT, header::CONTENT_TYPE] {
        headers.insert(name, HeaderValue::from_static(JSON));
    }
    headers
}

fn set_mode_headers(headers: &mut HeaderMap, mode: ResponseMode) {
    for (name, value) in mode.headers() {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Encodes the request of a call to the service at `base`. `observes` is true if spans or the limits of the
/// client need its fields.
///
/// # Errors
///
/// Fails if a field is out of its range or cannot be encoded.
pub(crate) fn encode<R: Request>(
    request: &R,
    options: CallOptions,
    base: &Url,
    (mode, observes): (ResponseMode, bool),
) -> Result<EncodedRequest, Error> {
    let operation = R::OPERATION;
    let telemetry = observes.then(|| telemetry(request, &options));
    let mut encoder = RequestEncoder::new(operation, options);
    let encoded = request.check().and_then(|()| request.encode(&mut encoder));
    encoded
        .and_then(|()| finish(encoder, operation, base, mode))
        .map(|encoded| EncodedRequest {
            telemetry,
            ..encoded
        })
        .map_err(|invalid| Error::invalid_argument(invalid).with_operation(operation.id))
}

fn telemetry<R: Request>(request: &R, options: &CallOptions) -> Box<RequestTelemetry> {
    let mut telemetry = Box::<RequestTelemetry>::default();
    request.observe(&mut *telemetry);
    if let Some(overrides) = &options.overrides {
        telemetry.observe_extra(&overrides.extra);
    }
    telemetry
}

fn finish(
    mut encoder: RequestEncoder,
    operation: &'static Operation,
    base: &Url,
    mode: ResponseMode,
) -> Result<EncodedRequest, InvalidField> {
    encoder.apply_overrides();
    if let Some(invalid) = encoder.invalid {
        return Err(invalid);
    }
    let overrides = encoder.options.overrides.as_deref();
    if let Some(name) = overrides.and_then(|overrides| overrides.invalid_header.as_deref()) {
        return Err(InvalidField::new(
            name,
            "is a header that HTTP does not allow in its name or value, or that the client sets itself",
        ));
    }
    let mut url = operation.url(base, &encoder.path);
    let extra_query = overrides.map(|overrides| &overrides.query);
    for parameter in &encoder.query {
        parameter.append_to(&mut url);
    }
    for (name, value) in extra_query.into_iter().flatten() {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(EncodedRequest {
        limits: encoder.options.limits(),
        overrides: encoder.options.overrides,
        headers: encoder.headers,
        ..EncodedRequest::new(operation, url, encoder.body, mode)
    })
}
