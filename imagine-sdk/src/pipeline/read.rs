//! Reading a body to its end.

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::{Deadline, Pipeline};
use crate::error::{Error, TimeoutKind};
use crate::transport::ResponseBody;

/// No response of either service comes near this; a server that never ends does.
pub(crate) const ANSWER_CAP: usize = 1 << 30;

/// What had come of a body when it failed.
pub(super) struct Partial {
    pub(super) bytes: Bytes,
    pub(super) error: Error,
}

impl Pipeline {
    /// Reads a body to its end, or to `cap` bytes where that is the end of interest.
    pub(super) async fn read(
        &self,
        mut body: ResponseBody,
        deadline: &Deadline,
        cap: usize,
    ) -> Result<Bytes, Partial> {
        let mut bytes = Bytes::new();
        loop {
            let error = match deadline
                .within(&*self.clock, TimeoutKind::Idle, body.next())
                .await
            {
                Ok(Some(Ok(chunk))) => {
                    bytes = joined(bytes, chunk);
                    if bytes.len() <= cap {
                        continue;
                    }
                    Error::too_large(format!("the response is larger than {cap} bytes"))
                }
                Ok(None) => return Ok(bytes),
                Ok(Some(Err(error))) => Error::transport(error),
                Err(error) => error,
            };
            return Err(Partial { bytes, error });
        }
    }
}

/// A body that comes in one chunk, as most do, is that chunk and no copy of it.
fn joined(bytes: Bytes, chunk: Bytes) -> Bytes {
    if bytes.is_empty() {
        return chunk;
    }
    let mut joined = BytesMut::from(bytes);
    joined.extend_from_slice(&chunk);
    joined.freeze()
}
