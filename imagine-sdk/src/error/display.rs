//! The messages of errors.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use super::TransportErrorKind;
use super::{Cause, Error, InvalidField, Repr, TimeoutKind, shorten};

/// `{}` is one line without the cause; `{:#}` adds the causes.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        self.fmt_problem(f)?;
        if let Some(id) = self.request_id() {
            // A server can send a header of any length.
            write!(f, " (request id {})", shorten(id.to_owned()))?;
        }
        match self.0.attempts {
            0 | 1 => {}
            attempts => write!(f, " (after {attempts} attempts)")?,
        }
        if self.0.is_retry_budget_exhausted {
            f.write_str(
                "; not retried: the retry budget of the client is exhausted; raise `RetryPolicy::budget`",
            )?;
        }
        if let Some(rest) = self.0.cool_down {
            let rest = humantime::format_duration(Duration::from_secs(rest.as_secs().max(1)));
            write!(f, "; the cool-down of the client ends in {rest}")?;
        }
        if self.0.maybe_executed && !self.is_last_attempt_maybe_executed() {
            f.write_str("; an earlier attempt may have been executed")?;
        }
        if f.alternate() {
            self.fmt_causes(f)?;
        }
        Ok(())
    }
}

impl Error {
    fn fmt_problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.repr {
            Repr::InvalidArgument(InvalidField { name, problem }) => {
                write!(f, "`{name}` {problem}")
            }
            Repr::Timeout(kind, limit) => f.write_str(&kind.message(*limit, self.0.queued)),
            Repr::Transport(kind, host) => {
                f.write_str(kind.problem())?;
                if let (Some(word), Some(host)) = (kind.before_host(), host) {
                    write!(f, " {word} {host}")?;
                }
                f.write_str(kind.help())
            }
            Repr::Api(api) => write!(f, "{api}"),
            Repr::Decode { path, problem } => {
                f.write_str("the response ")?;
                self.fmt_status(f)?;
                write!(
                    f,
                    "cannot be decoded at `{path}`: {problem}; `send_raw` returns its bytes"
                )
            }
            Repr::UnexpectedResponse(problem) => {
                f.write_str(problem)?;
                match self.status() {
                    Some(status) => write!(f, " ({status})"),
                    None => Ok(()),
                }
            }
            // The typed error has the message.
            Repr::Limit(_) => match &self.0.cause {
                Some(Cause::Original(limit)) => write!(f, "{limit}"),
                _ => f.write_str("a limit of the client is exceeded"),
            },
            Repr::Truncated => f.write_str("the response ended before it was complete"),
            Repr::Configuration(problem)
            | Repr::FileRead(problem)
            | Repr::TooLarge(problem)
            | Repr::Image(problem)
            | Repr::InvalidOutput(problem)
            | Repr::JobFailed {
                message: problem, ..
            }
            | Repr::FileWrite(problem) => f.write_str(problem),
        }
    }

    fn fmt_status(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status() {
            Some(status) => write!(f, "({status}) "),
            None => Ok(()),
        }
    }

    fn fmt_causes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut source = self.source();
        while let Some(cause) = source {
            let message = cause.to_string();
            let folded: Vec<_> = message.split_whitespace().collect();
            write!(f, ": {}", folded.join(" "))?;
            source = cause.source();
        }
        Ok(())
    }
}

impl TimeoutKind {
    fn message(self, limit: Duration, queued: Duration) -> String {
        let (waiting, help) = match self {
            Self::Queue => (
                "for a free request slot",
                "raise `max_concurrent_requests` or the timeout",
            ),
            Self::Connect => (
                "for a connection",
                "check the endpoint and the proxy, or raise the timeout",
            ),
            Self::Credentials => ("for the API key provider", "raise the timeout"),
            Self::FileOpen => ("for a file to open", "raise the timeout"),
            Self::RequestBody => ("for the request to be sent", "raise the timeout"),
            Self::FirstByte => (
                "for the response",
                "raise `timeout` or `first_event_timeout`, or stream the response if the operation can",
            ),
            Self::FirstEvent => ("for the first event", "raise `first_event_timeout`"),
            Self::Idle => ("for the next bytes of the response", "raise `idle_timeout`"),
            Self::Call => (
                "for the call to finish",
                "raise the timeout, or stream the response if the operation can",
            ),
        };
        // A short wait is not the cause.
        if queued < limit / 10 || self == Self::Queue {
            return format!("timed out after {limit:?} waiting {waiting}; {help}");
        }
        let queued = Duration::from_millis(u64::try_from(queued.as_millis()).unwrap_or(u64::MAX));
        format!(
            "timed out after {limit:?} waiting {waiting}, after {queued:?} in the queue for a request slot; raise \
             the timeout, `max_concurrent_requests` or `rate_limits`"
        )
    }
}

impl TransportErrorKind {
    fn problem(self) -> &'static str {
        match self {
            Self::NotSent => "the transport did not send the request",
            Self::Connect => "cannot connect",
            Self::ConnectTimeout => "cannot connect in time",
            Self::Certificate => "cannot verify the certificate",
            Self::TlsHandshake => "cannot establish TLS",
            Self::InvalidResponse => "the response is not HTTP",
            Self::InvalidContent => "the content coding of the response is damaged",
            Self::NoConnection => "no connection became free in time",
            Self::StreamRefused => "the server refused the HTTP/2 stream",
            Self::RequestBody => "the file to upload cannot be read to its end",
            Self::ConnectionLost => "the connection was lost before the response",
            Self::ResponseBody => "the connection was lost during the response",
        }
    }

    /// Returns the word between the problem and the host.
    fn before_host(self) -> Option<&'static str> {
        match self {
            Self::Connect | Self::ConnectTimeout | Self::NoConnection => Some("to"),
            Self::Certificate => Some("of"),
            Self::TlsHandshake => Some("with"),
            _ => None,
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Connect => "; check the endpoint and the proxy",
            Self::Certificate => {
                "; check the host name and the validity period; trust a private certificate with `add_root_certificate`"
            }
            Self::TlsHandshake => {
                "; check the endpoint: its port may expect `http://`, or another version of TLS"
            }
            Self::InvalidResponse => "; check the endpoint: its port may expect `https://`",
            Self::ConnectTimeout | Self::NoConnection => {
                "; check the endpoint and the proxy, or raise `connect_timeout`"
            }
            _ => "",
        }
    }
}

/// The message, the causes and the kind: `fn main() -> Result<(), Error>` prints this.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#} [{:?}]", self.kind())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.cause.as_ref()? {
            Cause::Source(source) => Some(source.as_ref()),
            Cause::Original(original) => original.source(),
        }
    }
}
