//! The body of an answer as it comes, under the limits of its call.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use crate::caller::Caller;
use crate::error::{Error, Phase};
use crate::pipeline::{Deadline, Expiry, Slot};
use crate::transport::ResponseBody;

/// A body that is under way: while it is, it keeps the call's place among the concurrent requests.
pub(crate) struct BodyStream {
    body: ResponseBody,
    caller: Caller,
    deadline: Deadline,
    /// The limit that is being waited for, set only while nothing arrives.
    timer: Option<(Expiry, BoxFuture<'static, ()>)>,
    _slot: Slot,
}

impl BodyStream {
    pub(crate) fn new(caller: Caller, body: ResponseBody, slot: Slot, deadline: Deadline) -> Self {
        Self { body, caller, deadline, timer: None, _slot: slot }
    }

    /// The next bytes, nothing at the end, or the error that ends the body.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Poll::Ready(chunk) = self.body.poll_next_unpin(cx) {
            self.timer = None;
            return Poll::Ready(chunk.map(|chunk| chunk.map_err(Error::transport)));
        }
        if self.timer.is_none() {
            let clock = self.caller.clock();
            let expiry = self.deadline.next(clock, Phase::Idle);
            self.timer = expiry.map(|expiry| (expiry, clock.sleep(expiry.after)));
        }
        match &mut self.timer {
            Some((expiry, timer)) => timer.poll_unpin(cx).map(|()| Some(Err(expiry.error()))),
            None => Poll::Pending,
        }
    }
}
