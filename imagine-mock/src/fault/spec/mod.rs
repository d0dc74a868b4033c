//! Faults as texts: `status=429,retry-after=2,times=2`.

mod word;
mod write;

use std::str::FromStr;
use std::time::Duration;

use self::word::Word;
use super::{Fault, Kind};

const KINDS: &str = "status=NUMBER, delay=TIME, stall[=EVENTS], reset[=BYTES], cut[=BYTES], malformed, mislabelled, html, drip=BYTES, close, hang-up";

const REFINEMENTS: &str =
    "times=NUMBER, retry-after=SECONDS, delay=TIME, pause=TIME (of a drip), work=before or after";

/// Why a text is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// A word of it has no meaning.
    #[error("a fault has no `{0}`; kinds are {KINDS}; they are refined by {REFINEMENTS}")]
    Unknown(String),
    /// A word of it needs another value.
    #[error("`{name}` takes {expected}, not `{value}`")]
    Value {
        /// The word.
        name: String,
        /// What it takes.
        expected: &'static str,
        /// What was given, empty where nothing was.
        value: String,
    },
    /// It says nothing of what goes wrong.
    #[error("it is not said what goes wrong; kinds are {KINDS}")]
    NoKind,
    /// It says two things at once.
    #[error("`{0}` is one kind of fault too many; script two faults")]
    TwoKinds(String),
    /// The refinement does not go with the kind.
    #[error("`{0}` does not go with this kind of fault")]
    Unsuitable(&'static str),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut draft = Draft::default();
        for word in text.split(',').map(str::trim) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let word = Word { name, value };
            if !draft.refine(word)? {
                draft.choose(word)?;
            }
        }
        draft.finish()
    }
}

/// A fault of which not all words are read.
#[derive(Debug, Default)]
struct Draft {
    kind: Option<Kind>,
    delay: Option<Duration>,
    pause: Option<Duration>,
    retry_after: Option<u64>,
    times: Option<u32>,
    after_work: Option<bool>,
}

impl Draft {
    /// Reads a word that refines, or says that it is another.
    fn refine(&mut self, word: Word<'_>) -> Result<bool, FaultError> {
        match word.name {
            "delay" => self.delay = Some(word.time()?),
            "pause" => self.pause = Some(word.time()?),
            "retry-after" => self.retry_after = Some(word.number("seconds")?),
            "times" => self.times = Some(word.number("a number")?),
            "work" => self.after_work = Some(word.work()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn choose(&mut self, word: Word<'_>) -> Result<(), FaultError> {
        let kind = word.kind()?;
        match self.kind.replace(kind) {
            Some(_) => Err(FaultError::TwoKinds(word.name.to_owned())),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<Fault, FaultError> {
        let late = self.delay.map(|_| Kind::Late);
        let mut fault = match (self.kind.or(late).ok_or(FaultError::NoKind)?, self.pause) {
            (Kind::Drip(bytes, _), Some(pause)) => Fault::drip(bytes, pause),
            (_, Some(_)) => return Err(FaultError::Unsuitable("pause")),
            (Kind::Status(status), None) => Fault::status(status.as_u16()),
            (kind, None) => Fault::of(kind),
        };
        fault.delay = self.delay.unwrap_or_default();
        fault.retry_after = self.retry_after;
        fault.times = self.times;
        fault = match self.after_work {
            None => fault,
            Some(true) => fault.after_work(),
            Some(false) if fault.replaces_response() => fault.before_work(),
            Some(false) => return Err(FaultError::Unsuitable("work=before")),
        };
        Ok(fault)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Fault;

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn a_fault_is_read_from_what_it_is_written_as() {
        for (fault, text) in [
            (Fault::status(503).after_work(), "status=503,work=after"),
            (Fault::delay(200 * MILLI), "delay=200ms"),
            (Fault::stall(), "stall=0"),
            (Fault::stall_after(3).times(1), "stall=3,times=1"),
            (Fault::reset(10).delayed(MILLI), "reset=10,delay=1ms"),
            (Fault::cut(0), "cut=0"),
            (Fault::malformed(), "malformed"),
            (Fault::mislabelled(), "mislabelled"),
            (Fault::html().retry_after(2), "html,retry-after=2"),
            (Fault::drip(7, 5 * MILLI), "drip=7,pause=5ms"),
            (Fault::close(), "close"),
            (Fault::hang_up().before_work(), "hang-up,work=before"),
        ] {
            assert_eq!(fault.to_string(), text);
            assert_eq!(text.parse(), Ok(fault));
        }
    }

    #[test]
    fn short_forms_are_read_too() {
        assert_eq!("stall".parse(), Ok(Fault::stall()));
        assert_eq!("reset , times=2".parse(), Ok(Fault::reset(0).times(2)));
        assert_eq!("drip=1".parse(), Ok(Fault::drip(1, 10 * MILLI)));
        assert_eq!("delay=2s".parse(), Ok(Fault::delay(2_000 * MILLI)));
    }

    #[test]
    fn a_bad_text_is_refused_with_what_is_wrong_and_what_is_known() {
        for (text, said) in [
            ("", "a fault has no ``; kinds are status=NUMBER"),
            (
                "sttus=429",
                "a fault has no `sttus`; kinds are status=NUMBER",
            ),
            ("status", "`status` takes a number from 200 to 999, not ``"),
            (
                "status=100",
                "`status` takes a number from 200 to 999, not `100`",
            ),
            ("cut=many", "`cut` takes a number of bytes, not `many`"),
            ("drip=0", "`drip` takes a number of bytes from 1, not `0`"),
            ("html=yes", "`html` takes no value, not `yes`"),
            (
                "delay=200",
                "`delay` takes a time such as 200ms or 2s, not `200`",
            ),
            ("status=500,times=-1", "`times` takes a number, not `-1`"),
            ("html,work=never", "`work` takes before or after"),
            (
                "times=2",
                "it is not said what goes wrong; kinds are status=NUMBER",
            ),
            ("status=500,html", "`html` is one kind of fault too many"),
            (
                "cut,work=before",
                "`work=before` does not go with this kind",
            ),
            ("cut,pause=1s", "`pause` does not go with this kind"),
        ] {
            let message = text.parse::<Fault>().unwrap_err().to_string();
            assert!(message.starts_with(said), "{text}: {message}");
        }
    }

    #[test]
    fn an_impossible_status_is_a_failure_of_the_server() {
        for status in [0, 100, 199, 1_000] {
            assert_eq!(Fault::status(status), Fault::status(500));
        }
    }
}
