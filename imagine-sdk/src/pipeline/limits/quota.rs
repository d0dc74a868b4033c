//! The limits that a server reports in the headers of its responses.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::HeaderMap;

use super::plan::{Millis, millis};
use super::settings::{DAY, HOUR, MINUTE, RateUnit};

/// Numbers from this on are seconds since 1970 instead of seconds from now.
const EARLIEST_TIMESTAMP: f64 = 1e9;

/// Numbers from this on are milliseconds since 1970.
const EARLIEST_IN_MILLIS: f64 = 1e12;

/// The part of a server's limit that is left until a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    pub(super) limit: Option<u64>,
    pub(super) left: u64,
    pub(super) until: Millis,
    /// The time from the report to the reset, which the next period takes at least.
    span: Millis,
    /// True if the reset is assumed, because it follows a reported one.
    is_renewed: bool,
}

impl Quota {
    /// Returns the quota that applies at a time. After a reset it is full again, so that the calls that waited for it
    /// are not sent all at once. The next response reports the actual numbers; without one, no quota follows.
    fn at(&self, time: Millis) -> Option<Self> {
        if time < self.until {
            return Some(*self);
        }
        let renewed = Self {
            left: self.limit?,
            until: self.until.saturating_add(self.span),
            is_renewed: true,
            ..*self
        };
        (!self.is_renewed && time < renewed.until).then_some(renewed)
    }
}

/// A quota in the headers of a response.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reported {
    pub(super) unit: RateUnit,
    pub(super) name: String,
    pub(super) limit: Option<u64>,
    pub(super) remaining: u64,
    pub(super) reset: Duration,
}

/// The quotas of a server by unit and name.
#[derive(Clone, Debug, Default)]
pub(super) struct Quotas {
    known: BTreeMap<(RateUnit, String), Quota>,
    /// The tokens of requests without a response, which the reported numbers may not contain.
    in_flight: BTreeMap<u64, u64>,
    /// True if headers are read.
    pub(super) is_enabled: bool,
}

impl Quotas {
    /// Returns the times until which quotas have no room. A request that exceeds a full quota waits for its reset only.
    pub(super) fn blocked(
        &self,
        now: Millis,
        tokens: u64,
    ) -> impl Iterator<Item = (RateUnit, Millis)> + '_ {
        let quotas = self.current(now);
        quotas
            .filter(move |(unit, quota)| {
                let needed = needed(*unit, tokens);
                let never_fits = quota.limit.is_some_and(|limit| limit < needed);
                quota.left < needed && !(quota.is_renewed && never_fits)
            })
            .map(|(unit, quota)| (unit, quota.until))
    }

    /// Takes a request at this time.
    pub(super) fn take(&mut self, at: Millis, tokens: u64) {
        for ((unit, _), known) in &mut self.known {
            if let Some(mut quota) = known.at(at) {
                quota.left = quota.left.saturating_sub(needed(*unit, tokens));
                *known = quota;
            }
        }
    }

    /// Takes a request that is about to be sent.
    pub(super) fn grant(&mut self, now: Millis, id: u64, tokens: u64) {
        if self.is_enabled {
            self.take(now, tokens);
            self.in_flight.insert(id, tokens);
        }
    }

    /// Ends a request that got no slot to use, or no response.
    pub(super) fn end(&mut self, id: u64) {
        self.in_flight.remove(&id);
    }

    /// Replaces the quotas that the response to a request reports.
    pub(super) fn report(&mut self, now: Millis, id: u64, reported: Vec<Reported>) {
        self.end(id);
        for quota in reported {
            let pending = match quota.unit {
                RateUnit::Requests => self.in_flight.len() as u64,
                RateUnit::Tokens => {
                    let tokens = self.in_flight.values();
                    tokens.fold(0_u64, |sum, tokens| sum.saturating_add(*tokens))
                }
            };
            let known = Quota {
                limit: quota.limit,
                left: quota.remaining.saturating_sub(pending),
                until: now.saturating_add(millis(quota.reset)),
                span: millis(quota.reset),
                is_renewed: false,
            };
            self.known.insert((quota.unit, quota.name), known);
        }
    }

    /// Returns the quotas that apply at a time.
    pub(super) fn current(&self, time: Millis) -> impl Iterator<Item = (RateUnit, Quota)> + '_ {
        let quotas = self.known.iter();
        quotas.filter_map(move |((unit, _), quota)| Some((*unit, quota.at(time)?)))
    }
}

