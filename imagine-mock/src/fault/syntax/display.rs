//! Formats a fault in the syntax that it is parsed from.

use std::fmt;

use crate::fault::{Fault, FaultKind};

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options = self.kind.options();
        if !self.delay.is_zero() || self.kind == FaultKind::Delay {
            options.push(format!("delay={}ms", self.delay.as_millis()));
        }
        options.extend(
            self.retry_after
                .map(|seconds| format!("retry-after={seconds}")),
        );
        options.extend(self.times.map(|times| format!("times={times}")));
        let executed_by_default = !matches!(self.kind, FaultKind::Status(_));
        if self.executed != executed_by_default {
            options.push(format!("executed={}", self.executed));
        }
        formatter.write_str(&options.join(","))
    }
}

impl FaultKind {
    /// Returns the options that define the kind. The modifier `delay` alone defines the kind `Delay`.
    fn options(self) -> Vec<String> {
        let option = match self {
            Self::Delay => return Vec::new(),
            Self::Status(status) => format!("status={}", status.as_u16()),
            Self::Stall(events) => format!("stall={events}"),
            Self::Reset(bytes) => format!("reset={bytes}"),
            Self::Truncate(bytes) => format!("truncate={bytes}"),
            Self::Dribble(bytes, delay) => {
                return vec![
                    format!("dribble={bytes}"),
                    format!("chunk-delay={}ms", delay.as_millis()),
                ];
            }
            Self::Malformed => "malformed".to_owned(),
            Self::WrongContentType => "wrong-content-type".to_owned(),
            Self::HtmlPage => "html-page".to_owned(),
            Self::ConnectionClose => "connection-close".to_owned(),
            Self::EmptyResponse => "empty-response".to_owned(),
        };
        vec![option]
    }
}
