//! Predicates over errors, and their details.

use std::any::Any;
use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::TransportErrorKind;
use super::{ApiError, Cause, Error, ErrorKind, RateLimitExceeded, Repr, TimeoutKind, request_id};

/// Predicates for the common questions. [`kind`](Self::kind) has them all.
impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.repr {
            Repr::Configuration(_) => ErrorKind::Configuration,
            Repr::InvalidArgument(_) => ErrorKind::InvalidArgument,
            Repr::FileRead(_) | Repr::Image(_) => ErrorKind::FileRead,
            Repr::Timeout(..) => ErrorKind::Timeout,
            Repr::Limit(kind) => *kind,
            Repr::Transport(kind, _) => match kind {
                TransportErrorKind::Connect
                | TransportErrorKind::Certificate
                | TransportErrorKind::TlsHandshake => ErrorKind::Connect,
                TransportErrorKind::InvalidResponse | TransportErrorKind::InvalidContent => {
                    ErrorKind::UnexpectedResponse
                }
                TransportErrorKind::ConnectTimeout | TransportErrorKind::NoConnection => {
                    ErrorKind::Timeout
                }
                TransportErrorKind::RequestBody => ErrorKind::FileRead,
                _ => ErrorKind::Transport,
            },
            Repr::Api(api) => api.kind(),
            Repr::Decode { .. } => ErrorKind::Decode,
            Repr::UnexpectedResponse(_) => ErrorKind::UnexpectedResponse,
            Repr::Truncated => ErrorKind::Truncated,
            Repr::TooLarge(_) => ErrorKind::TooLarge,
            Repr::InvalidOutput(_) => ErrorKind::InvalidOutput,
            Repr::JobFailed {
                is_quota_exceeded: true,
                ..
            } => ErrorKind::QuotaExceeded,
            Repr::JobFailed { .. } => ErrorKind::JobFailed,
            Repr::FileWrite(_) => ErrorKind::FileWrite,
        }
    }

    /// Returns true if the configuration has to be fixed: [`ErrorKind::Configuration`].
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// Returns true if a value cannot be sent: [`ErrorKind::InvalidArgument`].
    pub fn is_invalid_argument(&self) -> bool {
        self.kind() == ErrorKind::InvalidArgument
    }

    /// Returns true if a file or an image to upload cannot be read: [`ErrorKind::FileRead`].
    pub fn is_file_read(&self) -> bool {
        self.kind() == ErrorKind::FileRead
    }

    /// Returns true if a downloaded file cannot be written: [`ErrorKind::FileWrite`].
    pub fn is_file_write(&self) -> bool {
        self.kind() == ErrorKind::FileWrite
    }

    /// Returns true if a limit was reached: [`ErrorKind::Timeout`].
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Returns true if there was no connection, also when connecting timed out. The server received nothing.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect || self.timeout_kind() == Some(TimeoutKind::Connect)
    }

    /// Returns true if the transport failed, before or during the response. True for [`ErrorKind::Connect`] as well.
    pub fn is_transport(&self) -> bool {
        self.transport_kind().is_some()
    }

    /// Returns true if the service rejects the key: [`ErrorKind::Authentication`].
    pub fn is_authentication(&self) -> bool {
        self.kind() == ErrorKind::Authentication
    }

    /// Returns true if the account has used up its quota or its credits: [`ErrorKind::QuotaExceeded`].
    pub fn is_quota_exceeded(&self) -> bool {
        self.kind() == ErrorKind::QuotaExceeded
    }

    /// Returns true if requests were too frequent: [`ErrorKind::RateLimited`]. With
    /// [`is_limited_by_client`](Self::is_limited_by_client), the client's own limit ended the call.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Returns true if the call could exceed the budget of its client: [`ErrorKind::BudgetExceeded`].
    pub fn is_budget_exceeded(&self) -> bool {
        self.kind() == ErrorKind::BudgetExceeded
    }

    /// Returns true if a limit that the client itself keeps ended the call: its rate limits, the cool-down after a 429,
    /// or its budget. The last attempt was not sent. [`get_ref`](Self::get_ref) has the
    /// [`RateLimitExceeded`](crate::RateLimitExceeded) or the [`BudgetExceeded`](crate::BudgetExceeded).
    pub fn is_limited_by_client(&self) -> bool {
        matches!(self.0.repr, Repr::Limit(_))
    }

    /// Returns true if the service returned 404: [`ErrorKind::NotFound`].
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Returns true if the response cannot be decoded: [`ErrorKind::Decode`].
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Returns true if the response is not of the requested type: [`ErrorKind::UnexpectedResponse`].
    pub fn is_unexpected_response(&self) -> bool {
        self.kind() == ErrorKind::UnexpectedResponse
    }

    /// Returns true if a stream or a file ended before it was complete: [`ErrorKind::Truncated`]. After `collect`,
    /// [`partial_response`](Self::partial_response) returns the received part.
    pub fn is_truncated(&self) -> bool {
        self.kind() == ErrorKind::Truncated
    }

    /// Returns true if a response or an event exceeds its size limit: [`ErrorKind::TooLarge`].
    pub fn is_too_large(&self) -> bool {
        self.kind() == ErrorKind::TooLarge
    }

    /// Returns true if the content of the response cannot be used: [`ErrorKind::InvalidOutput`].
    /// [`get_ref`](Self::get_ref) has the typed error.
    pub fn is_invalid_output(&self) -> bool {
        self.kind() == ErrorKind::InvalidOutput
    }

    /// Returns true if a generation failed, also for missing credits. [`partial_response`](Self::partial_response) has
    /// its handle.
    pub fn is_job_failed(&self) -> bool {
        matches!(self.0.repr, Repr::JobFailed { .. })
    }

    /// Returns true if it is unknown whether the service executed the request: it may have received it, and the response
    /// is missing or unusable. A billable operation is not retried after such an error. Check whether it took effect
    /// before repeating it. After several attempts, an earlier one may be the one that was executed.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.maybe_executed || self.is_last_attempt_maybe_executed()
    }

    /// Returns true if the call was not retried because the retry budget of its client is used up, which
    /// [`RetryPolicy::budget`](crate::RetryPolicy::budget) configures. Most other calls of the client have failed too.
    pub fn is_retry_budget_exhausted(&self) -> bool {
        self.0.is_retry_budget_exhausted
    }

    /// Returns true if the last attempt may have been executed.
    pub(crate) fn is_last_attempt_maybe_executed(&self) -> bool {
        match &self.0.repr {
            Repr::Timeout(kind, _) => matches!(
                kind,
                TimeoutKind::FirstByte
                    | TimeoutKind::FirstEvent
                    | TimeoutKind::Idle
                    | TimeoutKind::Call
            ),
            Repr::Transport(kind, _) => matches!(
                kind,
                TransportErrorKind::ConnectionLost
                    | TransportErrorKind::InvalidResponse
                    | TransportErrorKind::InvalidContent
                    | TransportErrorKind::ResponseBody
            ),
            Repr::Api(api) => api.is_maybe_executed(),
            Repr::Decode { .. }
            | Repr::UnexpectedResponse(_)
            | Repr::Truncated
            | Repr::TooLarge(_) => true,
            Repr::Configuration(_)
            | Repr::InvalidArgument(_)
            | Repr::Limit(_)
            | Repr::FileRead(_)
            | Repr::Image(_)
            | Repr::InvalidOutput(_)
            | Repr::JobFailed { .. }
            | Repr::FileWrite(_) => false,
        }
    }

    /// Returns true if the server received nothing of the last attempt, or returned it unprocessed.
    pub(crate) fn is_not_received(&self) -> bool {
        let is_unprocessed = matches!(
            self.transport_kind(),
            Some(
                TransportErrorKind::NotSent
                    | TransportErrorKind::Certificate
                    | TransportErrorKind::TlsHandshake
                    | TransportErrorKind::StreamRefused
            )
        );
        is_unprocessed || self.is_connect()
    }

    /// Returns true if the service rejected the request with 429 because of its rate.
    pub(crate) fn is_too_many_requests(&self) -> bool {
        let is_429 = self.status() == Some(StatusCode::TOO_MANY_REQUESTS);
        is_429 && self.is_rate_limited() && self.api_error().is_some()
    }

    /// Returns true if the last attempt failed before anything was sent.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(
            self.0.repr,
            Repr::FileRead(_)
                | Repr::InvalidArgument(_)
                | Repr::Configuration(_)
                | Repr::Limit(_)
                | Repr::Timeout(TimeoutKind::FileOpen | TimeoutKind::Credentials, _)
        )
    }
}

