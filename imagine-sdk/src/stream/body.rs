//! The body of a streaming response with the limits of its call.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::error::{Error, Secret};
use crate::json::ExtraFields;
use crate::pipeline::{Claim, Exchange, IdleTimer, Permit, Pipeline};
use crate::response::Meta;
use crate::trace::CallSpan;
use crate::transport::ResponseBody;

/// A response body that is being received. It holds the permit of its call.
pub(crate) struct BodyStream {
    body: ResponseBody,
    pipeline: Arc<Pipeline>,
    /// The span, which ends with the body.
    call: CallSpan,
    timer: IdleTimer,
    secret: Secret,
    claim: Claim,
    _permit: Permit,
}

impl BodyStream {
    /// Splits a response into its metadata and its body.
    pub(crate) fn new(
        pipeline: Arc<Pipeline>,
        call: CallSpan,
        exchange: Exchange,
    ) -> (Box<Meta>, Self) {
        let body = Self {
            body: exchange.body.into_stream(),
            pipeline,
            call,
            timer: IdleTimer::new(exchange.deadline),
            secret: exchange.meta.secret.clone(),
            claim: exchange.claim,
            _permit: exchange.permit,
        };
        (exchange.meta, body)
    }

    /// Records an event: in the span of the call, in the limits of the client, and as the end of the wait for the first
    /// one.
    pub(crate) fn record(&mut self, event: &impl ExtraFields) {
        self.timer.end_first_event();
        self.call.event(event, &*self.pipeline.clock);
        self.claim.observe(event);
    }

    /// Ends the call with an error, in which it redacts the API key.
    pub(crate) fn fail(self, error: Error) -> Error {
        let error = self.secret.redact_error(error);
        self.call.failed(&error);
        error
    }

    /// Polls the next chunk. Returns `None` at the end, and an error that ends the body.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let clock = &*self.pipeline.clock;
        self.timer.poll_next(&mut self.body, clock, cx)
    }
}
