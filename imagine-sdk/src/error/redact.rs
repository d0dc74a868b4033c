//! Redacts secrets that a service repeats.

use std::fmt;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use memchr::memmem;
#[cfg(feature = "media")]
use serde::{Serialize, de::DeserializeOwned};

use super::Error;
use super::body::ELLIPSIS;

/// What replaces a secret.
const REDACTED: &str = "[redacted]";

/// A prefix of a secret shorter than this reveals nothing of it.
const MIN_PREFIX: usize = 4;

/// The key of an attempt, which nothing prints.
#[derive(Clone, Default)]
pub(crate) struct Secret(Option<HeaderValue>);

impl Secret {
    /// Keeps a key.
    pub(crate) fn new(key: HeaderValue) -> Self {
        Self(Some(key))
    }

    /// Redacts the key in an error.
    pub(crate) fn redact_error(&self, error: Error) -> Error {
        match self.as_str() {
            "" => error,
            secret => error.redacted(secret),
        }
    }

    /// Redacts the key in a decoded response.
    #[cfg(feature = "media")]
    pub(crate) fn redact_value<T: Serialize + DeserializeOwned>(&self, value: T) -> T {
        let secret = self.as_str();
        let json = serde_json::to_string(&value).unwrap_or_default();
        if secret.is_empty() || !json.contains(secret) {
            return value;
        }
        serde_json::from_str(&json.replace(secret, REDACTED)).unwrap_or(value)
    }

    fn as_str(&self) -> &str {
        let key = self.0.as_ref().and_then(|key| key.to_str().ok());
        key.unwrap_or_default()
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
    fn redacts_header_values() {
        let mut headers = HeaderMap::new();
        headers.insert("x-echo", HeaderValue::from_static("Bearer secret-key"));
        headers.insert("x-other", HeaderValue::from_static("1"));
        redact_headers(&mut headers, "secret-key");
        assert_eq!(headers["x-echo"], "Bearer [redacted]");
        assert_eq!(headers["x-other"], "1");
    }
}
