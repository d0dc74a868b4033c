//! The only loop: one request goes in, one response or one error comes out.

mod budget;
mod classify;
mod credentials;
mod headers;
mod limit;
mod origin;
mod read;
mod retry;
mod timeout;

use std::pin::pin;

use bytes::Bytes;
use futures_util::future::Either;
use tracing::debug;

pub(crate) use self::budget::Budget;
pub(crate) use self::credentials::Credentials;
pub(crate) use self::headers::DefaultHeaders;
pub(crate) use self::limit::{Limit, Slot};
pub(crate) use self::read::ANSWER_CAP;
pub(crate) use self::retry::Policy;
use self::retry::{Facts, Verdict};
pub(crate) use self::timeout::{Deadline, Expiry, Timeouts};
use crate::clock::Clock;
use crate::error::{Error, InvalidField, TimeoutKind};
use crate::request::{EncodedRequest, ResponseMode, RetrySafety};
use crate::response::Meta;
use crate::trace;
use crate::transport::{ParsedRequest, RequestBody, ResponseBody, Sending, Stage, Transport};

/// How long an address can be: what the crate `http` has room for.
const MAX_ADDRESS: usize = 65_534;

/// What a client's requests have in common.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) credentials: Credentials,
    pub(crate) headers: DefaultHeaders,
    pub(crate) policy: Policy,
    pub(crate) budget: Budget,
    pub(crate) timeouts: Timeouts,
    pub(crate) limit: Limit,
    /// The limit of operations that a service processes one at a time.
    pub(crate) exclusive: Limit,
}

/// A response: its head, and its body whole or as it comes.
pub(crate) struct Exchange {
    pub(crate) meta: Box<Meta>,
    pub(crate) body: PipelineBody,
    /// The place among the concurrent requests, kept until the body is read.
    pub(crate) slot: Slot,
    /// The time that is left for a stream.
    pub(crate) deadline: Deadline,
}

/// A body in the form that [`ResponseMode`] asked for.
pub(crate) enum PipelineBody {
    Whole(Bytes),
    Stream(ResponseBody),
}

impl PipelineBody {
    /// The bytes that were read whole.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Stream(_) => Bytes::new(),
        }
    }

    /// The bytes as they come.
    pub(crate) fn into_stream(self) -> ResponseBody {
        match self {
            Self::Whole(bytes) => bytes.into(),
            Self::Stream(body) => body,
        }
    }
}

/// A head with the body that belongs to it.
type HeadAndBody = (Box<Meta>, PipelineBody);

impl Pipeline {
    /// Sends `request` until it is answered, must not be sent again, or the time is over.
    pub(crate) async fn run(&self, request: &EncodedRequest) -> Result<Exchange, Error> {
        let operation = request.operation.id;
        let deadline = Deadline::start(&*self.clock, &self.timeouts, request.mode, &request.limits);
        // The turn comes before the slot: a request that waits for its turn must not keep others from theirs.
        let _turn = match request.operation.exclusive {
            true => Some(self.slot(&self.exclusive, &deadline, operation).await?),
            false => None,
        };
        let slot = self.slot(&self.limit, &deadline, operation).await?;
        let mut attempts = 0;
        let mut may_be_done = false;
        loop {
            attempts += 1;
            let error = match self.traced(request, &deadline, attempts).await {
                Ok((meta, body)) => {
                    self.budget.refund();
                    return Ok(Exchange {
                        meta,
                        body,
                        slot,
                        deadline,
                    });
                }
                Err(error) => {
                    let sent = attempts - u32::from(error.is_unsent());
                    error.of(operation).after(sent).perhaps_done(may_be_done)
                }
            };
            may_be_done |= error.ended_unknown();
            let facts = Facts::of(&error, request, attempts);
            let left = deadline.left(&*self.clock);
            match retry::decide(&facts, &self.policy, left, fastrand::f64()) {
                Verdict::AtOnce if self.budget.is_left() => {
                    debug!(operation, attempts, "sending again at once");
                }
                Verdict::After(pause) if self.budget.take() => {
                    debug!(operation, attempts, ?pause, status = ?facts.status, "sending again");
                    self.clock.sleep(pause).await;
                }
                Verdict::AtOnce | Verdict::After(_) | Verdict::GiveUp => return Err(error),
            }
        }
    }

