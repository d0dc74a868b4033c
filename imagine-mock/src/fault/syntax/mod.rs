//! The string syntax of faults: `status=429,retry-after=2,times=2`.

mod display;
mod option;

use std::str::FromStr;
use std::time::Duration;

pub(crate) use self::option::parse_duration;

use self::option::FaultOption;
use super::{Fault, FaultKind};

const KINDS: &str = "status=NUMBER, delay=TIME, stall[=EVENTS], reset[=BYTES], truncate[=BYTES], malformed, \
                     wrong-content-type, html-page, dribble=BYTES, connection-close, empty-response";

const MODIFIERS: &str = "times=NUMBER, retry-after=SECONDS, delay=TIME, chunk-delay=TIME (with dribble), \
                         executed=true or false";

/// An error in the string syntax of a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// An option is unknown.
    #[error("unknown fault option `{0}`; kinds: {KINDS}; modifiers: {MODIFIERS}")]
    UnknownOption(String),
    /// An option has an invalid value.
    #[error("`{name}` takes {expected}, not `{value}`")]
    InvalidValue {
        /// The name of the option.
        name: String,
        /// A description of the valid values.
        expected: &'static str,
        /// The given value; empty if there was none.
        value: String,
    },
    /// The kind of the fault is missing.
    #[error("the kind of the fault is missing; kinds: {KINDS}")]
    MissingKind,
    /// The fault has more than one kind.
    #[error("`{0}` is a second kind; script two faults instead")]
    MultipleKinds(String),
    /// A modifier does not apply to the kind.
    #[error("`{0}` does not apply to this kind of fault")]
    IncompatibleOption(&'static str),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut draft = Draft::default();
        for option in text.split(',').map(str::trim) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let option = FaultOption { name, value };
            if !draft.apply_modifier(option)? {
                draft.set_kind(option)?;
            }
        }
        draft.finish()
    }
}

/// A partially parsed fault.
#[derive(Debug, Default)]
struct Draft {
    kind: Option<FaultKind>,
    delay: Option<Duration>,
    chunk_delay: Option<Duration>,
    retry_after: Option<u64>,
    times: Option<u32>,
    executed: Option<bool>,
}

impl Draft {
    /// Applies a modifier. Returns false if the option is not a modifier.
    fn apply_modifier(&mut self, option: FaultOption<'_>) -> Result<bool, FaultError> {
        match option.name {
            "delay" => self.delay = Some(option.duration()?),
            "chunk-delay" => self.chunk_delay = Some(option.duration()?),
            "retry-after" => self.retry_after = Some(option.number("seconds")?),
            "times" => self.times = Some(option.number("a number")?),
            "executed" => self.executed = Some(option.boolean()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn set_kind(&mut self, option: FaultOption<'_>) -> Result<(), FaultError> {
        let kind = option.kind()?;
        match self.kind.replace(kind) {
            Some(_) => Err(FaultError::MultipleKinds(option.name.to_owned())),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<Fault, FaultError> {
        let delay_alone = self.delay.map(|_| FaultKind::Delay);
        let kind = self.kind.or(delay_alone).ok_or(FaultError::MissingKind)?;
        let mut fault = match (kind, self.chunk_delay) {
            (FaultKind::Dribble(bytes, _), Some(delay)) => Fault::dribble(bytes, delay),
            (_, Some(_)) => return Err(FaultError::IncompatibleOption("chunk-delay")),
            (FaultKind::Status(status), None) => Fault::status(status.as_u16()),
            (kind, None) => Fault::of(kind),
        };
        fault.delay = self.delay.unwrap_or_default();
        fault.retry_after = self.retry_after;
        fault.times = self.times;
        match self.executed {
            Some(false) if !fault.replaces_response() => {
                Err(FaultError::IncompatibleOption("executed=false"))
            }
            Some(executed) => Ok(fault.executed(executed)),
            None => Ok(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Fault;

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn parses_the_displayed_form_of_a_fault() {
        for (fault, text) in [
            (
                Fault::status(503).executed(true),
                "status=503,executed=true",
            ),
            (Fault::delay(200 * MILLI), "delay=200ms"),
            (Fault::stall(), "stall=0"),
            (Fault::stall_after(3).times(1), "stall=3,times=1"),
            (Fault::reset(10).delayed(MILLI), "reset=10,delay=1ms"),
            (Fault::truncate(0), "truncate=0"),
            (Fault::malformed(), "malformed"),
            (Fault::wrong_content_type(), "wrong-content-type"),
            (Fault::html_page().retry_after(2), "html-page,retry-after=2"),
            (Fault::dribble(7, 5 * MILLI), "dribble=7,chunk-delay=5ms"),
            (Fault::connection_close(), "connection-close"),
            (
                Fault::empty_response().executed(false),
                "empty-response,executed=false",
            ),
        ] {
            assert_eq!(fault.to_string(), text);
            assert_eq!(text.parse(), Ok(fault));
        }
    }

    #[test]
    fn parses_short_forms() {
        assert_eq!("stall".parse(), Ok(Fault::stall()));
        assert_eq!("reset , times=2".parse(), Ok(Fault::reset(0).times(2)));
        assert_eq!("dribble=1".parse(), Ok(Fault::dribble(1, 10 * MILLI)));
        assert_eq!("delay=2s".parse(), Ok(Fault::delay(2_000 * MILLI)));
    }

    #[test]
    fn rejects_an_invalid_fault_with_the_reason_and_the_valid_options() {
        for (text, expected) in [
            ("", "unknown fault option ``; kinds: status=NUMBER"),
            (
                "sttus=429",
                "unknown fault option `sttus`; kinds: status=NUMBER",
            ),
            ("status", "`status` takes a number from 200 to 999, not ``"),
            (
                "status=100",
                "`status` takes a number from 200 to 999, not `100`",
            ),
            (
                "truncate=many",
                "`truncate` takes a number of bytes, not `many`",
            ),
            (
                "dribble=0",
                "`dribble` takes a number of bytes from 1, not `0`",
            ),
            ("html-page=yes", "`html-page` takes no value, not `yes`"),
            (
                "delay=200",
                "`delay` takes a time such as 200ms or 2s, not `200`",
            ),
            ("status=500,times=-1", "`times` takes a number, not `-1`"),
            (
                "html-page,executed=never",
                "`executed` takes true or false, not `never`",
            ),
            (
                "times=2",
                "the kind of the fault is missing; kinds: status=NUMBER",
            ),
            ("status=500,html-page", "`html-page` is a second kind"),
            (
                "truncate,executed=false",
                "`executed=false` does not apply to this kind",
            ),
            (
                "truncate,chunk-delay=1s",
                "`chunk-delay` does not apply to this kind",
            ),
        ] {
            let message = text.parse::<Fault>().unwrap_err().to_string();
            assert!(message.starts_with(expected), "{text}: {message}");
        }
    }

    #[test]
    fn an_impossible_status_becomes_500() {
        for status in [0, 100, 199, 1_000] {
            assert_eq!(Fault::status(status), Fault::status(500));
        }
    }
}
