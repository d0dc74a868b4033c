//! Timestamps of the services.

use std::fmt;
use std::fmt::Write;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Number;

use crate::json::{self, ExtraFields};
use crate::request::wire_value_via_display;

/// Seconds since 1970-01-01 00:00:00 UTC, as sent by the service: with or without a fraction.
///
/// Some servers write an RFC 3339 date and time instead, such as `2026-01-01T12:00:00.5+02:00`. Without a time zone it
/// counts as UTC. Encoding writes it back.
///
/// 0 represents a missing time.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp {
    seconds: Number,
    /// The date and time that the service sent instead of a number.
    date: Option<Box<str>>,
}

impl Timestamp {
    /// Returns the seconds with their fraction.
    pub fn as_f64(&self) -> f64 {
        self.seconds.as_f64().unwrap_or_default()
    }

    /// Returns the whole seconds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction is dropped, and values out of range saturate"
    )]
    pub fn as_secs(&self) -> i64 {
        self.seconds
            .as_i64()
            .unwrap_or_else(|| self.as_f64().floor() as i64)
    }

    /// Returns the time. `None` before 1970 and beyond the range of [`SystemTime`].
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let since = Duration::try_from_secs_f64(self.as_f64()).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(since)
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self::from(Number::from(0))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.date {
            Some(date) => f.write_str(date),
            None => self.seconds.fmt(f),
        }
    }
}

impl From<Number> for Timestamp {
    fn from(seconds: Number) -> Self {
        Self {
            seconds,
            date: None,
        }
    }
}

/// Writes the time as a date and time of RFC 3339, or before 1970 and after 9999 as a number.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let mut date = String::new();
        let is_written = time >= SystemTime::UNIX_EPOCH
            && write!(date, "{}", humantime::format_rfc3339(time)).is_ok();
        let parsed = is_written.then(|| parse_date(&date)).flatten();
        parsed.unwrap_or_else(|| {
            let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
                Ok(since) => since.as_secs_f64(),
                Err(before) => -before.duration().as_secs_f64(),
            };
            Number::from_f64(seconds).map_or_else(Self::default, Self::from)
        })
    }
}

/// Parses a date and time of RFC 3339, or a number of seconds.
///
/// ```
/// use imagine_sdk::Timestamp;
///
/// let time: Timestamp = "2026-01-01T12:00:00Z".parse()?;
/// assert_eq!((time.as_secs(), time.to_string().as_str()), (1_767_268_800, "2026-01-01T12:00:00Z"));
/// # Ok::<(), imagine_sdk::InvalidTimestamp>(())
/// ```
impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let number = text.trim().parse::<Number>().ok();
        let timestamp = number.map(Self::from).or_else(|| parse_date(text));
        timestamp.ok_or(InvalidTimestamp(()))
    }
}

/// The error of a string that is no [`Timestamp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp(());

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time of RFC 3339, such as `2026-01-01T12:00:00Z`")
    }
}

impl std::error::Error for InvalidTimestamp {}

impl ExtraFields for Timestamp {}

wire_value_via_display!(Timestamp);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.date {
            Some(date) => serializer.serialize_str(date),
            None => self.seconds.serialize(serializer),
        }
    }
}

/// Parses a date and time of RFC 3339.
fn parse_date(date: &str) -> Option<Timestamp> {
    let (local, offset) = split_offset(date.trim())?;
    let time = humantime::parse_rfc3339_weak(local).ok()?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(since.as_secs()).ok()? - offset;
    let number = match since.subsec_nanos() {
        0 => Number::from(seconds),
        #[expect(
            clippy::cast_precision_loss,
            reason = "the seconds of all years are below 2^53"
        )]
        nanos => Number::from_f64(seconds as f64 + f64::from(nanos) / 1e9)?,
    };
    Some(Timestamp {
        seconds: number,
        date: Some(date.into()),
    })
}

