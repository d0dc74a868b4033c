//! Reads buffered bodies.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};

use super::{Deadline, IdleTimer};
use crate::clock::Clock;
use crate::error::Error;
use crate::transport::ResponseBody;

/// The start of a body, and the error that ended it.
pub(super) struct Partial {
    pub(super) bytes: Bytes,
    pub(super) error: Error,
}

/// Reads the body after these headers to its end, or up to `limit` bytes.
// An `async fn` would contain its arguments twice.
pub(super) fn read(
    headers: &HeaderMap,
    mut body: ResponseBody,
    deadline: Deadline,
    clock: &dyn Clock,
    limit: usize,
) -> impl Future<Output = Result<Bytes, Partial>> + Send {
    let mut timer = IdleTimer::new(deadline);
    let mut bytes = Bytes::new();
    let length = expected_length(headers).min(limit);
    async move {
        loop {
            let error = match poll_fn(|cx| timer.poll_next(&mut body, clock, cx)).await {
                Some(Ok(chunk)) => {
                    bytes = join(bytes, chunk, length);
                    if bytes.len() <= limit {
                        continue;
                    }
                    Error::too_large(format!(
                        "the response is larger than {limit} bytes; raise `max_response_bytes`"
                    ))
                }
                None => return Ok(bytes),
                Some(Err(error)) => error,
            };
            return Err(Partial { bytes, error });
        }
    }
}

/// The number of bytes that are reserved for a body because its headers state them. That is the default limit.
const MAX_RESERVED: usize = 64 << 20;

/// Returns the length that the headers state. 0 if they state none, or one that must not be reserved.
fn expected_length(headers: &HeaderMap) -> usize {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length
        .filter(|length| *length <= MAX_RESERVED)
        .unwrap_or_default()
}

/// Joins two chunks of a body with an expected length. Most bodies arrive as one chunk, which is not copied.
fn join(bytes: Bytes, chunk: Bytes, length: usize) -> Bytes {
    if bytes.is_empty() && chunk.len() >= length {
        return chunk;
    }
    let mut joined = match bytes.is_empty() {
        true => BytesMut::with_capacity(length),
        false => BytesMut::from(bytes),
    };
    joined.extend_from_slice(&chunk);
    joined.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_in_chunks_reserves_its_length_once() {
        let joined = join(Bytes::new(), Bytes::from_static(b"ab"), 1000);
        let start = joined.as_ptr();
        let joined = join(joined, Bytes::from(vec![b'c'; 998]), 1000);
        assert_eq!((joined.len(), joined.as_ptr()), (1000, start));
    }

    #[test]
    fn a_body_in_one_chunk_is_not_copied() {
        let chunk = Bytes::from_static(b"ab");
        for length in [0, 2] {
            assert_eq!(
                join(Bytes::new(), chunk.clone(), length).as_ptr(),
                chunk.as_ptr()
            );
        }
    }

    #[test]
    fn no_length_beyond_the_default_limit_is_reserved() {
        for (header, expected) in [("7", 7), ("-1", 0), ("1e3", 0), ("99999999999999", 0)] {
            let length = (header::CONTENT_LENGTH, header.parse().unwrap());
            let headers = HeaderMap::from_iter([length]);
            assert_eq!(expected_length(&headers), expected, "{header}");
        }
        assert_eq!(expected_length(&HeaderMap::new()), 0);
    }
}
