//! Sends requests: one request goes in, one response or one error comes out. It contains the only loop over attempts.

mod budget;
mod claim;
mod concurrency;
mod content_coding;
mod credentials;
mod headers;
mod limits;
mod message;
mod origin;
mod read;
mod retry;
mod spending;
mod timeout;
mod turns;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use futures_util::future::Either;
use tracing::debug;

pub(crate) use self::budget::RetryBudget;
pub(crate) use self::claim::Claim;
pub(crate) use self::concurrency::{ConcurrencyLimit, Permit};
use self::credentials::AttemptKey;
pub(crate) use self::credentials::Credentials;
pub(crate) use self::headers::DefaultHeaders;
pub(crate) use self::limits::Limiter;
pub use self::limits::{RateLimitStatus, RateLimits, RateUnit, TokenEstimate, WindowStatus};
pub(crate) use self::origin::Origin;
pub(crate) use self::retry::RetryObserver;
use self::retry::{Attempts, RetryContext, RetryCost, RetryDecision};
pub use self::retry::{RetryEvent, RetryPolicy};
use self::spending::Amount;

pub(crate) use self::spending::Ledger;
pub use self::spending::{Budget, Spent, SpentByOperation};
pub(crate) use self::timeout::{Deadline, IdleTimer, Timeouts};
use crate::clock::Clock;
use crate::error::{Error, TimeoutKind};
use crate::request::{EncodedRequest, ResponseMode};
use crate::response::{Meta, classify};
use crate::trace;
use crate::transport::{RequestBody, RequestProgress, ResponseBody, Transport, upload};

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
    pub(crate) on_retry: RetryObserver,
    pub(crate) timeouts: Timeouts,
    /// The limit of a buffered response.
    pub(crate) max_response_bytes: usize,
    pub(crate) concurrency: ConcurrencyLimit,
    /// The limit of operations that the service executes one at a time.
    pub(crate) exclusive: ConcurrencyLimit,
    pub(crate) limiter: Limiter,
    /// The amounts that calls spend, if the caller set a budget.
    pub(crate) ledger: Option<Ledger>,
    pub(crate) token_estimate: TokenEstimate,
    /// True if something limits tokens, so that requests are estimated.
    pub(crate) limits_tokens: bool,
}

