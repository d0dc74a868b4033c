//! Classifies responses, and turns those that are not of the requested type into errors.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::Meta;
use crate::error::{ApiError, Error, detect};
use crate::request::{EncodedRequest, ResponseMode, is_json_lines};

/// The number of bytes that are read of an error response. An error keeps no more.
pub(crate) const MAX_ERROR_BODY: usize = 64 * 1024;

/// Returns true if a response is an error response, or of another type than requested.
pub(crate) fn is_error_response(meta: &Meta, request: &EncodedRequest) -> bool {
    let is_expected = match request.mode {
        ResponseMode::Buffered => meta.status.is_success(),
        ResponseMode::EventStream => {
            let is_stream = match request.operation.streams_lines() {
                true => is_line_stream,
                false => is_event_stream,
            };
            meta.status.is_success() && has_type(&meta.headers, is_stream)
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

/// Some servers list several types, or add a second header that a proxy joins.
fn is_event_stream(content_type: &[u8]) -> bool {
    let mut types = content_type.split(|byte| *byte == b',');
    types.any(|listed| essence(listed) == b"text/event-stream")
}

fn is_line_stream(content_type: &[u8]) -> bool {
    std::str::from_utf8(essence(content_type)).is_ok_and(is_json_lines)
}

/// Results are neither JSON nor HTML: those are errors with status 200.
fn is_file(content_type: &[u8]) -> bool {
    let essence = essence(content_type);
    let is_json = essence.ends_with(b"/json") || essence.ends_with(b"+json");
    let is_page = essence == b"text/html" || essence == b"application/xhtml+xml";
    !is_json && !is_page
}

/// Returns a content type without its parameters.
fn essence(content_type: &[u8]) -> &[u8] {
    let essence = content_type.split(|byte| *byte == b';').next();
    essence.unwrap_or_default().trim_ascii()
}

/// Returns the error for a response that [`is_error_response`]. `path` is that of the request below the endpoint.
pub(crate) fn error_response(
    meta: Meta,
    body: Bytes,
    path: Option<&str>,
    now: SystemTime,
) -> Error {
    let Meta {
        status, headers, ..
    } = meta;
    if status.is_redirection() {
        let problem = redirect_problem(&headers, path);
        return Error::unexpected_response(problem).with_response(status, &headers, body);
    }
    if status.is_success() {
        return unexpected_type(status, &headers, body);
    }
    let retry_after = retry_after(&headers, now);
    Error::api(ApiError::new(status, headers, body, retry_after))
}

fn redirect_problem(headers: &HeaderMap, path: Option<&str>) -> String {
    let Some(location) = headers.get(header::LOCATION) else {
        return "the server returned neither a response nor a location; check the endpoint"
            .to_owned();
    };
    // Some servers write UTF-8 here, which headers should not contain.
    let location = String::from_utf8_lossy(location.as_bytes());
    let location = without_secrets(&location);
    let path = path.filter(|path| path.len() > 1);
    match path.and_then(|path| location.strip_suffix(path)) {
        Some(endpoint) => format!("the server redirects; use {endpoint} as the endpoint"),
        None => format!("the server redirects to {location}; check the endpoint"),
    }
}

/// Returns the error for a success of another type: the service's error if it is one.
fn unexpected_type(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Error {
    if let Some(api) = detect::error_in(false, &body) {
        return Error::api(api.with_headers(headers));
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("of an unknown type");
    let problem = match status {
        StatusCode::ACCEPTED => "the file is not ready yet; retry later".to_owned(),
        StatusCode::NO_CONTENT => "the response has no content".to_owned(),
        StatusCode::PARTIAL_CONTENT => "the response is only a part of the file".to_owned(),
        _ => format!(
            "the response is {content_type} instead of the requested stream or file; `send` reads a buffered response"
        ),
    };
    Error::unexpected_response(problem).with_response(status, headers, body)
}

/// Returns the error for a response with a content coding that is not supported.
#[cold]
pub(crate) fn unsupported_coding(coding: &str, meta: Meta) -> Error {
    let problem = format!(
        "the response has the content coding `{coding}`, which was not requested and is not supported; check the server \
         and any proxy in between"
    );
    let error = Error::unexpected_response(problem);
    let error = error.with_response(meta.status, &meta.headers, Bytes::new());
    meta.secret.redact_error(error)
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

/// Returns true if the same request may succeed later.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502..=504 | 520..=524 | 529)
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
    fn reads_every_form_of_retry_after() {
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

    /// Returns the message of a redirect.
    fn redirect_to(location: &[u8]) -> String {
        let location = http::HeaderValue::from_bytes(location).unwrap();
        let meta = Meta {
            status: StatusCode::FOUND,
            headers: HeaderMap::from_iter([(header::LOCATION, location)]),
            attempts: 1,
            secret: Secret::default(),
        };
        error_response(meta, Bytes::new(), None, SystemTime::now()).to_string()
    }

    #[test]
    fn a_redirect_names_its_target_without_secrets() {
        let error = redirect_to(b"https://h/v2/?X-Signature=s");
        assert!(
            error.contains("https://h/v2/") && !error.contains("Signature"),
            "{error}"
        );
    }

    #[test]
    fn a_redirect_of_an_operation_names_the_endpoint() {
        let problem = |location: &'static str, path| {
            let headers = HeaderMap::from_iter([(
                header::LOCATION,
                http::HeaderValue::from_static(location),
            )]);
            redirect_problem(&headers, path)
        };
        let problem_of_chat = problem(
            "https://new/v2/chat/completions?a=b",
            Some("/chat/completions"),
        );
        assert!(
            problem_of_chat.contains("use https://new/v2 as"),
            "{problem_of_chat}"
        );
        let elsewhere = problem("https://new/login", Some("/chat/completions"));
        assert!(
            elsewhere.contains("redirects to https://new/login;"),
            "{elsewhere}"
        );
        let none = redirect_problem(&HeaderMap::new(), Some("/ping"));
        assert!(!none.contains("redirects"), "{none}");
    }

    #[test]
    fn compares_the_essence_of_content_types() {
        let is_stream = |content_type: &str| is_event_stream(content_type.as_bytes());
        assert!(is_stream("text/event-stream; charset=utf-8"));
        assert!(is_stream("application/json, text/event-stream"));
        assert!(!is_stream("text/event-streams"));
        assert!(!is_stream("application/json; x=text/event-stream"));
    }

    #[test]
    fn a_redirect_names_a_target_that_is_not_ascii() {
        for (location, shown) in [
            (&b"/v2/\xC3\xA9"[..], "/v2/é"),
            (b"/v2/\xE9", "/v2/\u{FFFD}"),
        ] {
            let error = redirect_to(location);
            assert!(error.contains(shown), "{error}");
        }
    }
}
