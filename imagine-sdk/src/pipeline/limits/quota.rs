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
mod tests;