/// A response.
pub(crate) struct Exchange {
    pub(crate) meta: Box<Meta>,
    pub(crate) body: PipelineBody,
    /// The permit, kept until the body is read.
    pub(crate) permit: Permit,
    /// The part of the client's limits that the attempt takes, corrected by the response.
    pub(crate) claim: Claim,
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
    pub(crate) fn bytes(&self) -> Bytes {
        match self {
            Self::Buffered(bytes) => bytes.clone(),
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

/// Accepts a response, or rejects it with an error.
pub(crate) type Accept<'a> = dyn FnMut(&Meta, &PipelineBody) -> Result<(), Error> + Send + 'a;

/// An attempt of a call.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    /// Starts at 1.
    number: u32,
    needs_new_connection: bool,
    /// True if the next attempt can still use a new connection.
    may_use_new_connection: bool,
}

/// The head and the body of a response.
type HeadAndBody = (Box<Meta>, PipelineBody);

impl Pipeline {
    /// Sends a request until there is a response that `accept` accepts, it must not be retried, or its time is over.
    pub(crate) async fn execute(
        &self,
        request: &EncodedRequest,
        accept: &mut Accept<'_>,
    ) -> Result<Exchange, Error> {
        let operation = request.operation.id;
        let ledger = self.ledger.as_ref();
        let credits = match ledger.filter(|ledger| ledger.budget().limits_credits()) {
            // Boxed, because an unboxed future would take its space in every call.
            Some(ledger) => Box::pin(self.price(ledger, request)).await?,
            None => 0.0,
        };
        let amount = Amount {
            tokens: self.tokens(request)?,
            credits,
        };
        let deadline = Deadline::start(&*self.clock, &self.timeouts, request.mode, &request.limits);
        // An exclusive request waits for its turn first. While it waits it must not hold a permit that others need.
        let mut queued = Duration::ZERO;
        let _turn = match request.operation.exclusive {
            true => {
                let turn = self.permit(&self.exclusive, &deadline, operation, &mut queued);
                Some(turn.await?)
            }
            false => None,
        };
        let mut permit = None;
        let mut attempts = Attempts::default();
        let mut maybe_executed = false;
        let mut needs_new_connection = false;
        loop {
            let held = match permit.take() {
                Some(permit) => permit,
                None => {
                    let permit = self.permit(&self.concurrency, &deadline, operation, &mut queued);
                    permit.await?
                }
            };
            let claimed = match self.try_claim(request, amount) {
                Some(claim) => Ok((held, claim)),
                None => {
                    drop(held);
                    // Boxed, because an unboxed future would take its space in every call.
                    let wait = self.wait_for_claim(request, &deadline, amount, &mut queued);
                    Box::pin(wait).await
                }
            };
            let claimed = claimed.and_then(|(held, claim)| {
                let claim = self.reserve(claim, request, amount)?;
                Ok((held, claim))
            });
            let (held, mut claim) = claimed.map_err(|error| {
                error
                    .with_operation(operation)
                    .with_attempts(attempts.total)
                    .with_queue_time(queued)
                    .with_maybe_executed(maybe_executed)
            })?;
            attempts.total += 1;
            let attempt = Attempt {
                number: attempts.total,
                needs_new_connection,
                may_use_new_connection: !needs_new_connection
                    && attempts.allow_unprocessed(request, &self.retry_policy),
            };
            let response = self
                .attempt_in_span(request, &deadline, attempt, &mut claim)
                .await;
            let accepted = response.and_then(|(meta, body)| {
                let accepted = accept(&meta, &body);
                accepted.map_err(|error| meta.secret.redact_error(error))?;
                Ok((meta, body))
            });
            let error = match accepted {
                Ok((meta, body)) => {
                    self.retry_budget.deposit();
                    claim.succeed();
                    return Ok(Exchange {
                        meta,
                        body,
                        permit: held,
                        claim,
                        deadline,
                    });
                }
                Err(error) => {
                    let sent = attempts.total - u32::from(error.is_unsent());
                    error
                        .with_operation(operation)
                        .with_attempts(sent)
                        .with_queue_time(queued)
                        .with_maybe_executed(maybe_executed)
                }
            };
            attempts.count(&error);
            claim.fail(&error, &self.retry_policy);
            drop(claim);
            // The cool-down after a 429 is long, and another call may be waiting for the permit.
            permit = Some(held).filter(|_| !error.is_too_many_requests());
            maybe_executed |= error.is_last_attempt_maybe_executed();
            let context = self.retry_context(&error, request, attempts);
            needs_new_connection = context.needs_new_connection();
            let remaining = deadline.remaining(&*self.clock);
            // Boxed, because an unboxed future would take its space in every call.
            Box::pin(self.prepare_retry(context, remaining, error)).await?;
        }
    }

    /// Completes when the next attempt is due.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt if there is no further one.
    async fn prepare_retry(
        &self,
        context: RetryContext,
        remaining: Option<Duration>,
        error: Error,
    ) -> Result<(), Error> {
        let policy = &self.retry_policy;
        let decision = retry::decide(&context, policy, remaining, fastrand::f64());
        let RetryDecision::Retry { pause, cost } = decision else {
            return Err(error.with_cool_down(context.cool_down));
        };
        if cost != RetryCost::Free && !self.retry_budget.has_retries() {
            return Err(error.with_exhausted_retry_budget());
        }
        self.on_retry.report(&RetryEvent {
            operation: context.operation,
            attempts: context.attempts.total,
            pause,
            error: &error,
        });
        if !pause.is_zero() {
            self.clock.sleep(pause).await;
        }
        // After the pause, so that a call that is dropped during it withdraws nothing.
        if cost == RetryCost::Withdrawal && !self.retry_budget.try_withdraw() {
            return Err(error.with_exhausted_retry_budget());
        }
        Ok(())
    }

    /// Waits for a permit, and adds the time that it took.
    async fn permit(
        &self,
        limit: &ConcurrencyLimit,
        deadline: &Deadline,
        operation: &'static str,
        queued: &mut Duration,
    ) -> Result<Permit, Error> {
        if let Some(permit) = limit.try_acquire() {
            return Ok(permit);
        }
        let clock = &*self.clock;
        let started = clock.now();
        let permit = deadline
            .timeout(clock, TimeoutKind::Queue, pin!(limit.acquire()))
            .await
            .map_err(|error| error.with_operation(operation));
        *queued += clock.now().saturating_duration_since(started);
        permit
    }

    async fn attempt_in_span(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        attempt: Attempt,
        claim: &mut Claim,
    ) -> Result<HeadAndBody, Error> {
        let span = trace::attempt(request, attempt.number);
        // Boxed, because each layer around an unboxed future moves it.
        let mut response = Box::pin(self.attempt(request, deadline, attempt, claim));
        let response = trace::in_span(&span, response.as_mut()).await;
        trace::record_attempt(&span, response.as_ref().map(|(meta, _)| meta.status));
        response
    }

    async fn attempt(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        attempt: Attempt,
        claim: &mut Claim,
    ) -> Result<HeadAndBody, Error> {
        let is_own_origin = self.origin.contains(&request.url);
        let key =
            self.credentials
                .resolve(request.operation, is_own_origin, (deadline, &*self.clock));
        let key = key.await?;
        let body = match upload::open(&request.body) {
            Either::Left(bytes) => RequestBody::Bytes(bytes),
            Either::Right(opening) => deadline
                .timeout(&*self.clock, TimeoutKind::FileOpen, opening)
                .await?
                .map_err(Error::file_read)?,
        };
        let headers = self.headers.copy(is_own_origin);
        let built = message::build_request(request, headers, key.as_ref(), body)?;
        let progress = RequestProgress::default();
        let built = message::with_extensions(built, progress.clone(), attempt.needs_new_connection);
        claim.send();
        let response = deadline
            .sending(
                &*self.clock,
                (
                    progress,
                    self.timeouts.connection(attempt.may_use_new_connection),
                ),
                self.transport.send(built),
            )
            .await
            .map_err(|error| error.with_host(&request.url))?;
        claim.respond(response.headers());
        let secret = self.credentials.secret(key.as_ref());
        let (mut meta, body) = message::split_response(response, attempt.number, secret);
        let body = match content_coding::decode(&mut meta.headers, body) {
            Ok(body) => body,
            Err(coding) if meta.status.is_success() => {
                return Err(classify::unsupported_coding(&coding, *meta));
            }
            // The status of an error response is sufficient.
            Err(_) => ResponseBody::default(),
        };
        debug!(
            operation = request.operation.id,
            attempt = attempt.number,
            status = meta.status.as_u16(),
            "received a response"
        );
        if classify::is_error_response(&meta, request) {
            let error = self.error_response(*meta, body, request, deadline, key.as_ref());
            // Boxed, because an unboxed future would take its space in every call.
            return Err(Box::pin(error).await);
        }
        match request.mode {
            ResponseMode::EventStream | ResponseMode::Download => {
                Ok((meta, PipelineBody::Stream(body)))
            }
            ResponseMode::Buffered => {
                let bytes = read::read(
                    &meta.headers,
                    body,
                    *deadline,
                    &*self.clock,
                    self.max_response_bytes,
                );
                let bytes = bytes.await;
                let bytes = bytes.map_err(|partial| {
                    let Meta {
                        status, headers, ..
                    } = &*meta;
                    let error = partial.error.with_response(*status, headers, Bytes::new());
                    meta.secret.redact_error(error)
                })?;
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
        let body = read::read(
            &meta.headers,
            body,
            deadline,
            &*self.clock,
            classify::MAX_ERROR_BODY,
        )
        .await;
        let body = body.unwrap_or_else(|partial| partial.bytes);
        let secret = meta.secret.clone();
        let is_own_origin = self.origin.contains(&request.url);
        let path = self
            .origin
            .path_below(&request.url)
            .filter(|_| is_own_origin);
        let error = classify::error_response(meta, body, path, self.clock.time_of_day());
        let error = match is_own_origin {
            true => credentials::annotate(error, key).with_missing_path(self.origin.missing_end()),
            false => error.with_foreign_origin(),
        };
        secret.redact_error(error)
    }
}
