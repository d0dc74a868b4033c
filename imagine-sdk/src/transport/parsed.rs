//! A request as the client has it.

use http::{HeaderMap, Method};
use url::Url;

use super::{RequestBody, TransportError, TransportErrorKind};

/// A request whose address is parsed. Parsing it again is most of what it takes to hand a request on.
#[derive(Debug)]
pub struct ParsedRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
}

impl ParsedRequest {
    /// The same request for everybody.
    pub(super) fn into_http(self) -> Result<http::Request<RequestBody>, TransportError> {
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() =
            self.url
                .as_str()
                .parse()
                .map_err(|error: http::uri::InvalidUri| {
                    TransportError::new(TransportErrorKind::Declined, error)
                })?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}
