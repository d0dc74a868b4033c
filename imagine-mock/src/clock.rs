//! The current time in the formats of the service.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_PER_DAY: u64 = 86_400;

/// Returns the whole seconds since 1970. Clients of OpenAI's API reject fractions.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}

/// Formats seconds since 1970 as `2026-01-31 23:59:59`, which sorts chronologically.
pub(crate) fn date_time(seconds: u64) -> String {
    let (year, month, day) = date(seconds / SECONDS_PER_DAY);
    let rest = seconds % SECONDS_PER_DAY;
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Parses a date and time, such as `2026-01-31 23:59:59`, into whole seconds since 1970, rounded down.
///
/// The separator is a space or `T`. A fraction of any length and a zone (`Z` or `+02:00`) may follow. A time without a
/// zone is in UTC. A space is also read as `+`, which an incorrectly encoded query turns into a space.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let (time, rest) = text.split_at_checked(TIME_LENGTH)?;
    let fields: Vec<u64> = time
        .split(['-', ' ', 'T', ':'])
        .filter(|field| field.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|field| field.parse().ok())
        .collect();
    let [year, month, day, hour, minute, second] = fields[..] else {
        return None;
    };
    let is_valid = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && day >= 1
        && hour < 24
        && minute < 60
        && second <= 60;
    let seconds =
        days_since_1970(year, month, day) * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second;
    let digits = rest.strip_prefix('.');
    let zone = digits.map_or(rest, |rest| {
        rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
    });
    let utc = seconds.checked_add_signed(-offset(zone)?)?;
    is_valid.then_some(utc)
}

/// The length of a time without fraction and zone.
const TIME_LENGTH: usize = "2026-01-31 23:59:59".len();

/// Parses the offset of a zone from UTC in seconds.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0);
    }
    let (sign, offset) = zone.split_at_checked(1)?;
    let (hours, minutes) = offset
        .split_once(':')
        .or_else(|| offset.split_at_checked(2))?;
    let number = |text: &str| text.parse::<u16>().ok().map(i64::from);
    let seconds = number(hours)? * 3_600 + number(minutes)? * 60;
    match sign {
        "+" | " " => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

/// Returns the days from 1970 to a date. A day that the month does not have counts into the next month.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let years: u64 = (1970..year).map(days_in_year).sum();
    let months: u64 = month_lengths(year)
        .into_iter()
        .zip(1..month)
        .map(|(length, _)| length)
        .sum();
    years + months + day.saturating_sub(1)
}

/// Returns the lengths of all months except December.
fn month_lengths(year: u64) -> [u64; 11] {
    let february = days_in_year(year) - 337;
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30]
}

/// Converts days since 1970 into year, month and day.
fn date(mut day: u64) -> (u64, usize, u64) {
    let mut year = 1970;
    while day >= days_in_year(year) {
        day -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    for length in month_lengths(year) {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1)
}

fn days_in_year(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    365 + u64::from(leap)
}

#[cfg(test)]
mod tests {
    use super::{date_time, parse};

    #[test]
    fn parses_times_with_fractions_and_zones() {
        let noon = parse("2026-01-01 12:00:00");
        assert_eq!(noon, Some(1_767_268_800));
        for same in [
            "2026-01-01T12:00:00Z",
            "2026-01-01 12:00:00.123456",
            "2026-01-01 12:00:00.123456789012",
            "2026-01-01 14:00:00+02:00",
            "2026-01-01 14:00:00.5+0200",
            "2026-01-01 14:00:00 02:00",
            "2026-01-01 06:30:00-05:30",
        ] {
            assert_eq!(parse(same), noon, "{same}");
        }
        for invalid in [
            "",
            "yesterday",
            "2026-01-01",
            "2026-13-01 12:00:00",
            "2026-01-01 12:00:00 o'clock",
        ] {
            assert_eq!(parse(invalid), None, "{invalid}");
        }
        for seconds in [0, 951_782_399, 951_782_400, 1_769_903_999] {
            assert_eq!(parse(&date_time(seconds)), Some(seconds));
        }
    }

    #[test]
    fn formats_dates_of_the_gregorian_calendar() {
        assert_eq!(date_time(0), "1970-01-01 00:00:00");
        assert_eq!(date_time(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(date_time(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(date_time(1_767_225_600), "2026-01-01 00:00:00");
        assert_eq!(date_time(1_769_903_999), "2026-01-31 23:59:59");
    }
}
