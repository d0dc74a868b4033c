//! Sends requests: one request goes in, one response or one error comes out. It contains the only loop over attempts.

mod budget;
mod classify;
mod concurrency;
mod credentials;
mod headers;
mod origin;
mod read;
mod retry;
mod timeout;

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::Either;
use http::Uri;
use http::uri::InvalidUri;
use tracing::debug;

pub(crate) use self::budget::RetryBudget;
pub(crate) use self::concurrency::{ConcurrencyLimit, Permit};
use self::credentials::AttemptKey;
pub(crate) use self::credentials::Credentials;
pub(crate) use self::headers::DefaultHeaders;
pub(crate) use self::origin::Origin;
pub use self::retry::RetryPolicy;
use self::retry::{RetryContext, RetryDecision};
pub(crate) use self::timeout::{Deadline, IdleTimer, Timeouts};
use crate::clock::Clock;
use crate::error::{Error, InvalidField, Secret, TimeoutKind};
use crate::request::{EncodedRequest, ResponseMode, RetrySafety};
use crate::response::Meta;
use crate::trace;
use crate::transport::{ParsedUrl, RequestBody, RequestProgress, ResponseBody, Stage, Transport};

/// The longest URL that the crate `http` accepts.
const MAX_URL: usize = 65_534;

/// The parts that the requests of a client share.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) origin: Origin,
    pub(crate) credentials: Credentials,
    pub(crate) headers: DefaultHeaders,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) retry_budget: RetryBudget,
    pub(crate) timeouts: Timeouts,
    /// The limit of a buffered response.
    pub(crate) max_response_bytes: usize,
    pub(crate) concurrency: ConcurrencyLimit,
    /// The limit of operations that the service executes one at a time.
    pub(crate) exclusive: ConcurrencyLimit,
}

/// A response.
pub(crate) struct Exchange {
    pub(crate) meta: Box<Meta>,
    pub(crate) body: PipelineBody,
    /// The permit, kept until the body is read.
    pub(crate) permit: Permit,
    /// The limits of reading a streamed body.
    pub(crate) deadline: Deadline,
}

/// A body in the form that [`ResponseMode`] requests.
pub(crate) enum PipelineBody {
    Buffered(Bytes),
    Stream(ResponseBody),
}

impl PipelineBody {
    /// Returns the bytes of a buffered body.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Buffered(bytes) => bytes,
            Self::Stream(_) => Bytes::new(),
        }
    }

    /// Returns the body as a stream.
    pub(crate) fn into_stream(self) -> ResponseBody {
        match self {
            Self::Buffered(bytes) => bytes.into(),
            Self::Stream(body) => body,
        }
    }
}

/// The head and the body of a response.
type HeadAndBody = (Box<Meta>, PipelineBody);