fn needed(unit: RateUnit, tokens: u64) -> u64 {
    match unit {
        RateUnit::Requests => 1,
        RateUnit::Tokens => tokens,
    }
}

/// Reads the quotas in the headers of a response: `x-ratelimit-*` and `ratelimit-*`, and the fields `ratelimit` and
/// `ratelimit-policy` of the IETF drafts. Headers that cannot be read are ignored.
pub(super) fn read(headers: &HeaderMap, time_of_day: SystemTime) -> Vec<Reported> {
    let mut quotas = structured(headers);
    quotas.extend(dictionary(headers));
    for name in headers.keys() {
        for prefix in ["x-ratelimit", "ratelimit"] {
            let suffix = name.as_str().strip_prefix(prefix);
            let suffix = suffix.and_then(|rest| rest.strip_prefix("-remaining"));
            quotas
                .extend(suffix.and_then(|suffix| prefixed(headers, (prefix, suffix), time_of_day)));
        }
    }
    quotas
}

/// Reads the headers of one quota, such as `x-ratelimit-remaining-tokens-minute`. Some servers send one reset for all
/// of them, or none, and then the window in the name ends in at most its length.
fn prefixed(
    headers: &HeaderMap,
    (prefix, suffix): (&str, &str),
    time_of_day: SystemTime,
) -> Option<Reported> {
    let (unit, window) = unit_and_window(suffix)?;
    let field = |name: &str| text(headers, &format!("{prefix}-{name}{suffix}"));
    let reset = field("reset").or_else(|| text(headers, &format!("{prefix}-reset")));
    let reset = reset.and_then(|value| span(value, time_of_day));
    Some(Reported {
        unit,
        name: format!("{prefix}{suffix}"),
        limit: field("limit").and_then(integer),
        remaining: field("remaining").and_then(integer)?,
        reset: reset.or(window)?,
    })
}

/// Reads what a suffix such as `-tokens-day` limits, and in which time. `None` for other units, such as images.
fn unit_and_window(suffix: &str) -> Option<(RateUnit, Option<Duration>)> {
    let (mut unit, mut window) = (RateUnit::Requests, None);
    for part in suffix.split('-') {
        match part {
            "" | "request" | "requests" => {}
            "token" | "tokens" => unit = RateUnit::Tokens,
            // The client counts all tokens, so a limit of input or output alone is applied too strictly.
            "input" | "output" | "prompt" | "completion" => {}
            "second" => window = Some(Duration::from_secs(1)),
            "minute" => window = Some(MINUTE),
            "hour" => window = Some(HOUR),
            "day" => window = Some(DAY),
            _ => return None,
        }
    }
    Some((unit, window))
}

/// Reads the fields of the draft: `"name";r=50;t=30`, with the limit and the window of the policy `"name";q=100;w=60`.
/// An item without a reset ends with the window of its policy.
fn structured(headers: &HeaderMap) -> Vec<Reported> {
    let policies: Vec<Item<'_>> = items(headers, "ratelimit-policy").collect();
    let reported = items(headers, "ratelimit").filter_map(|item| {
        let policy = policies.iter().find(|policy| policy.name == item.name);
        let of_policy = |key| integer(policy?.parameter(key)?);
        let unit = item.parameter("qu").or_else(|| policy?.parameter("qu"));
        let counts_tokens = |name: &str| name.contains("token");
        let reset = item.parameter("t").map_or_else(|| of_policy("w"), integer);
        Some(Reported {
            unit: match unit {
                Some("requests") => RateUnit::Requests,
                Some(unit) if counts_tokens(unit) => RateUnit::Tokens,
                Some(_) => return None,
                None if counts_tokens(item.name) => RateUnit::Tokens,
                None => RateUnit::Requests,
            },
            name: item.name.to_owned(),
            limit: of_policy("q"),
            remaining: integer(item.parameter("r")?)?,
            reset: Duration::from_secs(reset?),
        })
    });
    reported.collect()
}

