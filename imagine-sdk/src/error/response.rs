//! The part of a response that an error keeps.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{redact_bytes, redact_headers};

/// The number of bytes after which an error truncates a body.
const MAX_BODY: usize = 64 * 1024;

/// The status and the headers of a response, with the start of its body.
#[derive(Clone)]
pub(super) struct ResponseHead {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl ResponseHead {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            status,
            headers,
            body: capped(body),
        }
    }

    pub(super) fn redact(&mut self, secret: &str) {
        redact_headers(&mut self.headers, secret);
        redact_bytes(&mut self.body, secret);
    }
}

fn capped(body: Bytes) -> Bytes {
    if body.len() <= MAX_BODY {
        return body;
    }
    // A slice would keep the whole allocation alive.
    Bytes::copy_from_slice(body.get(..MAX_BODY).unwrap_or_default())
}