impl Pipeline {
    /// Sends a request until there is a response, it must not be retried, or its time is over.
    pub(crate) async fn execute(&self, request: &EncodedRequest) -> Result<Exchange, Error> {
        let operation = request.operation.id;
        let deadline = Deadline::start(&*self.clock, &self.timeouts, request.mode, &request.limits);
        // An exclusive request waits for its turn first. While it waits it must not hold a permit that others need.
        let _turn = match request.operation.exclusive {
            true => Some(self.permit(&self.exclusive, &deadline, operation).await?),
            false => None,
        };
        let permit = self.permit(&self.concurrency, &deadline, operation).await?;
        let mut attempts = 0;
        let mut maybe_executed = false;
        loop {
            attempts += 1;
            let error = match self.attempt_in_span(request, &deadline, attempts).await {
                Ok((meta, body)) => {
                    self.retry_budget.deposit();
                    return Ok(Exchange {
                        meta,
                        body,
                        permit,
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
            let context = RetryContext::new(&error, request, attempts);
            let remaining = deadline.remaining(&*self.clock);
            match retry::decide(&context, &self.retry_policy, remaining, fastrand::f64()) {
                RetryDecision::RetryNow if self.retry_budget.has_retries() => {
                    debug!(operation, attempts, "retrying at once");
                }
                RetryDecision::RetryAfter(pause) if self.retry_budget.try_withdraw() => {
                    debug!(operation, attempts, ?pause, status = ?context.status, "retrying");
                    self.clock.sleep(pause).await;
                }
                RetryDecision::RetryNow | RetryDecision::RetryAfter(_) | RetryDecision::Stop => {
                    return Err(error);
                }
            }
        }
    }

    /// Waits for a permit.
    async fn permit(
        &self,
        limit: &ConcurrencyLimit,
        deadline: &Deadline,
        operation: &'static str,
    ) -> Result<Permit, Error> {
        match limit.try_acquire() {
            Some(permit) => Ok(permit),
            None => deadline
                .timeout(&*self.clock, TimeoutKind::Queue, pin!(limit.acquire()))
                .await
                .map_err(|error| error.with_operation(operation)),
        }
    }

    async fn attempt_in_span(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        attempt: u32,
    ) -> Result<HeadAndBody, Error> {
        let span = trace::attempt(request, attempt);
        let response = pin!(self.attempt(request, deadline, attempt));
        let response = trace::in_span(&span, response).await;
        trace::record_attempt(&span, response.as_ref().map(|(meta, _)| meta.status));
        response
    }

    async fn attempt(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        attempt: u32,
    ) -> Result<HeadAndBody, Error> {
        let is_own_origin = self.origin.contains(&request.url);
        let key =
            self.credentials
                .resolve(request.operation, is_own_origin, (deadline, &*self.clock));
        let key = key.await?;
        let body = match request.body.open() {
            Either::Left(bytes) => RequestBody::Bytes(bytes),
            Either::Right(opening) => deadline
                .timeout(&*self.clock, TimeoutKind::FileOpen, opening)
                .await?
                .map_err(Error::file_read)?,
        };
        let progress = tracks_progress(request, &body).then(RequestProgress::default);
        let headers = self.headers.copy(is_own_origin);
        let built = build_request(request, headers, key.as_ref(), body)?;
        let built = with_progress(built, progress.clone());
        let response = deadline
            .timeout(
                &*self.clock,
                TimeoutKind::FirstByte,
                self.transport.send(built),
            )
            .await
            .map_err(|error| match progress {
                Some(progress) => error.with_timeout_kind(timeout_kind(progress.abandon())),
                None => error,
            })?
            .map_err(|error| Error::transport(error).with_host(&request.url))?;
        let (meta, body) = split_response(response, attempt, self.credentials.secret(key.as_ref()));
        debug!(
            operation = request.operation.id,
            attempt,
            status = meta.status.as_u16(),
            "received a response"
        );
        if classify::is_error_response(&meta, request.mode) {
            let error = self.error_response(*meta, body, request, deadline, key.as_ref());
            // Boxed, because an unboxed future would take its space in every call.
            return Err(Box::pin(error).await);
        }
        match request.mode {
            ResponseMode::EventStream | ResponseMode::Download => {
                Ok((meta, PipelineBody::Stream(body)))
            }
            ResponseMode::Buffered => {
                let bytes =
                    read::read(body, *deadline, &*self.clock, self.max_response_bytes).await;
                let bytes = bytes.map_err(|partial| partial.error)?;
                Ok((meta, PipelineBody::Buffered(bytes)))
            }
        }
    }

    /// Reads an error response. The start of its body is worth more than the error that ended it.
    async fn error_response(
        &self,
        meta: Meta,
        body: ResponseBody,
        request: &EncodedRequest,
        deadline: &Deadline,
        key: Option<&AttemptKey>,
    ) -> Error {
        let deadline = deadline.of_error_response();
        let body = read::read(body, deadline, &*self.clock, classify::MAX_ERROR_BODY).await;
        let body = body.unwrap_or_else(|partial| partial.bytes);
        let secret = meta.secret.clone();
        let is_own_origin = self.origin.contains(&request.url);
        let path = self
            .origin
            .path_below(&request.url)
            .filter(|_| is_own_origin);
        let error = classify::error_response(meta, body, path, self.clock.time_of_day());
        let error = match is_own_origin {
            true => credentials::annotate(error, key),
            false => error.with_foreign_origin(),
        };
        secret.redact_error(error)
    }
}

fn build_request(
    request: &EncodedRequest,
    mut headers: http::HeaderMap,
    key: Option<&AttemptKey>,
    body: RequestBody,
) -> Result<http::Request<RequestBody>, Error> {
    let url = &request.url;
    let uri: Uri = url.as_str().parse().map_err(|error: InvalidUri| {
        let problem = format!("is not valid, or longer than {MAX_URL} bytes");
        Error::invalid_argument(InvalidField::new("url", problem)).with_source(error)
    })?;
    if let Some(key) = key {
        key.insert(&mut headers);
    }
    request.add_headers(&mut headers);
    if let RequestBody::Stream { length, .. } = &body {
        headers.insert(http::header::CONTENT_LENGTH, (*length).into());
    }
    let mut built = http::Request::new(body);
    *built.method_mut() = request.operation.method.clone();
    *built.uri_mut() = uri;
    *built.headers_mut() = headers;
    built.extensions_mut().insert(ParsedUrl(url.clone()));
    Ok(built)
}

fn with_progress(
    mut request: http::Request<RequestBody>,
    progress: Option<RequestProgress>,
) -> http::Request<RequestBody> {
    if let Some(progress) = progress {
        request.extensions_mut().insert(progress);
    }
    request
}

/// Returns true if the progress of a request is tracked. It takes time, so only requests are tracked that are billable
/// or take long to send.
fn tracks_progress(request: &EncodedRequest, body: &RequestBody) -> bool {
    request.operation.retry_safety == RetrySafety::OnlyIfNotStarted
        || matches!(body, RequestBody::Stream { .. })
}

/// The limit that a request without a response reached.
fn timeout_kind(stage: Stage) -> TimeoutKind {
    match stage {
        Stage::Waiting => TimeoutKind::Connect,
        Stage::Started => TimeoutKind::RequestBody,
        Stage::Unknown | Stage::Sent => TimeoutKind::FirstByte,
    }
}

fn split_response(
    response: http::Response<ResponseBody>,
    attempts: u32,
    secret: Secret,
) -> (Box<Meta>, ResponseBody) {
    let (head, body) = response.into_parts();
    let meta = Meta {
        status: head.status,
        headers: head.headers,
        attempts,
        secret,
    };
    (Box::new(meta), body)
}
