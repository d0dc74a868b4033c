//! The error responses of services.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{ErrorKind, ResponseHead, detect, redact, rejection};
use crate::auth::AuthScheme;

/// The error response of a service.
#[derive(Clone)]
pub struct ApiError {
    message: String,
    code: Option<String>,
    is_quota_exceeded: bool,
    fields: Vec<FieldError>,
    retry_after: Option<Duration>,
    scheme: Option<AuthScheme>,
    /// True if the response comes from another host than the service's, which received no key.
    is_foreign: bool,
    /// The end of the path that the endpoint lacks, unlike the documented ones.
    missing_path: Option<&'static str>,
    response: ResponseHead,
}

/// The problem with one field, from the list in a 422 response of FastAPI.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The location of the field, such as `body.messages[0].role`.
    pub location: String,
    /// The problem.
    pub message: String,
    /// The kind of the problem, such as `missing`.
    pub kind: String,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        retry_after: Option<Duration>,
    ) -> Self {
        let details = detect::details(&body);
        let message = details.message;
        Self {
            message: message.unwrap_or_else(|| "the response contains no error message".to_owned()),
            code: details.code,
            is_quota_exceeded: details.is_quota_exceeded,
            fields: details.fields,
            retry_after,
            scheme: None,
            is_foreign: false,
            missing_path: None,
            response: ResponseHead::new(status, headers, body),
        }
    }

    /// The same error with the headers of the successful response that contained it.
    pub(crate) fn with_headers(mut self, headers: &HeaderMap) -> Self {
        self.response.headers.clone_from(headers);
        self
    }

    pub(super) fn set_scheme(&mut self, scheme: Option<AuthScheme>) {
        self.scheme = scheme;
    }

    pub(super) fn set_foreign(&mut self) {
        self.is_foreign = true;
    }

    pub(super) fn set_missing_path(&mut self, path: Option<&'static str>) {
        self.missing_path = path;
    }

    pub(super) fn redact(&mut self, secret: &str) {
        let fields = self
            .fields
            .iter_mut()
            .flat_map(|field| [&mut field.location, &mut field.message, &mut field.kind]);
        for string in fields.chain([&mut self.message]).chain(&mut self.code) {
            redact(string, secret);
        }
        self.response.redact(secret);
    }

    /// Returns the status of the response. For an error in the middle of a stream it is that of the stream: a success.
    pub fn status(&self) -> StatusCode {
        self.response.status
    }

    /// Returns the error message, shortened to 300 characters, without HTML tags.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the service's own code or type of the error, if it has one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the problems of single fields, if the response lists them.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// Returns how long the service asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns the headers of the response. The API key is redacted in them.
    pub fn headers(&self) -> &HeaderMap {
        &self.response.headers
    }

    /// Returns the first 64 KiB of the body. It may repeat the request; the API key is redacted in it.
    pub fn body(&self) -> &Bytes {
        &self.response.body
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self.status() {
            _ if self.is_quota_exceeded => ErrorKind::QuotaExceeded,
            _ if self.is_authentication() => ErrorKind::Authentication,
            StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited,
            StatusCode::NOT_FOUND => ErrorKind::NotFound,
            status if status.is_client_error() => ErrorKind::InvalidRequest,
            _ => ErrorKind::Server,
        }
    }

    /// Returns true if the service may have executed the request.
    pub(super) fn is_maybe_executed(&self) -> bool {
        let status = self.status();
        let failed = status.is_server_error() && !self.is_authentication();
        // A service works on a request before it puts an error into a successful response.
        status.is_success()
            || status == StatusCode::REQUEST_TIMEOUT
            || (failed && status != StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Services are reported to return 500 for a missing key, so the start of the message counts as well. The rest may
    /// quote the request.
    pub(crate) fn is_authentication(&self) -> bool {
        match self.status() {
            _ if self.is_foreign => false,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
            StatusCode::INTERNAL_SERVER_ERROR => {
                let message = self.message.to_ascii_lowercase();
                message.starts_with("invalid api key")
                    || message.starts_with("no authorization header")
            }
            _ => false,
        }
    }

    /// Returns true if the account has used up its quota or its credits.
    pub(crate) fn is_quota_exceeded(&self) -> bool {
        self.is_quota_exceeded
    }

    fn fmt_help(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status(), &self.scheme) {
            _ if self.is_quota_exceeded => {
                f.write_str("; the account has used up its quota, and waiting does not help")
            }
            // It may also be about credits.
            (StatusCode::FORBIDDEN, Some(scheme)) => {
                write!(f, "; if it is about the key: it was sent as `{scheme}`")
            }
            (_, Some(scheme)) if self.is_authentication() => {
                write!(f, "; check the API key, which was sent as `{scheme}`")
            }
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) if self.is_foreign => {
                f.write_str("; the URL may have expired, and is requested without the API key")
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => {
                f.write_str("; send fewer requests at once, or later")
            }
            (StatusCode::NOT_FOUND, _) => match self.missing_path {
                Some(path) => write!(
                    f,
                    "; the endpoint does not end in `{path}`, which may be missing"
                ),
                None => {
                    f.write_str("; check the names in the request, and the path of the endpoint")
                }
            },
            _ => Ok(()),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status();
        if status.is_success() {
            f.write_str("the response is an error")?;
        } else {
            write!(f, "{status}")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(code) = self.code().filter(|code| *code != status.as_str()) {
            write!(f, " [{code}]")?;
        }
        match self.code().and_then(rejection::advice) {
            Some(advice) => write!(f, "; {advice}"),
            None => self.fmt_help(f),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status())
            .field("message", &self.message)
            .field("code", &self.code)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// The names under which servers and the proxies before them write the id of a request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "request-id", "x-correlation-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::super::excerpt::MAX_CHARS;
    use super::*;

    fn api(body: &'static str) -> ApiError {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            HeaderMap::new(),
            Bytes::from(body),
            None,
        )
    }

    #[test]
    fn truncates_a_huge_body() {
        let api = ApiError::new(
            StatusCode::BAD_GATEWAY,
            HeaderMap::new(),
            vec![b'x'; 10 << 20].into(),
            None,
        );
        assert_eq!(api.body().len(), 64 * 1024);
        assert!(api.message().len() < 2 * MAX_CHARS);
    }

    #[test]
    fn redacts_a_secret_even_where_it_was_truncated() {
        let secret = "canary-key";
        for before in 280..=310 {
            let body = format!(r#"{{"message":"{}{secret} and more"}}"#, "x".repeat(before));
            let mut api =
                ApiError::new(StatusCode::BAD_REQUEST, HeaderMap::new(), body.into(), None);
            api.redact(secret);
            let message = api.message();
            assert!(!message.contains("canary"), "{before}: {message}");
            assert!(message.starts_with(&"x".repeat(280)), "{before}: {message}");
        }
        let mut api = api(r#"{"detail":[{"loc":["canary-key"],"msg":"m","type":"canary-key"}]}"#);
        api.redact(secret);
        assert!(!format!("{api:?}").contains("canary"), "{api:?}");
    }
}
