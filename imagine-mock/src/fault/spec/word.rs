//! One word of a fault.

use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;

use super::FaultError;
use crate::fault::{Kind, final_status};

/// The pause of a drip that names none.
const PAUSE: Duration = Duration::from_millis(10);

/// One word of a fault, `name` or `name=value`.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

impl Word<'_> {
    pub(super) fn kind(self) -> Result<Kind, FaultError> {
        Ok(match self.name {
            "status" => Kind::Status(self.status()?),
            "stall" => Kind::Stall(self.amount("a number of events")?),
            "reset" => Kind::Reset(self.amount("a number of bytes")?),
            "cut" => Kind::Cut(self.amount("a number of bytes")?),
            "drip" => match self.number("a number of bytes from 1")? {
                0 => return Err(self.wrong("a number of bytes from 1")),
                bytes => Kind::Drip(bytes, PAUSE),
            },
            "malformed" => self.alone(Kind::Malformed)?,
            "mislabelled" => self.alone(Kind::Mislabelled)?,
            "html" => self.alone(Kind::Html)?,
            "close" => self.alone(Kind::Close)?,
            "hang-up" => self.alone(Kind::HangUp)?,
            _ => return Err(FaultError::Unknown(self.name.to_owned())),
        })
    }

    fn status(self) -> Result<StatusCode, FaultError> {
        let status = self.value.parse().ok().and_then(final_status);
        status.ok_or_else(|| self.wrong("a number from 200 to 999"))
    }

    /// A number, which is 0 where none is given.
    fn amount(self, expected: &'static str) -> Result<usize, FaultError> {
        match self.value {
            "" => Ok(0),
            _ => self.number(expected),
        }
    }

    pub(super) fn number<N: FromStr>(self, expected: &'static str) -> Result<N, FaultError> {
        self.value.parse().map_err(|_| self.wrong(expected))
    }

    /// A time, as `200ms` or `2s`.
    pub(super) fn time(self) -> Result<Duration, FaultError> {
        let millis = self.value.strip_suffix("ms");
        let millis = millis.map(|count| count.parse().map(Duration::from_millis));
        let seconds = self.value.strip_suffix('s');
        let seconds = seconds.map(|count| count.parse().map(Duration::from_secs));
        match millis.or(seconds) {
            Some(Ok(time)) => Ok(time),
            _ => Err(self.wrong("a time such as 200ms or 2s")),
        }
    }

    /// Whether the operation is carried out.
    pub(super) fn work(self) -> Result<bool, FaultError> {
        match self.value {
            "after" => Ok(true),
            "before" => Ok(false),
            _ => Err(self.wrong("before or after, which is when the fault comes")),
        }
    }

    fn alone(self, kind: Kind) -> Result<Kind, FaultError> {
        match self.value {
            "" => Ok(kind),
            _ => Err(self.wrong("no value")),
        }
    }

    fn wrong(self, expected: &'static str) -> FaultError {
        FaultError::Value {
            name: self.name.to_owned(),
            expected,
            value: self.value.to_owned(),
        }
    }
}
