//! What an error says of itself, in one line: what was wrong, and what to do.

use std::fmt;
use std::time::Duration;

use super::{Decode, Error, InvalidField, Kind, Phase};
use crate::transport::TransportErrorKind;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        self.0.kind.fmt(f)?;
        if let Some(id) = self.request_id() {
            write!(f, " (request id {id})")?;
        }
        match self.0.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " (after {attempts} attempts)"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(problem) => f.write_str(problem),
            Self::Invalid(InvalidField { name, problem }) => write!(f, "`{name}` {problem}"),
            Self::Upload(problem) => f.write_str(problem),
            Self::Timeout(phase, limit) => write!(f, "{}", phase.expired(*limit)),
            Self::Transport(kind) => f.write_str(advice(*kind)),
            Self::Api(api) => api.fmt(f),
            Self::Decode(Decode {
                path,
                problem,
                answered,
            }) => write!(
                f,
                "the answer ({}) cannot be read at `{path}`: {problem}; `send_raw` gives its bytes",
                answered.status
            ),
            Self::Protocol(problem, answered) => write!(f, "{problem} ({})", answered.status),
            Self::Cut => {
                f.write_str("the stream ended before its end; what came until then is all there is")
            }
            Self::TooLarge(problem)
            | Self::Image(problem)
            | Self::Unusable(problem)
            | Self::Job(problem)
            | Self::Save(problem) => f.write_str(problem),
        }
    }
}

impl Phase {
    fn expired(self, limit: Duration) -> String {
        match self {
            Self::Slot => format!(
                "no place among the concurrent requests came free within {limit:?}; raise `max_concurrent_requests` or the timeout"
            ),
            Self::Connect => format!("no connection within {limit:?}; raise `connect_timeout`"),
            Self::FirstByte => format!("no answer began within {limit:?}; raise the timeout"),
            Self::Idle => format!(
                "nothing came for {limit:?} in the middle of the answer; raise `idle_timeout`"
            ),
            Self::Total => format!("not done within {limit:?}; raise the timeout"),
        }
    }
}

fn advice(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => {
            "no connection to the server; check the endpoint, the proxy, and for a private certificate add its root with `add_root_certificate`"
        }
        TransportErrorKind::ConnectTimeout => {
            "connecting took too long; check the endpoint and the proxy, or raise `connect_timeout`"
        }
        TransportErrorKind::RequestBody => "the file to upload could not be read to its end",
        TransportErrorKind::Exchange => "the connection ended before an answer came",
        TransportErrorKind::ResponseBody => "the connection ended in the middle of the answer",
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
