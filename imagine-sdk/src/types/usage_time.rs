//! The date and time format of the usage report.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::json::lenient_via_serde;
use crate::request::wire_value_via_display;

/// A date and time as the usage report accepts it: `2026-01-01 00:00:00`, without a time zone.
///
/// The time zone is undocumented. A [`SystemTime`] converts to UTC. A string is sent unchanged.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use imagine_sdk::UsageTime;
///
/// let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
/// assert_eq!(UsageTime::from(start).to_string(), "2026-01-01 00:00:00");
/// assert_eq!(UsageTime::from("2026-01-01 00:00:00"), UsageTime::from(start));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UsageTime(String);

impl fmt::Display for UsageTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<SystemTime> for UsageTime {
    fn from(time: SystemTime) -> Self {
        // humantime supports only the years 1970 to 9999.
        let last = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(253_402_300_799);
        let time = time.clamp(SystemTime::UNIX_EPOCH, last);
        let zoned = humantime::format_rfc3339_seconds(time).to_string();
        Self(zoned.replace('T', " ").trim_end_matches('Z').to_owned())
    }
}

impl From<&str> for UsageTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for UsageTime {
    fn from(text: String) -> Self {
        Self(text)
    }
}

wire_value_via_display!(UsageTime);
lenient_via_serde!(UsageTime);
