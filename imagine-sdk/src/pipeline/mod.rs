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
use http::Uri;
use http::uri::InvalidUri;
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
use crate::transport::{ParsedUrl, RequestBody, RequestProgress, ResponseBody, Stage, Transport};

/// How long an address can be: what the crate `http` has room for.
const MAX_URL: usize = 65_534;

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
        let mut maybe_executed = false;
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
                    error
                        .with_operation(operation)
                        .with_attempts(sent)
                        .with_maybe_executed(maybe_executed)
                }
            };
            maybe_executed |= error.is_last_attempt_maybe_executed();
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
                .map_err(|error| error.with_operation(operation)),
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
                .map_err(Error::file_read)?,
        };
        let progress = tracks_progress(request, &body).then(RequestProgress::default);
        let request_to_send = self.build_request(request, body, progress.clone())?;
        let response = deadline
            .within(
                &*self.clock,
                TimeoutKind::FirstByte,
                self.transport.send(request_to_send),
            )
            .await
            .map_err(|error| match progress {
                Some(progress) => error.with_timeout_kind(timeout_kind(progress.abandon())),
                None => error,
            })?
            .map_err(|error| Error::transport(error).with_host(&request.url))?;
        let (meta, body) = parted(response, attempt);
        debug!(
            operation = request.operation.id,
            attempt,
            status = meta.status.as_u16(),
            "answered"
        );
        if classify::is_error_response(&meta, request.mode) {
            // What was said until the body failed is worth more than the news that it failed.
            let read = self
                .read(body, &deadline.to_begin(), classify::MAX_ERROR_BODY)
                .await;
            let said = read.unwrap_or_else(|partial| partial.bytes);
            let error = classify::error_response(*meta, said, self.clock.time_of_day());
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

    fn build_request(
        &self,
        request: &EncodedRequest,
        body: RequestBody,
        progress: Option<RequestProgress>,
    ) -> Result<http::Request<RequestBody>, Error> {
        let url = &request.url;
        let uri: Uri = url.as_str().parse().map_err(|error: InvalidUri| {
            let problem = format!("is not valid, or longer than {MAX_URL} bytes");
            Error::invalid_argument(InvalidField::new("url", problem)).with_source(error)
        })?;
        let mut headers = self.headers.of(url);
        self.credentials
            .apply(&mut headers, request.operation, url)?;
        request.add_headers(&mut headers);
        if let RequestBody::Stream { length, .. } = &body {
            headers.insert(http::header::CONTENT_LENGTH, (*length).into());
        }
        let mut built = http::Request::new(body);
        *built.method_mut() = request.operation.method.clone();
        *built.uri_mut() = uri;
        *built.headers_mut() = headers;
        built.extensions_mut().insert(ParsedUrl(url.clone()));
        if let Some(progress) = progress {
            built.extensions_mut().insert(progress);
        }
        Ok(built)
    }
}

/// Whether it is noted how far the request gets. It has its price, so only where something hangs on it: what a request
/// costs that was sent, and what takes its time to be read.
fn tracks_progress(request: &EncodedRequest, body: &RequestBody) -> bool {
    request.operation.retry_safety == RetrySafety::OnlyIfNotStarted
        || matches!(body, RequestBody::Stream { .. })
}

/// What a request is waiting for that has no response yet.
fn timeout_kind(stage: Stage) -> TimeoutKind {
    match stage {
        Stage::Waiting => TimeoutKind::Connect,
        Stage::Started => TimeoutKind::RequestBody,
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
