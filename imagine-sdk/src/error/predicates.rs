//! What one may ask about an error.

use std::any::Any;
use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{ApiError, Error, Kind, TimeoutKind};
use crate::transport::TransportErrorKind;

/// Questions.
impl Error {
    /// The client cannot be built: a variable is missing, or the endpoint, the key, the proxy or a
    /// certificate is unusable. Mend the configuration.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_))
    }

    /// A value cannot be sent: out of its documented range, not finite, no name in a path, no legal
    /// header. Nothing was sent; [`invalid_field`](Self::invalid_field) names it.
    pub fn is_invalid_argument(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid(_))
    }

    /// A file or an image to send cannot be read: it is not there, is no file, is of a format that the service does
    /// not take, or ended before its announced length. The message names it; nothing came of the call.
    pub fn is_file_read(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Upload(_) | Kind::Image(_) | Kind::Transport(TransportErrorKind::RequestBody, _)
        )
    }

    /// The request reached the service, or may have, and it is not known what came of it: the connection
    /// failed or the time ran out after it was sent, the service failed over it, or its response cannot be
    /// read. Of an operation that costs something this is the error that is not tried again: look whether it
    /// was done before you do it again. Of one that was tried several times it is so as well where only an
    /// earlier attempt may have been carried out.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.may_be_done || self.ended_unknown()
    }

    /// Whether the last attempt may have been carried out.
    pub(crate) fn ended_unknown(&self) -> bool {
        match &self.0.kind {
            Kind::Timeout(phase, _) => !matches!(
                phase,
                TimeoutKind::Queue
                    | TimeoutKind::Connect
                    | TimeoutKind::FileOpen
                    | TimeoutKind::RequestBody
            ),
            Kind::Transport(kind, _) => {
                matches!(
                    kind,
                    TransportErrorKind::ConnectionLost | TransportErrorKind::ResponseBody
                )
            }
            Kind::Api(api) => {
                let status = api.status();
                let failed = status.is_server_error() && !api.is_authentication();
                // A success with an error in it was worked on.
                status.is_success()
                    || status == StatusCode::REQUEST_TIMEOUT
                    || (failed && status != StatusCode::SERVICE_UNAVAILABLE)
            }
            Kind::Decode(_) | Kind::Protocol(..) | Kind::Cut | Kind::TooLarge(_) => true,
            Kind::Config(_)
            | Kind::Invalid(_)
            | Kind::Upload(_)
            | Kind::Image(_)
            | Kind::Unusable(_)
            | Kind::Job { .. }
            | Kind::Save(_) => false,
        }
    }

    /// The response came and was read, but what it says cannot be used: a tool call with wrong arguments, a
    /// structured answer that was cut, refused or ill-formed, a model that only calls tools, an image that
    /// is none. `source()` is the typed error, which has the text.
    pub fn is_invalid_output(&self) -> bool {
        matches!(self.0.kind, Kind::Unusable(_))
    }

    /// A generation failed: the service could not or would not make what was asked for, and the message has its
    /// words. Change what is asked for, or ask again. [`partial_response`](Self::partial_response) has its handle, `source()` is the
    /// error of the wait.
    pub fn is_job_failed(&self) -> bool {
        matches!(self.0.kind, Kind::Job { .. })
    }

    /// What was downloaded cannot be written to where it should be: no such folder, no right to write there, no
    /// room. Mend that, and download again; nothing was left there.
    pub fn is_file_write(&self) -> bool {
        matches!(self.0.kind, Kind::Save(_))
    }

    /// The time ran out. [`timeout_kind`](Self::timeout_kind) says what for; raise that limit.
    pub fn is_timeout(&self) -> bool {
        self.timeout_kind().is_some()
    }

    /// No connection could be made: the server is down, the name or the port is wrong, a proxy is in
    /// between, or its certificate is not trusted. The server saw no request.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Transport(
                TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout,
                _
            ) | Kind::Timeout(TimeoutKind::Connect, _)
        )
    }

    /// The connection failed, before or during the response: a server that restarts, a network that breaks, a proxy in
    /// between. `source()` says how. Ask again where [`is_outcome_unknown`](Self::is_outcome_unknown) does not hold,
    /// or where doing it twice does no harm.
    pub fn is_transport(&self) -> bool {
        self.transport_kind().is_some()
    }

    /// The service answered 429: too many requests at once, or in too short a time. Wait as long as
    /// [`retry_after`](Self::retry_after) says, and lower `max_concurrent_requests`. Where waiting does not help, it
    /// is [`is_quota_exceeded`](Self::is_quota_exceeded) that holds.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS) && !self.is_quota_exceeded()
    }

    /// The account has used up its quota or its credits, as the service reports with a code such as
    /// `insufficient_quota` or the rejection `out_of_credits`. It is not retried, because waiting does not help: raise
    /// the quota, buy credits, or use another account.
    pub fn is_quota_exceeded(&self) -> bool {
        match &self.0.kind {
            Kind::Api(api) => api.is_quota_exceeded(),
            Kind::Job {
                is_quota_exceeded, ..
            } => *is_quota_exceeded,
            _ => false,
        }
    }

    /// The service does not accept the key, or not for this: 401, 403 (which may also be about credits), or
    /// the 500 with which it is known to answer a missing one. Check the key, and which endpoint it is for; the
    /// message says in which header it was sent.
    pub fn is_authentication(&self) -> bool {
        self.api_error().is_some_and(ApiError::is_authentication)
    }

    /// The service does not know the path, the model or the item: 404. Check the names in the request, and the path
    /// of the endpoint; `available_models` lists the models.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// The response came, but cannot be read. [`decode_path`](Self::decode_path) says where; `send_raw`
    /// gives the bytes.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// The response is of another kind than was asked for: HTML from a proxy, a redirect, JSON instead of
    /// a stream. Check the endpoint, and what is between you and it; [`body`](Self::body) has what came.
    pub fn is_unexpected_response(&self) -> bool {
        matches!(self.0.kind, Kind::Protocol(..))
    }

    /// The stream ended without a sign that it was complete: the connection broke, or a server or a proxy stopped
    /// in the middle. What came before it is good, so go on with that, or ask again. After `collect`
    /// [`partial_response`](Self::partial_response) has it; whoever takes events one by one has had them all.
    pub fn is_truncated(&self) -> bool {
        matches!(self.0.kind, Kind::Cut)
    }

    /// The response, or one event of it, is larger than the client accepts. For an event raise `max_event_bytes`; a
    /// whole response of a gibibyte comes from a server that does not end, and a file that large is for `save_to`.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge(_))
    }
}

