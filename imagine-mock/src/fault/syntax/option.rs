//! One option of a fault.

use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;

use super::FaultError;
use crate::fault::{FaultKind, final_status};

/// The default delay between the chunks of a dribble.
const CHUNK_DELAY: Duration = Duration::from_millis(10);

/// One option of a fault, `name` or `name=value`.
#[derive(Clone, Copy)]
pub(super) struct FaultOption<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

impl FaultOption<'_> {
    pub(super) fn kind(self) -> Result<FaultKind, FaultError> {
        Ok(match self.name {
            "status" => FaultKind::Status(self.status()?),
            "stall" => FaultKind::Stall(self.number_or_zero("a number of events")?),
            "reset" => FaultKind::Reset(self.number_or_zero("a number of bytes")?),
            "truncate" => FaultKind::Truncate(self.number_or_zero("a number of bytes")?),
            "dribble" => match self.number("a number of bytes from 1")? {
                0 => return Err(self.invalid("a number of bytes from 1")),
                bytes => FaultKind::Dribble(bytes, CHUNK_DELAY),
            },
            "malformed" => self.without_value(FaultKind::Malformed)?,
            "wrong-content-type" => self.without_value(FaultKind::WrongContentType)?,
            "html-page" => self.without_value(FaultKind::HtmlPage)?,
            "connection-close" => self.without_value(FaultKind::ConnectionClose)?,
            "empty-response" => self.without_value(FaultKind::EmptyResponse)?,
            _ => return Err(FaultError::UnknownOption(self.name.to_owned())),
        })
    }

    fn status(self) -> Result<StatusCode, FaultError> {
        let status = self.value.parse().ok().and_then(final_status);
        status.ok_or_else(|| self.invalid("a number from 200 to 999"))
    }

    /// Parses an optional number. Default: 0.
    fn number_or_zero(self, expected: &'static str) -> Result<usize, FaultError> {
        match self.value {
            "" => Ok(0),
            _ => self.number(expected),
        }
    }

    pub(super) fn number<N: FromStr>(self, expected: &'static str) -> Result<N, FaultError> {
        self.value.parse().map_err(|_| self.invalid(expected))
    }

    pub(super) fn duration(self) -> Result<Duration, FaultError> {
        parse_duration(self.value).ok_or_else(|| self.invalid("a time such as 200ms or 2s"))
    }

    pub(super) fn boolean(self) -> Result<bool, FaultError> {
        self.value
            .parse()
            .map_err(|_| self.invalid("true or false"))
    }

    fn without_value(self, kind: FaultKind) -> Result<FaultKind, FaultError> {
        match self.value {
            "" => Ok(kind),
            _ => Err(self.invalid("no value")),
        }
    }

    fn invalid(self, expected: &'static str) -> FaultError {
        FaultError::InvalidValue {
            name: self.name.to_owned(),
            expected,
            value: self.value.to_owned(),
        }
    }
}

/// Parses a duration, such as `200ms` or `2s`.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let millis = text
        .strip_suffix("ms")
        .map(|count| count.parse().map(Duration::from_millis));
    let seconds = text
        .strip_suffix('s')
        .map(|count| count.parse().map(Duration::from_secs));
    millis.or(seconds)?.ok()
}
