//! What a service says when it refuses.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::body::{Said, redact};
use super::rejection;
use crate::auth_scheme::AuthScheme;

/// A body beyond this is cut in an error.
const BODY_CAP: usize = 64 * 1024;

/// What a service said when it refused a request.
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    message: String,
    code: Option<String>,
    is_quota_exceeded: bool,
    fields: Vec<FieldError>,
    retry_after: Option<Duration>,
    scheme: Option<AuthScheme>,
    headers: HeaderMap,
    body: Bytes,
}

/// What is wrong with one field, as a service with FastAPI's 422 answers says it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// Where the field is, as `body.messages[0].role`.
    pub location: String,
    /// What is wrong with it.
    pub message: String,
    /// The kind of mistake, for instance `missing`.
    pub kind: String,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        retry_after: Option<Duration>,
    ) -> Self {
        let said = Said::read(&body);
        Self {
            status,
            message: said
                .message
                .unwrap_or_else(|| "the response does not say why".to_owned()),
            code: said.code,
            is_quota_exceeded: said.is_quota_exceeded,
            fields: said.fields,
            retry_after,
            scheme: None,
            headers,
            body: capped(body),
        }
    }

    /// An error that came in the clothes of a response, with the headers of that response.
    pub(crate) fn in_response(mut self, headers: &HeaderMap) -> Self {
        self.headers.clone_from(headers);
        self
    }

    pub(super) fn set_scheme(&mut self, scheme: Option<AuthScheme>) {
        self.scheme = scheme;
    }

    pub(super) fn redact(&mut self, secret: &str) {
        let fields = self
            .fields
            .iter_mut()
            .flat_map(|field| [&mut field.location, &mut field.message, &mut field.kind]);
        for text in fields.chain([&mut self.message]).chain(&mut self.code) {
            redact(text, secret);
        }
    }

    /// The status of the response. In the middle of a stream it is that of the stream: a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The service's words, shortened to 300 characters; HTML is taken off.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The service's own code or kind of error, if it has one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What is wrong with which field, if the service says it.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// How long the service asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first 64 KiB of the body. It may repeat what was asked.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The service is reported to answer a missing key with 500, so the words count as well. Only their begin does:
    /// a service may quote what it was asked.
    pub(crate) fn is_authentication(&self) -> bool {
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
            StatusCode::INTERNAL_SERVER_ERROR => {
                let message = self.message.to_ascii_lowercase();
                message.starts_with("invalid api key")
                    || message.starts_with("no authorization header")
            }
            _ => false,
        }
    }

    /// The account has used up what it may: waiting does not help.
    pub(crate) fn is_quota_exceeded(&self) -> bool {
        self.is_quota_exceeded
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = if self.status.is_success() {
            "the service responses with an error".to_owned()
        } else {
            self.status.to_string()
        };
        write!(f, "{subject}: {}", self.message)?;
        if let Some(code) = self.code().filter(|code| *code != self.status.as_str()) {
            write!(f, " [{code}]")?;
        }
        if let Some(advice) = self.code().and_then(rejection::advice) {
            return write!(f, "; {advice}");
        }
        match (self.status, &self.scheme) {
            // It may as well be about credits.
            (StatusCode::FORBIDDEN, Some(scheme)) => {
                write!(f, "; if it is about the key, that was sent as `{scheme}`")
            }
            (_, Some(scheme)) if self.is_authentication() => {
                write!(f, "; check the API key, which was sent as `{scheme}`")
            }
            (StatusCode::TOO_MANY_REQUESTS, _) if self.is_quota_exceeded => {
                f.write_str("; the account has used up its quota, and waiting does not help")
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => {
                f.write_str("; send fewer requests at once, or later")
            }
            (StatusCode::NOT_FOUND, _) => {
                f.write_str("; check the names in the request, and the path of the endpoint")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
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

/// The first part of a body.
pub(crate) fn capped(body: Bytes) -> Bytes {
    if body.len() <= BODY_CAP {
        return body;
    }
    // A slice would keep the whole allocation alive.
    Bytes::copy_from_slice(body.get(..BODY_CAP).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::body::MESSAGE_CAP;
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
    fn every_known_envelope_is_read() {
        let cases = [
            (r#"{"message":"slow","status":"error"}"#, "slow", None),
            (r#"{"message":["a","b"]}"#, "a; b", None),
            (
                r#"{"error":{"message":"bad","code":"x"}}"#,
                "bad",
                Some("x"),
            ),
            (r#"{"error":"bad"}"#, "bad", None),
            (
                r#"{"error":"bad","errorCode":400,"code":0}"#,
                "bad",
                Some("400"),
            ),
            (
                r#"{"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400}"#,
                "bad",
                Some("400"),
            ),
            (r#"{"detail":"bad"}"#, "bad", None),
            (
                "<html><head><title>502 Bad\nGateway</title></head></html>",
                "502 Bad Gateway",
                None,
            ),
            ("", "the response does not say why", None),
        ];
        for (body, message, code) in cases {
            let api = api(body);
            assert_eq!((api.message(), api.code()), (message, code), "{body}");
        }
    }

    #[test]
    fn fields_of_a_validation_error_are_paths() {
        let api = api(
            r#"{"detail":[{"loc":["body","messages",0,"role"],"msg":"field required","type":"missing"}]}"#,
        );
        assert_eq!(api.message(), "body.messages[0].role: field required");
        assert_eq!(api.fields()[0].kind, "missing");
    }

    #[test]
    fn a_huge_body_is_cut() {
        let api = ApiError::new(
            StatusCode::BAD_GATEWAY,
            HeaderMap::new(),
            vec![b'x'; 10 << 20].into(),
            None,
        );
        assert_eq!(api.body().len(), BODY_CAP);
        assert!(api.message().len() < 2 * MESSAGE_CAP);
    }

    #[test]
    fn a_secret_is_taken_out_even_where_it_was_cut() {
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

    #[test]
    fn a_quota_is_one_whatever_the_code_is() {
        for body in [
            r#"{"error":{"message":"m","type":"insufficient_quota","code":429}}"#,
            r#"{"error":{"message":"m","code":"insufficient_quota"}}"#,
            r#"{"error":"m","code":"quota_exceeded"}"#,
        ] {
            assert!(api(body).is_quota_exceeded(), "{body}");
        }
        assert!(
            !api(r#"{"error":{"message":"m","type":"tokens","code":429}}"#).is_quota_exceeded()
        );
    }
}