/// Details.
impl Error {
    /// Returns the service's error response.
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.0.repr {
            Repr::Api(api) => Some(api),
            _ => None,
        }
    }

    /// Returns the operation that failed.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// Returns the name of the field that cannot be sent.
    pub fn invalid_field(&self) -> Option<&str> {
        match &self.0.repr {
            Repr::InvalidArgument(invalid) => Some(&invalid.name),
            _ => None,
        }
    }

    /// Returns the limit that was reached.
    pub fn timeout_kind(&self) -> Option<TimeoutKind> {
        match self.0.repr {
            Repr::Timeout(kind, _) => Some(kind),
            Repr::Transport(
                TransportErrorKind::ConnectTimeout | TransportErrorKind::NoConnection,
                _,
            ) => Some(TimeoutKind::Connect),
            _ => None,
        }
    }

    /// Returns the location in the response where decoding failed, such as `choices[0].message`.
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.repr {
            Repr::Decode { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Returns the status of the response, if there was one. In the middle of a stream it is that of the stream.
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.repr {
            Repr::Api(api) => Some(api.status()),
            _ => self.0.response.as_ref().map(|response| response.status),
        }
    }

    /// Returns the headers of the response, if there was one. The API key is redacted in them.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match &self.0.repr {
            Repr::Api(api) => Some(api.headers()),
            _ => self.0.response.as_ref().map(|response| &response.headers),
        }
    }

    /// Returns the first 64 KiB of the body of the response. It may repeat the request; the API key is redacted in it.
    /// Nothing for a response that was streamed.
    pub fn body(&self) -> Option<&Bytes> {
        let body = match &self.0.repr {
            Repr::Api(api) => Some(api.body()),
            _ => self.0.response.as_ref().map(|response| &response.body),
        };
        body.filter(|body| !body.is_empty() || self.api_error().is_some() || self.is_decode())
    }

    /// Returns the id that the service gave to the request.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(request_id)
    }

    /// Returns the pause before the next request: the `retry-after` of the service, the wait for a slot of the client's
    /// own limits, or the rest of the cool-down after a 429, if that is longer.
    pub fn retry_after(&self) -> Option<Duration> {
        let limit = self.get_ref::<RateLimitExceeded>();
        let api = self.api_error().and_then(ApiError::retry_after);
        api.or_else(|| limit?.frees_in).max(self.0.cool_down)
    }

    /// Returns what arrived of the response before the error: after `collect` the output of the stream, such as a
    /// [`ChatCompletionResponse`](crate::inference::ChatCompletionResponse), and for the error of a wait the
    /// `Generation`.
    pub fn partial_response<T: Any>(&self) -> Option<&T> {
        self.0.partial.as_ref()?.downcast_ref()
    }

    /// Returns the typed error that this one was made from, such as a `ParseError`, a `RunToolsError`, a `WaitError` or
    /// a [`TransportError`](crate::transport::TransportError).
    pub fn get_ref<T: std::error::Error + 'static>(&self) -> Option<&T> {
        match self.0.cause.as_ref()? {
            Cause::Original(original) => original.downcast_ref(),
            Cause::Source(_) => None,
        }
    }

    /// Returns the number of attempts, those without a connection included. 0 if the request could not be encoded or
    /// got no permit.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how the transport failed, if it did.
    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        match self.0.repr {
            Repr::Transport(kind, _) => Some(kind),
            _ => None,
        }
    }

    /// Returns true if the connection failed, so the received part is the start of a valid response.
    pub(crate) fn is_interrupted(&self) -> bool {
        matches!(
            self.transport_kind(),
            Some(TransportErrorKind::ConnectionLost | TransportErrorKind::ResponseBody)
        )
    }

    /// Returns the class of the error in spans: the status of an error response, or the name of the kind.
    pub(crate) fn class(&self) -> Cow<'static, str> {
        let name = match &self.0.repr {
            Repr::Api(api) => return api.status().as_str().to_owned().into(),
            Repr::Transport(kind, _) => kind.class(),
            Repr::Configuration(_) => "configuration",
            Repr::InvalidArgument(_) => "invalid_argument",
            Repr::FileRead(_) | Repr::Image(_) => "file_read",
            Repr::Timeout(..) => "timeout",
            Repr::Limit(ErrorKind::BudgetExceeded) => "budget_exceeded",
            Repr::Limit(_) => "rate_limit_exceeded",
            Repr::Decode { .. } => "decode",
            Repr::UnexpectedResponse(_) => "unexpected_response",
            Repr::Truncated => "truncated",
            Repr::TooLarge(_) => "too_large",
            Repr::InvalidOutput(_) => "invalid_output",
            Repr::JobFailed { .. } => "job_failed",
            Repr::FileWrite(_) => "file_write",
        };
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsent_requests_have_a_known_outcome() {
        let error = |kind| Error::timeout(kind, Duration::ZERO);
        for kind in [
            TimeoutKind::Queue,
            TimeoutKind::Credentials,
            TimeoutKind::Connect,
            TimeoutKind::FileOpen,
            TimeoutKind::RequestBody,
        ] {
            assert!(!error(kind).is_outcome_unknown(), "{kind:?}");
        }
        for kind in [
            TimeoutKind::FirstByte,
            TimeoutKind::FirstEvent,
            TimeoutKind::Idle,
            TimeoutKind::Call,
        ] {
            assert!(error(kind).is_outcome_unknown(), "{kind:?}");
        }
        assert!(error(TimeoutKind::FileOpen).is_unsent());
    }
}