/// Details.
impl Error {
    /// The class of errors that this one is of, as it is traced: the status of a refusal, or a word for the kind.
    pub(crate) fn class(&self) -> Cow<'static, str> {
        let word = match &self.0.kind {
            Kind::Api(api) => return api.status().as_str().to_owned().into(),
            Kind::Config(_) => "config",
            Kind::Invalid(_) => "invalid_argument",
            Kind::Upload(_) | Kind::Image(_) => "upload",
            Kind::Timeout(..) => "timeout",
            Kind::Transport(kind, _) => kind.class(),
            Kind::Decode(_) => "decode",
            Kind::Protocol(..) => "protocol",
            Kind::Cut => "cut",
            Kind::TooLarge(_) => "too_large",
            Kind::Unusable(_) => "unusable",
            Kind::Job { .. } => "job",
            Kind::Save(_) => "save",
        };
        word.into()
    }

    /// What the service said, if it refused.
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(api) => Some(api),
            _ => None,
        }
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// The field that cannot be sent.
    pub fn invalid_field(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Invalid(invalid) => Some(&invalid.name),
            _ => None,
        }
    }

    /// What was being waited for when the time ran out.
    pub fn timeout_kind(&self) -> Option<TimeoutKind> {
        match self.0.kind {
            Kind::Timeout(phase, _) => Some(phase),
            Kind::Transport(TransportErrorKind::ConnectTimeout, _) => Some(TimeoutKind::Connect),
            _ => None,
        }
    }

    /// Where in the response the decoding failed, as `choices[0].message`.
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode(decode) => Some(&decode.path),
            _ => None,
        }
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.answered().map(|(status, ..)| status)
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.answered().map(|(_, headers, _)| headers)
    }

    /// The first 64 KiB of the response's body, if there was one. It may repeat what was asked.
    pub fn body(&self) -> Option<&Bytes> {
        self.answered().map(|(.., body)| body)
    }

    /// The id that the service gave to the request.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(super::request_id)
    }

    /// How long the service asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api_error().and_then(ApiError::retry_after)
    }

    /// What had come of a response when its stream failed, where the stream was being collected: for a chat a
    /// [`ChatCompletionResponse`](crate::inference::ChatCompletionResponse) with the text until then. Of an
    /// error that was made of one of a wait, the job's handle.
    pub fn partial_response<T: Any>(&self) -> Option<&T> {
        self.0.partial.as_ref()?.downcast_ref()
    }

    /// How many attempts there were, those included that found no connection. 0 if nothing was tried: the request
    /// could not be written, or no place for it came free.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_came_of_what_was_not_sent() {
        let after = |phase| Error::timeout(phase, Duration::ZERO);
        for phase in [
            TimeoutKind::Queue,
            TimeoutKind::Connect,
            TimeoutKind::FileOpen,
            TimeoutKind::RequestBody,
        ] {
            assert!(!after(phase).is_outcome_unknown(), "{phase:?}");
        }
        for phase in [TimeoutKind::FirstByte, TimeoutKind::Idle, TimeoutKind::Call] {
            assert!(after(phase).is_outcome_unknown(), "{phase:?}");
        }
        assert!(after(TimeoutKind::FileOpen).is_unsent());
    }
}
