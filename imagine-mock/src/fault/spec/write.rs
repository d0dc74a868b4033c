//! Writes a fault as the text that it is read from.

use std::fmt;

use crate::fault::{Fault, Kind};

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.kind.words();
        if !self.delay.is_zero() || self.kind == Kind::Late {
            words.push(format!("delay={}ms", self.delay.as_millis()));
        }
        words.extend(
            self.retry_after
                .map(|seconds| format!("retry-after={seconds}")),
        );
        words.extend(self.times.map(|times| format!("times={times}")));
        if self.replaces_response() && self.after_work == matches!(self.kind, Kind::Status(_)) {
            let work = if self.after_work { "after" } else { "before" };
            words.push(format!("work={work}"));
        }
        formatter.write_str(&words.join(","))
    }
}

impl Kind {
    /// The words that name it. A delay alone is named by its refinement.
    fn words(self) -> Vec<String> {
        let word = match self {
            Self::Late => return Vec::new(),
            Self::Status(status) => format!("status={}", status.as_u16()),
            Self::Stall(events) => format!("stall={events}"),
            Self::Reset(bytes) => format!("reset={bytes}"),
            Self::Cut(bytes) => format!("cut={bytes}"),
            Self::Drip(bytes, span) => {
                return vec![
                    format!("drip={bytes}"),
                    format!("pause={}ms", span.as_millis()),
                ];
            }
            Self::Malformed => "malformed".to_owned(),
            Self::Mislabelled => "mislabelled".to_owned(),
            Self::Html => "html".to_owned(),
            Self::Close => "close".to_owned(),
            Self::HangUp => "hang-up".to_owned(),
        };
        vec![word]
    }
}