/// Reads the field of the earlier drafts: `limit=100, remaining=50, reset=5`.
fn dictionary(headers: &HeaderMap) -> Option<Reported> {
    let item = Item {
        name: "ratelimit",
        parameters: text(headers, "ratelimit")?,
    };
    let number = |key| integer(item.parameter(key)?);
    Some(Reported {
        unit: RateUnit::Requests,
        name: item.name.to_owned(),
        limit: number("limit"),
        remaining: number("remaining")?,
        reset: Duration::from_secs(number("reset")?),
    })
}

/// An item of a structured field with its parameters.
struct Item<'a> {
    name: &'a str,
    parameters: &'a str,
}

impl<'a> Item<'a> {
    fn parameter(&self, key: &str) -> Option<&'a str> {
        let parameters = self.parameters.split([';', ',']);
        let mut pairs = parameters.filter_map(|parameter| parameter.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == key)?;
        Some(value.trim_matches('"'))
    }
}

fn items<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = Item<'a>> {
    let values = headers.get_all(name).into_iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        Item {
            name: name.trim().trim_matches('"'),
            parameters,
        }
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Reads the number at the start of a value such as `100, 100;w=60`.
fn integer(value: &str) -> Option<u64> {
    let value = value.trim();
    let end = value.find(|character: char| !character.is_ascii_digit());
    value.get(..end.unwrap_or(value.len()))?.parse().ok()
}

