//! Timestamps of the services.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::json;

/// Seconds since 1970-01-01 00:00:00 UTC, as sent by the service: with or without a fraction.
///
/// 0 represents a missing time.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(Number);

impl Timestamp {
    /// Returns the seconds with their fraction.
    pub fn as_f64(&self) -> f64 {
        self.0.as_f64().unwrap_or_default()
    }

    /// Returns the whole seconds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction is dropped, and values out of range saturate"
    )]
    pub fn as_secs(&self) -> i64 {
        self.0
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
        Self(Number::from(0))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({})", self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
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
                Ok(Timestamp(value.into()))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Timestamp, E> {
                Ok(Timestamp(value.into()))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Timestamp, E> {
                Number::from_f64(value)
                    .map(Timestamp)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Float(value), &self))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Timestamp, A::Error> {
                Number::deserialize(de::value::MapAccessDeserializer::new(map)).map(Timestamp)
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Timestamp, E> {
                let number = value.trim().parse::<Number>();
                number
                    .map(Timestamp)
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
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
        ] {
            let stamp: Timestamp = serde_json::from_str(json).unwrap();
            assert!((stamp.as_f64() - seconds).abs() < f64::EPSILON, "{json}");
            assert_eq!(stamp.as_secs(), 1_700_000_000, "{json}");
        }
        let exact: Timestamp = serde_json::from_str("9007199254740993").unwrap();
        assert_eq!(serde_json::to_string(&exact).unwrap(), "9007199254740993");
    }
}
