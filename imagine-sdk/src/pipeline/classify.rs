//! Classifies responses, and turns those that are not of the requested type into errors.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::error::{ApiError, Error, detect};
use crate::request::ResponseMode;
use crate::response::Meta;

/// The number of bytes that are read of an error response. An error keeps no more.
pub(super) const MAX_ERROR_BODY: usize = 64 * 1024;

/// Whether a response is an error response, or of another type than requested.
pub(super) fn is_error_response(meta: &Meta, mode: ResponseMode) -> bool {
    let is_expected = match mode {
        ResponseMode::Buffered => meta.status.is_success(),
        ResponseMode::EventStream => {
            meta.status.is_success() && has_type(&meta.headers, is_event_stream)
        }
        // 202 is a promise, 204 has no body, and 206 is a part.
        ResponseMode::Download => meta.status == StatusCode::OK && has_type(&meta.headers, is_file),
    };
    !is_expected
}

/// A response without a content type is taken for one of the requested type.
fn has_type(headers: &HeaderMap, is_type: fn(&[u8]) -> bool) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_none_or(|value| is_type(&value.as_bytes().to_ascii_lowercase()))
}

fn is_event_stream(content_type: &[u8]) -> bool {
    content_type.starts_with(b"text/event-stream")
}

/// Results are neither JSON nor HTML: those are errors with status 200.
fn is_file(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next();
    let essence = essence.unwrap_or_default().trim_ascii();
    let is_json = essence.ends_with(b"/json") || essence.ends_with(b"+json");
    let is_page = essence == b"text/html" || essence == b"application/xhtml+xml";
    !is_json && !is_page
}

/// The error for a response that [`is_error_response`].
pub(super) fn error_response(meta: Meta, body: Bytes, now: SystemTime) -> Error {
    let Meta {
        status, headers, ..
    } = meta;
    if status.is_redirection() {
        let problem = redirect_problem(&headers);
        return Error::unexpected_response(problem).with_response(status, &headers, body);
    }
    if status.is_success() {
        return unexpected_type(status, &headers, body);
    }
    let retry_after = retry_after(&headers, now);
    Error::api(ApiError::new(status, headers, body, retry_after))
}

fn redirect_problem(headers: &HeaderMap) -> String {
    match headers.get(header::LOCATION) {
        Some(location) => format!(
            "the server redirects to {}; use that as the endpoint",
            // Some servers write UTF-8 here, which headers should not contain.
            without_secrets(&String::from_utf8_lossy(location.as_bytes()))
        ),
        None => "the server redirects without a location; check the endpoint".to_owned(),
    }
}

/// The error for a success of another type: the service's error if it is one.
fn unexpected_type(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Error {
    if let Some(api) = detect::error_in(false, &body) {
        return Error::api(api.with_headers(headers));
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("of an unknown type");
    let problem = format!(
        "the response is {content_type} instead of the requested stream or file; `send` reads a buffered response"
    );
    Error::unexpected_response(problem).with_response(status, headers, body)
}

/// A URL without user info, query and fragment, which may be secret.
fn without_secrets(location: &str) -> &str {
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let plain = location.get(..end).unwrap_or_default();
    if plain.contains('@') {
        "another URL"
    } else {
        plain
    }
}

/// The longest delay that the headers contain. Negative and malformed values are ignored.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let values = |name: &str| {
        headers
            .get_all(name)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
    };
    let millis = values("retry-after-ms")
        .into_iter()
        .filter_map(|value| duration(value, 1e-3));
    let delays = values("retry-after")
        .into_iter()
        .filter_map(|value| seconds_or_date(value, now));
    millis.chain(delays).max()
}

fn seconds_or_date(value: &str, now: SystemTime) -> Option<Duration> {
    duration(value, 1.0).or_else(|| {
        let date = httpdate::parse_http_date(value.trim()).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

/// A number of units, at most the longest `Duration`.
fn duration(value: &str, unit: f64) -> Option<Duration> {
    let seconds = value.trim().parse::<f64>().ok()? * unit;
    (seconds >= 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// Whether the same request may succeed later.
pub(super) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Secret;

    fn parsed(lines: &[(&'static str, &str)]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        retry_after(&headers, now)
    }

    #[test]
    fn every_form_of_a_hint_is_read() {
        let seconds = |count| Some(Duration::from_secs(count));
        assert_eq!(parsed(&[("retry-after", "2")]), seconds(2));
        assert_eq!(
            parsed(&[("retry-after-ms", "250")]),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            parsed(&[("retry-after", "Sun, 06 Nov 1994 08:49:40 GMT")]),
            seconds(3)
        );
        assert_eq!(
            parsed(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]),
            seconds(0)
        );
        assert_eq!(parsed(&[("retry-after", "0")]), seconds(0));
        assert_eq!(
            parsed(&[("retry-after", "1"), ("retry-after", "4")]),
            seconds(4)
        );
        assert_eq!(
            parsed(&[("retry-after", "99999999999999999999")]),
            Some(Duration::MAX)
        );
        for nonsense in ["-5", "abc", "NaN", ""] {
            assert_eq!(parsed(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
    }

    #[test]
    fn a_redirect_names_its_target_without_secrets() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::LOCATION,
            "https://h/v2/?X-Signature=s".parse().unwrap(),
        );
        let meta = Meta {
            status: StatusCode::FOUND,
            headers,
            attempts: 1,
            secret: Secret::default(),
        };
        let error = error_response(meta, Bytes::new(), SystemTime::now()).to_string();
        assert!(
            error.contains("https://h/v2/") && !error.contains("Signature"),
            "{error}"
        );
    }

    #[test]
    fn a_redirect_names_a_target_that_is_not_ascii() {
        for (location, shown) in [
            (&b"/v2/\xC3\xA9"[..], "/v2/é"),
            (b"/v2/\xE9", "/v2/\u{FFFD}"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, location.try_into().unwrap());
            let meta = Meta {
                status: StatusCode::FOUND,
                headers,
                attempts: 1,
                secret: Secret::default(),
            };
            let error = error_response(meta, Bytes::new(), SystemTime::now()).to_string();
            assert!(error.contains(shown), "{error}");
        }
    }
}
