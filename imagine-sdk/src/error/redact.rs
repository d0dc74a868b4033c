//! Redacts secrets that a service repeats.

use std::collections::HashSet;
use std::fmt;

use base64_simd::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use memchr::memmem;
#[cfg(feature = "media")]
use serde::{Serialize, de::DeserializeOwned};
use url::form_urlencoded;

use super::Error;
use super::excerpt::ELLIPSIS;

/// The replacement of a secret.
const REDACTED: &str = "[redacted]";

/// A prefix of a secret shorter than this reveals nothing of it.
const MIN_PREFIX: usize = 4;

/// A shorter secret is not redacted: it would also occur in words, and cannot be a real key.
const MIN_SECRET: usize = 8;

/// The key of an attempt, which nothing prints.
#[derive(Clone, Default)]
pub(crate) struct Secret(Option<HeaderValue>);

impl Secret {
    /// Keeps a key.
    pub(crate) fn new(key: HeaderValue) -> Self {
        Self(Some(key))
    }

    /// Redacts the key in an error, in each encoding in which a service may repeat it.
    pub(crate) fn redact_error(&self, error: Error) -> Error {
        let encodings = self.encodings();
        encodings
            .iter()
            .fold(error, |error, secret| error.redacted(secret))
    }

    /// Redacts the key in a decoded response.
    #[cfg(feature = "media")]
    pub(crate) fn redact_value<T: Serialize + DeserializeOwned>(&self, value: T) -> T {
        let json = serde_json::to_string(&value).unwrap_or_default();
        let encodings = self.encodings();
        let mut found = encodings
            .iter()
            .filter(|secret| json.contains(*secret))
            .peekable();
        if found.peek().is_none() {
            return value;
        }
        let redacted = found.fold(json.clone(), |json, secret| json.replace(secret, REDACTED));
        serde_json::from_str(&redacted).unwrap_or(value)
    }

    /// Returns the key as it is, percent-encoded and in base64.
    fn encodings(&self) -> Vec<String> {
        let key = self.0.as_ref().and_then(|key| key.to_str().ok());
        let Some(key) = key.filter(|key| key.len() >= MIN_SECRET) else {
            return Vec::new();
        };
        let percent: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let standard = STANDARD_NO_PAD.encode_to_string(key);
        let url_safe = URL_SAFE_NO_PAD.encode_to_string(key);
        let mut encodings = vec![
            key.to_owned(),
            percent.to_ascii_lowercase(),
            percent,
            standard,
            url_safe,
        ];
        let mut seen = HashSet::new();
        encodings.retain(|encoding| seen.insert(encoding.clone()));
        encodings
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Redacts a secret in a string, and its prefix where the string was shortened in the middle of it.
pub(super) fn redact(string: &mut String, secret: &str) {
    if string.contains(secret) {
        *string = string.replace(secret, REDACTED);
    }
    let kept = string.strip_suffix(ELLIPSIS).unwrap_or(string);
    let mut prefixes = (MIN_PREFIX..secret.len())
        .rev()
        .filter_map(|end| secret.get(..end));
    if let Some(before) = prefixes.find_map(|prefix| kept.strip_suffix(prefix)) {
        *string = format!("{before}{REDACTED}{ELLIPSIS}");
    }
}

/// Redacts a secret in bytes, and its prefix at their end, where they may have been truncated.
pub(super) fn redact_bytes(bytes: &mut Bytes, secret: &str) {
    let secret = secret.as_bytes();
    let mut redacted = BytesMut::new();
    let mut rest = &bytes[..];
    while let Some(at) = memmem::find(rest, secret) {
        let (before, found) = rest.split_at(at);
        redacted.extend_from_slice(before);
        redacted.extend_from_slice(REDACTED.as_bytes());
        rest = found.get(secret.len()..).unwrap_or_default();
    }
    let mut prefixes = (MIN_PREFIX..secret.len()).rev();
    let prefix = prefixes.find(|length| {
        let prefix = secret.get(..*length);
        prefix.is_some_and(|prefix| rest.ends_with(prefix))
    });
    if redacted.is_empty() && prefix.is_none() {
        return;
    }
    let kept = rest.len() - prefix.unwrap_or_default();
    redacted.extend_from_slice(rest.get(..kept).unwrap_or_default());
    if prefix.is_some() {
        redacted.extend_from_slice(REDACTED.as_bytes());
    }
    *bytes = redacted.freeze();
}

/// Redacts a secret in the values of headers.
pub(super) fn redact_headers(headers: &mut HeaderMap, secret: &str) {
    for value in headers.values_mut() {
        if memmem::find(value.as_bytes(), secret.as_bytes()).is_some() {
            let mut bytes = Bytes::copy_from_slice(value.as_bytes());
            redact_bytes(&mut bytes, secret);
            *value = HeaderValue::from_maybe_shared(bytes)
                .unwrap_or_else(|_| HeaderValue::from_static(REDACTED));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &'static str) -> Bytes {
        let mut bytes = Bytes::from_static(text.as_bytes());
        redact_bytes(&mut bytes, "secret-key");
        bytes
    }

    #[test]
    fn redacts_every_occurrence_and_a_prefix_at_the_end() {
        for (text, redacted) in [
            ("", ""),
            ("plain", "plain"),
            ("secret-key", "[redacted]"),
            ("a secret-key, secret-key b", "a [redacted], [redacted] b"),
            ("a secret-", "a [redacted]"),
            ("a sec", "a sec"),
            ("secret-key and sec", "[redacted] and sec"),
        ] {
            assert_eq!(bytes(text), redacted);
        }
    }

    #[test]
    fn redacts_encodings_of_the_key_and_ignores_short_keys() {
        let redacted = |key: &'static str, message: &str| {
            let secret = Secret::new(HeaderValue::from_static(key));
            let error = Error::unexpected_response(message);
            secret.redact_error(error).to_string()
        };
        for message in [
            "secret/key+1",
            "secret%2Fkey%2B1",
            "secret%2fkey%2b1",
            "c2VjcmV0L2tleSsx",
        ] {
            assert_eq!(redacted("secret/key+1", message), REDACTED, "{message}");
        }
        assert_eq!(redacted("any", "too many requests"), "too many requests");
    }

    #[test]
    fn redacts_header_values() {
        let mut headers = HeaderMap::new();
        headers.insert("x-echo", HeaderValue::from_static("Bearer secret-key"));
        headers.insert("x-other", HeaderValue::from_static("1"));
        redact_headers(&mut headers, "secret-key");
        assert_eq!(headers["x-echo"], "Bearer [redacted]");
        assert_eq!(headers["x-other"], "1");
    }
}
