//! A duration in whole seconds.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Lenient};
use crate::request::{Check, Content, WireValue};

/// A duration that a service accepts in whole seconds.
///
/// It converts from a number of seconds and from a [`Duration`]. The client rejects a fraction before sending, because
/// the service documents an integer.
///
/// ```
/// use std::time::Duration;
///
/// use imagine_sdk::Seconds;
///
/// assert_eq!(Seconds::from(4), Seconds::from(Duration::from_secs(4)));
/// assert_eq!(Seconds::from(4.5).get(), 4.5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Seconds(f64);

impl Seconds {
    /// Returns the number of seconds.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Check for Seconds {
    fn check(&self) -> Result<(), String> {
        let Self(seconds) = *self;
        if !seconds.is_finite() || seconds < 0.0 {
            return Err(format!(
                "is {seconds}, must be a number of seconds, at least 0"
            ));
        }
        if seconds.fract() != 0.0 {
            let (down, up) = (seconds.floor(), seconds.ceil());
            return Err(format!(
                "is {seconds}, must be whole seconds; round it to {down} or {up}"
            ));
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::new(deserializer)
    }
}

impl<'de> Lenient<'de> for Seconds {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        self.0.read(deserializer)
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(seconds) = *self;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is a whole number from 0; larger values than u64::MAX saturate"
        )]
        if self.check().is_ok() {
            serializer.serialize_u64(seconds as u64)
        } else {
            serializer.serialize_f64(seconds)
        }
    }
}

impl WireValue for Seconds {
    fn contents(&self) -> Vec<Content> {
        vec![Content::Text(self.0.to_string())]
    }
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(duration.as_secs_f64())
    }
}

impl From<f64> for Seconds {
    fn from(seconds: f64) -> Self {
        Self(seconds)
    }
}

impl From<i32> for Seconds {
    fn from(seconds: i32) -> Self {
        Self(seconds.into())
    }
}

impl From<u32> for Seconds {
    fn from(seconds: u32) -> Self {
        Self(seconds.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_sent_as_an_integer() {
        let sent = |seconds: Seconds| serde_json::to_string(&seconds).unwrap();
        assert_eq!(sent(4.into()), "4");
        assert_eq!(sent(4.0.into()), "4");
        assert_eq!(sent(Duration::from_millis(2000).into()), "2");
    }

    #[test]
    fn other_values_are_rejected_with_a_fix() {
        let problem = |seconds: f64| Seconds::from(seconds).check().unwrap_err();
        assert_eq!(
            problem(4.5),
            "is 4.5, must be whole seconds; round it to 4 or 5"
        );
        for seconds in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(problem(seconds).contains("at least 0"), "{seconds}");
        }
    }
}
