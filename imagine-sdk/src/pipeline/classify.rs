//! From a response that is no success to an error.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::error::{self, ApiError, Error};
use crate::request::ResponseMode;
use crate::response::Meta;

/// How much of a refusal is read. An error keeps less; the rest of a larger body is not worth its time.
pub(super) const REFUSAL_CAP: usize = 64 * 1024;

/// Whether a response is none: it is no success, or of another kind than was asked for.
pub(super) fn is_refusal(meta: &Meta, mode: ResponseMode) -> bool {
    let is_response = match mode {
        ResponseMode::Buffered => meta.status.is_success(),
        ResponseMode::EventStream => meta.status.is_success() && has_kind(&meta.headers, is_stream),
        // 202 is a promise, 204 nothing, and 206 a part.
        ResponseMode::Download => meta.status == StatusCode::OK && has_kind(&meta.headers, is_file),
    };
    !is_response
}

/// A server that does not say what it sends is given the benefit of the doubt.
fn has_kind(headers: &HeaderMap, is_kind: fn(&[u8]) -> bool) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_none_or(|kind| is_kind(&kind.as_bytes().to_ascii_lowercase()))
}

fn is_stream(kind: &[u8]) -> bool {
    kind.starts_with(b"text/event-stream")
}

/// What is generated is never text for people or programs; that would be an error in disguise.
fn is_file(kind: &[u8]) -> bool {
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    let kind = kind.trim_ascii();
    let is_json = kind.ends_with(b"/json") || kind.ends_with(b"+json");
    let is_page = kind == b"text/html" || kind == b"application/xhtml+xml";
    !is_json && !is_page
}

/// The error for a response that is none.
pub(super) fn refusal(meta: Meta, body: Bytes, now: SystemTime) -> Error {
    let Meta {
        status, headers, ..
    } = meta;
    if status.is_redirection() {
        let problem = match headers.get(header::LOCATION) {
            Some(location) => format!(
                "the server redirects to {}; use that as the endpoint",
                // Some servers write addresses in UTF-8, which headers are not meant for.
                redacted(&String::from_utf8_lossy(location.as_bytes()))
            ),
            None => {
                "the server redirects, but does not say where to; check the endpoint".to_owned()
            }
        };
        return Error::protocol(problem, (status, headers, body));
    }
    if status.is_success() {
        return of_wrong_kind((status, headers, body));
    }
    let wait = retry_after(&headers, now);
    Error::of_api(ApiError::new(status, headers, body, wait))
}

/// The error for a success of another kind: what the service said in it, if it is an error in disguise.
fn of_wrong_kind((status, headers, body): (StatusCode, HeaderMap, Bytes)) -> Error {
    if let Some(api) = error::from_event(false, &body) {
        return Error::of_api(api.in_response(&headers));
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or("something else");
    let problem = format!(
        "the response is {kind} and not the stream or file that was asked for; `send` reads a whole response"
    );
    Error::protocol(problem, (status, headers, body))
}

/// An address without what may be secret in it: user info, query and fragment.
fn redacted(location: &str) -> &str {
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let plain = location.get(..end).unwrap_or_default();
    if plain.contains('@') {
        "another address"
    } else {
        plain
    }
}

/// How long the server asks to wait: the longest of what its headers say. What is negative or no number
/// says nothing.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let texts = |name: &str| {
        headers
            .get_all(name)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
    };
    let millis = texts("retry-after-ms")
        .into_iter()
        .filter_map(|text| number(text, 1e-3));
    let waits = texts("retry-after")
        .into_iter()
        .filter_map(|text| seconds_or_date(text, now));
    millis.chain(waits).max()
}

fn seconds_or_date(text: &str, now: SystemTime) -> Option<Duration> {
    number(text, 1.0).or_else(|| {
        let date = httpdate::parse_http_date(text.trim()).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

/// A number of units, at most as long as a `Duration` can be.
fn number(text: &str, unit: f64) -> Option<Duration> {
    let seconds = text.trim().parse::<f64>().ok()? * unit;
    (seconds >= 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// Whether the same request may be answered better later.
pub(super) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(lines: &[(&'static str, &str)]) -> Option<Duration> {
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
        assert_eq!(wait(&[("retry-after", "2")]), seconds(2));
        assert_eq!(
            wait(&[("retry-after-ms", "250")]),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            wait(&[("retry-after", "Sun, 06 Nov 1994 08:49:40 GMT")]),
            seconds(3)
        );
        assert_eq!(
            wait(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]),
            seconds(0)
        );
        assert_eq!(wait(&[("retry-after", "0")]), seconds(0));
        assert_eq!(
            wait(&[("retry-after", "1"), ("retry-after", "4")]),
            seconds(4)
        );
        assert_eq!(
            wait(&[("retry-after", "99999999999999999999")]),
            Some(Duration::MAX)
        );
        for nonsense in ["-5", "abc", "NaN", ""] {
            assert_eq!(wait(&[("retry-after", nonsense)]), None, "{nonsense}");
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
        };
        let error = refusal(meta, Bytes::new(), SystemTime::now()).to_string();
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
            };
            let error = refusal(meta, Bytes::new(), SystemTime::now()).to_string();
            assert!(error.contains(shown), "{error}");
        }
    }
}
