//! What an error says of itself, in one line: what was wrong, and what to do.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use super::{Decode, Error, InvalidField, Kind, TimeoutKind};
use crate::transport::TransportErrorKind;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.kind {
            Kind::Transport(kind, host) => self.fmt_transport(f, *kind, host.as_deref())?,
            kind => kind.fmt(f)?,
        }
        if let Some(id) = self.request_id() {
            write!(f, " (request id {id})")?;
        }
        match self.0.attempts {
            0 | 1 => {}
            attempts => write!(f, " (after {attempts} attempts)")?,
        }
        if self.0.may_be_done && !self.ended_unknown() {
            f.write_str("; an earlier attempt may have been carried out")?;
        }
        Ok(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(problem) => f.write_str(problem),
            Self::Invalid(InvalidField { name, problem }) => write!(f, "`{name}` {problem}"),
            Self::Upload(problem) => f.write_str(problem),
            Self::Timeout(phase, limit) => write!(f, "{}", phase.expired(*limit)),
            Self::Transport(kind, _) => f.write_str(happened(*kind)),
            Self::Api(api) => api.fmt(f),
            Self::Decode(Decode {
                path,
                problem,
                answered,
            }) => write!(
                f,
                "the response ({}) cannot be read at `{path}`: {problem}; `send_raw` gives its bytes",
                answered.status
            ),
            Self::Protocol(problem, answered) => write!(f, "{problem} ({})", answered.status),
            Self::Cut => {
                f.write_str("the stream ended before its end; what came until then is all there is")
            }
            Self::TooLarge(problem)
            | Self::Image(problem)
            | Self::Unusable(problem)
            | Self::Job {
                message: problem, ..
            }
            | Self::Save(problem) => f.write_str(problem),
        }
    }
}

impl TimeoutKind {
    fn expired(self, limit: Duration) -> String {
        match self {
            Self::Queue => format!(
                "no place among the concurrent requests came free within {limit:?}; raise `max_concurrent_requests` or the timeout"
            ),
            Self::Connect => format!(
                "no connection, or no place on one, within {limit:?}; check the endpoint and the proxy, or raise the timeout"
            ),
            Self::FileOpen => {
                format!("a file to send was not opened within {limit:?}; raise the timeout")
            }
            Self::RequestBody => {
                format!("the request was not sent to its end within {limit:?}; raise the timeout")
            }
            Self::FirstByte => format!("no response began within {limit:?}; raise the timeout"),
            Self::Idle => format!(
                "nothing came for {limit:?} in the middle of the response; raise `idle_timeout`"
            ),
            Self::Call => format!("not done within {limit:?}; raise the timeout"),
        }
    }
}

impl Error {
    /// What happened, to which host, why, and what to do.
    fn fmt_transport(
        &self,
        f: &mut fmt::Formatter<'_>,
        kind: TransportErrorKind,
        host: Option<&str>,
    ) -> fmt::Result {
        f.write_str(happened(kind))?;
        if let (true, Some(host)) = (self.is_connect(), host) {
            write!(f, " to {host}")?;
        }
        if let (Some(cause), None) = (self.root_cause(), self.timeout_kind()) {
            write!(f, " ({cause})")?;
        }
        f.write_str(advice(kind))
    }

    /// What the innermost of the causes says, which is what happened; those around it say where.
    fn root_cause(&self) -> Option<String> {
        let mut cause = self.source()?.source()?;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let text = cause.to_string();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }
}

fn happened(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::NotSent => "the transport did not send the request",
        TransportErrorKind::Connect => "no connection",
        TransportErrorKind::ConnectTimeout => "no connection in time",
        TransportErrorKind::StreamRefused => "the server gave the request back",
        TransportErrorKind::RequestBody => "the file to upload could not be read to its end",
        TransportErrorKind::ConnectionLost => "the connection ended before a response came",
        TransportErrorKind::ResponseBody => "the connection ended in the middle of the response",
    }
}

fn advice(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => {
            "; check the endpoint, the proxy, and for a private certificate add its root with `add_root_certificate`"
        }
        TransportErrorKind::ConnectTimeout => {
            "; check the endpoint and the proxy, or raise `connect_timeout`"
        }
        _ => "",
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("message", &self.to_string());
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source.as_ref())
    }
}