/// Splits the zone off a date and time, and returns its offset from UTC in seconds.
fn split_offset(date: &str) -> Option<(&str, i64)> {
    if let Some(local) = date.strip_suffix(['Z', 'z']) {
        return Some((local, 0));
    }
    // The date contains hyphens too: a sign counts only after the time.
    let time = date.find([':'])?;
    let Some(sign) = date.get(time..)?.find(['+', '-']) else {
        return Some((date, 0));
    };
    let (local, zone) = date.split_at_checked(time + sign)?;
    let digits: String = zone.chars().skip(1).filter(|digit| *digit != ':').collect();
    let is_valid =
        matches!(digits.len(), 2 | 4) && digits.bytes().all(|digit| digit.is_ascii_digit());
    let (hours, minutes) = digits.split_at_checked(2).filter(|_| is_valid)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = (hours * 60 + minutes) * 60;
    let is_west = zone.starts_with('-');
    Some((local.trim_end(), if is_west { -offset } else { offset }))
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds since 1970")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Timestamp, E> {
                Ok(Timestamp::from(Number::from(value)))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Timestamp, E> {
                Ok(Timestamp::from(Number::from(value)))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Timestamp, E> {
                Number::from_f64(value)
                    .map(Timestamp::from)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Float(value), &self))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Timestamp, A::Error> {
                let number = Number::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Timestamp::from(number))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Timestamp, E> {
                let invalid = |_| E::invalid_value(de::Unexpected::Str(value), &self);
                value.parse().map_err(invalid)
            }
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

json::lenient_via_serde!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_representation_is_read_and_kept() {
        for (json, seconds) in [
            ("1700000000", 1_700_000_000.0),
            ("1700000000.5", 1_700_000_000.5),
            ("1.7e9", 1_700_000_000.0),
            ("\"1700000000\"", 1_700_000_000.0),
            ("\"2023-11-14T22:13:20Z\"", 1_700_000_000.0),
            ("\"2023-11-14 22:13:20\"", 1_700_000_000.0),
            ("\"2023-11-14T22:13:20.5z\"", 1_700_000_000.5),
            ("\"2023-11-15T00:13:20+02:00\"", 1_700_000_000.0),
            ("\"2023-11-14T16:43:20-0530\"", 1_700_000_000.0),
        ] {
            let stamp: Timestamp = serde_json::from_str(json).unwrap();
            assert!((stamp.as_f64() - seconds).abs() < f64::EPSILON, "{json}");
            assert_eq!(stamp.as_secs(), 1_700_000_000, "{json}");
        }
        let exact: Timestamp = serde_json::from_str("9007199254740993").unwrap();
        assert_eq!(serde_json::to_string(&exact).unwrap(), "9007199254740993");
        let date: Timestamp = serde_json::from_str("\"2023-11-15T00:13:20+02:00\"").unwrap();
        assert_eq!(date.to_string(), "2023-11-15T00:13:20+02:00");
        assert_eq!(
            serde_json::to_value(&date).unwrap(),
            "2023-11-15T00:13:20+02:00"
        );
    }

    #[test]
    fn a_system_time_is_written_as_a_date() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_500);
        let stamp = Timestamp::from(time);
        assert_eq!(stamp.to_string(), "2023-11-14T22:13:20.500000000Z");
        assert_eq!(stamp.to_system_time(), Some(time));
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(2);
        assert_eq!(Timestamp::from(before).as_secs(), -2);
        let after = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(Timestamp::from(after).as_secs(), 1 << 40);
    }

    #[test]
    fn invalid_dates_are_rejected() {
        for json in [
            "\"\"",
            "\"now\"",
            "\"2023-13-01T00:00:00Z\"",
            "\"12:00+ü0:00\"",
            "\"2026-01-01T12:00:00+01:65535\"",
            "\"2026-01-01T12:00:00+24:00\"",
            "true",
        ] {
            assert!(serde_json::from_str::<Timestamp>(json).is_err(), "{json}");
        }
    }
}
