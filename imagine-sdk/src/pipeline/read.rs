//! Reads buffered bodies.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};

use super::{Deadline, IdleTimer};
use crate::clock::Clock;
use crate::error::Error;
use crate::transport::ResponseBody;

/// The start of a body, and the error that ended it.
pub(super) struct Partial {
    pub(super) bytes: Bytes,
    pub(super) error: Error,
}

/// Reads a body to its end, or up to `limit` bytes.
// An `async fn` would contain its arguments twice.
pub(super) fn read(
    mut body: ResponseBody,
    deadline: Deadline,
    clock: &dyn Clock,
    limit: usize,
) -> impl Future<Output = Result<Bytes, Partial>> + Send {
    let mut timer = IdleTimer::new(deadline);
    let mut bytes = Bytes::new();
    async move {
        loop {
            let error = match poll_fn(|cx| timer.poll_next(&mut body, clock, cx)).await {
                Some(Ok(chunk)) => {
                    bytes = join(bytes, chunk);
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

/// Joins two chunks. Most bodies arrive as one chunk, which is not copied.
fn join(bytes: Bytes, chunk: Bytes) -> Bytes {
    if bytes.is_empty() {
        return chunk;
    }
    let mut joined = BytesMut::from(bytes);
    joined.extend_from_slice(&chunk);
    joined.freeze()
}