    /// The next place among the requests under way.
    async fn slot(
        &self,
        limit: &Limit,
        deadline: &Deadline,
        operation: &'static str,
    ) -> Result<Slot, Error> {
        match limit.free() {
            Some(slot) => Ok(slot),
            None => deadline
                .within(&*self.clock, TimeoutKind::Queue, pin!(limit.acquire()))
                .await
                .map_err(|error| error.of(operation)),
        }
    }

    /// An attempt in a span of its own.
    async fn traced(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        attempt: u32,
    ) -> Result<HeadAndBody, Error> {
        let span = trace::attempt(request, attempt);
        let response = pin!(self.attempt(request, deadline, attempt));
        let response = trace::inside(&span, response).await;
        trace::attempted(&span, response.as_ref().map(|(meta, _)| meta.status));
        response
    }

    async fn attempt(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        attempt: u32,
    ) -> Result<HeadAndBody, Error> {
        let body = match request.body.open() {
            Either::Left(bytes) => RequestBody::Bytes(bytes),
            Either::Right(opening) => deadline
                .within(&*self.clock, TimeoutKind::FileOpen, opening)
                .await?
                .map_err(Error::upload)?,
        };
        let sending = watched(request, &body).then(Sending::default);
        let outgoing = self.outgoing(request, body, sending.clone())?;
        let answering = self.transport.send_parsed(outgoing);
        let response = deadline
            .within(&*self.clock, TimeoutKind::FirstByte, answering)
            .await
            .map_err(|error| match sending {
                Some(sending) => error.in_phase(phase_of(sending.give_up())),
                None => error,
            })?
            .map_err(|error| Error::transport(error).at(&request.url))?;
        let (meta, body) = parted(response, attempt);
        debug!(
            operation = request.operation.id,
            attempt,
            status = meta.status.as_u16(),
            "answered"
        );
        if classify::is_refusal(&meta, request.mode) {
            // What was said until the body failed is worth more than the news that it failed.
            let read = self
                .read(body, &deadline.to_begin(), classify::REFUSAL_CAP)
                .await;
            let said = read.unwrap_or_else(|partial| partial.bytes);
            let error = classify::refusal(*meta, said, self.clock.time_of_day());
            let operation = request.operation;
            return Err(self.credentials.annotate(error, operation, &request.url));
        }
        match request.mode {
            ResponseMode::EventStream | ResponseMode::Download => {
                Ok((meta, PipelineBody::Stream(body)))
            }
            ResponseMode::Buffered => {
                let bytes = self
                    .read(body, deadline, ANSWER_CAP)
                    .await
                    .map_err(|partial| partial.error)?;
                Ok((meta, PipelineBody::Whole(bytes)))
            }
        }
    }

    fn outgoing(
        &self,
        request: &EncodedRequest,
        body: RequestBody,
        sending: Option<Sending>,
    ) -> Result<ParsedRequest, Error> {
        let url = &request.url;
        if url.as_str().len() > MAX_ADDRESS {
            let problem = format!("of the request is longer than {MAX_ADDRESS} bytes");
            return Err(Error::unsendable(InvalidField::new("address", problem)));
        }
        let mut headers = self.headers.of(url);
        self.credentials
            .apply(&mut headers, request.operation, url)?;
        request.add_headers(&mut headers);
        if let RequestBody::Stream { length, .. } = &body {
            headers.insert(http::header::CONTENT_LENGTH, (*length).into());
        }
        Ok(ParsedRequest {
            method: request.operation.method.clone(),
            url: url.clone(),
            headers,
            body,
            sending,
        })
    }
}

/// Whether it is noted how far the request gets. It has its price, so only where something hangs on it: what a request
/// costs that was sent, and what takes its time to be read.
fn watched(request: &EncodedRequest, body: &RequestBody) -> bool {
    request.operation.retry_safety == RetrySafety::OnlyIfNotStarted
        || matches!(body, RequestBody::Stream { .. })
}

/// What a request is waiting for that has no response yet.
fn phase_of(stage: Stage) -> TimeoutKind {
    match stage {
        Stage::Waiting => TimeoutKind::Connect,
        Stage::Begun => TimeoutKind::RequestBody,
        Stage::Unknown | Stage::Sent => TimeoutKind::FirstByte,
    }
}

fn parted(response: http::Response<ResponseBody>, attempts: u32) -> (Box<Meta>, ResponseBody) {
    let (head, body) = response.into_parts();
    let meta = Meta {
        status: head.status,
        headers: head.headers,
        attempts,
    };
    (Box::new(meta), body)
}
