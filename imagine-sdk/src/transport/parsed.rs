//! A request as the client has it.

use std::fmt;

use http::{HeaderMap, Method};
use url::Url;

use super::{RequestBody, Sending, TransportError, TransportErrorKind};

/// A request whose address is parsed. Parsing it again is most of what it takes to hand a request on.
pub struct ParsedRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
    #[cfg_attr(
        not(feature = "reqwest"),
        expect(dead_code, reason = "other transports do not tell")
    )]
    /// Where the transport notes how far it has got, if it does and somebody wants to know.
    pub(crate) sending: Option<Sending>,
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
                    TransportError::new(TransportErrorKind::NotSent, error)
                })?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

/// Of the address nothing but the path is fit to print.
impl fmt::Debug for ParsedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParsedRequest")
            .field("method", &self.method)
            .field("path", &self.url.path())
            .finish_non_exhaustive()
    }
}