/// Reads a time from now in seconds, as a duration such as `6m0s` or `120ms`, or a date: seconds or milliseconds since
/// 1970, or RFC 3339.
fn span(value: &str, time_of_day: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let from_now = |date: SystemTime| date.duration_since(time_of_day).unwrap_or_default();
    let Ok(number) = value.parse::<f64>() else {
        let date = humantime::parse_rfc3339(value).ok();
        return date
            .map(from_now)
            .or_else(|| humantime::parse_duration(value).ok());
    };
    let seconds = match number >= EARLIEST_IN_MILLIS {
        true => number / 1e3,
        false => number,
    };
    let seconds = Duration::try_from_secs_f64(seconds).ok()?;
    match number >= EARLIEST_TIMESTAMP {
        true => SystemTime::UNIX_EPOCH.checked_add(seconds).map(from_now),
        false => Some(seconds),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn read_all(fields: &[(&str, &str)]) -> Vec<(RateUnit, Option<u64>, u64, u64)> {
        let fields = fields.iter().map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        });
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let quotas = read(&fields.collect(), now);
        let quotas = quotas.into_iter();
        quotas
            .map(|quota| {
                (
                    quota.unit,
                    quota.limit,
                    quota.remaining,
                    quota.reset.as_secs(),
                )
            })
            .collect()
    }

    #[test]
    fn a_quota_is_full_again_for_one_period_after_its_reset() {
        let mut quotas = Quotas::default();
        let reported = Reported {
            unit: RateUnit::Requests,
            name: "a".to_owned(),
            limit: Some(2),
            remaining: 0,
            reset: Duration::from_secs(60),
        };
        quotas.report(0, 1, vec![reported]);
        let until = |quotas: &Quotas, at| quotas.blocked(at, 0).next().map(|(_, until)| until);
        assert_eq!(until(&quotas, 59_999), Some(60_000));
        for _ in 0..2 {
            assert_eq!(until(&quotas, 60_000), None);
            quotas.take(60_000, 0);
        }
        assert_eq!(until(&quotas, 60_000), Some(120_000));
        for _ in 0..5 {
            assert_eq!(until(&quotas, 120_000), None);
            quotas.take(120_000, 0);
        }
    }

    #[test]
    fn a_request_above_the_limit_waits_for_one_reset() {
        let mut quotas = Quotas::default();
        let reported = Reported {
            unit: RateUnit::Tokens,
            name: "a".to_owned(),
            limit: Some(100),
            remaining: 0,
            reset: Duration::from_secs(60),
        };
        quotas.report(0, 1, vec![reported]);
        let is_blocked = |at, tokens| quotas.blocked(at, tokens).next().is_some();
        assert!(is_blocked(59_999, 500));
        assert!(!is_blocked(60_000, 500));
    }

    #[test]
    fn tokens_in_flight_do_not_overflow() {
        let mut quotas = Quotas {
            is_enabled: true,
            ..Quotas::default()
        };
        for (id, tokens) in [(0, u64::MAX), (1, 1)] {
            quotas.grant(0, id, tokens);
        }
        let reported = Reported {
            unit: RateUnit::Tokens,
            name: "a".to_owned(),
            limit: None,
            remaining: 100,
            reset: Duration::from_secs(60),
        };
        quotas.report(0, 2, vec![reported]);
        assert!(quotas.blocked(0, 1).next().is_some());
    }

    #[test]
    fn reads_the_fields_of_common_servers() {
        let fields = [
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ];
        let expected = [
            (RateUnit::Requests, Some(60), 59, 1),
            (RateUnit::Tokens, None, 149_984, 360),
        ];
        assert_eq!(read_all(&fields), expected);
        let fields = [
            ("ratelimit-limit", "100, 100;w=60"),
            ("ratelimit-remaining", "7"),
            ("ratelimit-reset", "42"),
        ];
        assert_eq!(read_all(&fields), [(RateUnit::Requests, Some(100), 7, 42)]);
        let fields = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1800000090"),
        ];
        assert_eq!(read_all(&fields), [(RateUnit::Requests, None, 0, 90)]);
    }

    #[test]
    fn reads_windows_in_names_and_a_common_reset() {
        let fields = [
            ("x-ratelimit-limit-minute", "5"),
            ("x-ratelimit-remaining-minute", "0"),
            ("x-ratelimit-remaining-tokens-day", "900"),
            ("x-ratelimit-reset-tokens-day", "2m59.56s"),
            ("x-ratelimit-remaining-images", "3"),
        ];
        let expected = [
            (RateUnit::Requests, Some(5), 0, 60),
            (RateUnit::Tokens, None, 900, 179),
        ];
        assert_eq!(read_all(&fields), expected);
        let fields = [("ratelimit-remaining-hour", "4"), ("ratelimit-reset", "7")];
        assert_eq!(read_all(&fields), [(RateUnit::Requests, None, 4, 7)]);
    }

    #[test]
    fn reads_resets_in_every_form() {
        for (reset, seconds) in [
            ("90", 90),
            ("90.5", 90),
            ("1m30s", 90),
            ("1800000090", 90),
            ("1800000090000", 90),
            ("2027-01-15T08:01:30Z", 90),
            ("1700000000", 0),
        ] {
            let fields = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
            assert_eq!(
                read_all(&fields),
                [(RateUnit::Requests, None, 0, seconds)],
                "{reset}"
            );
        }
    }

    #[test]
    fn reads_the_fields_of_the_drafts() {
        let fields = [
            (
                "ratelimit-policy",
                r#""burst";q=100;w=60,"tpm";q=1000;w=60;qu="tokens""#,
            ),
            ("ratelimit", r#""burst";r=50;t=30, "tpm";r=9;t=12"#),
        ];
        let expected = [
            (RateUnit::Requests, Some(100), 50, 30),
            (RateUnit::Tokens, Some(1000), 9, 12),
        ];
        assert_eq!(read_all(&fields), expected);
        let of_bytes = [
            (
                "ratelimit-policy",
                r#""bytes";q=100;w=60;qu="content-bytes""#,
            ),
            ("ratelimit", r#""bytes";r=0;t=30"#),
        ];
        assert_eq!(read_all(&of_bytes), []);
        let without_reset = [
            ("ratelimit-policy", r#""day";q=250;w=86400"#),
            ("ratelimit", r#""day";r=0"#),
        ];
        let expected = [(RateUnit::Requests, Some(250), 0, 86_400)];
        assert_eq!(read_all(&without_reset), expected);
        let earlier = [
            ("ratelimit-policy", "100;w=60"),
            ("ratelimit", "limit=100, remaining=50, reset=5"),
        ];
        assert_eq!(read_all(&earlier), [(RateUnit::Requests, Some(100), 50, 5)]);
    }

    #[test]
    fn ignores_fields_that_cannot_be_read() {
        for (name, value) in [
            ("ratelimit", "burst;r=;t=1"),
            ("ratelimit", ";;;,=,\"\""),
            ("x-ratelimit-remaining", "many"),
        ] {
            assert!(read_all(&[(name, value), ("x-ratelimit-reset", "-1")]).is_empty());
        }
        let endless = [
            ("x-ratelimit-remaining", "1"),
            ("x-ratelimit-reset", "1e300"),
        ];
        assert!(read_all(&endless).is_empty());
    }
}
