//! The errors of the client's own limits, which end a call before it is sent.

use std::fmt;
use std::time::{Duration, SystemTime};

/// A rate limit of the client has no free slot before the deadline of the call. Nothing was sent.
///
/// [`Error::get_ref`](crate::Error::get_ref) returns it, and [`Error::retry_after`](crate::Error::retry_after) the time
/// until the slot is free.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitExceeded {
    /// The window, such as `20 requests per 1h`.
    pub window: String,
    /// The time until the slot is free. `None` if the request alone exceeds the window.
    pub frees_in: Option<Duration>,
    /// The wall-clock time at which the slot is free. `None` if the request alone exceeds the window.
    pub frees_at: Option<SystemTime>,
}

impl fmt::Display for RateLimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { window, .. } = self;
        let Some(frees_in) = self.frees_in else {
            return write!(
                f,
                "the request alone exceeds the rate limit ({window}); lower `max_tokens`, or shorten the request"
            );
        };
        let frees_in = humantime::format_duration(Duration::from_secs(frees_in.as_secs().max(1)));
        write!(
            f,
            "the rate limit ({window}) has no free slot within the timeout; the next one is free in {frees_in}"
        )?;
        if let Some(at) = self.frees_at {
            write!(f, ", at {}", humantime::format_rfc3339_seconds(at))?;
        }
        f.write_str("; raise the timeout, or call later")
    }
}

impl std::error::Error for RateLimitExceeded {}

/// A call could exceed the budget of its client. Nothing was sent.
///
/// [`Error::get_ref`](crate::Error::get_ref) returns it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BudgetExceeded {
    /// The unit of the numbers: `tokens` or `credits`.
    pub unit: &'static str,
    /// The budget.
    pub limit: f64,
    /// The amount that finished calls have spent.
    pub spent: f64,
    /// The amount that calls in progress have reserved.
    pub reserved: f64,
    /// The amount that the call could spend.
    pub needed: f64,
}

impl fmt::Display for BudgetExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            unit,
            limit,
            spent,
            reserved,
            needed,
        } = self;
        write!(
            f,
            "the call could spend {needed} {unit}, which exceeds the budget of {limit}: {spent} are spent and {reserved} \
             reserved; raise the budget"
        )?;
        match *unit {
            "tokens" => f.write_str(", or lower `max_tokens`"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for BudgetExceeded {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    fn rate(frees_in: Option<u64>) -> RateLimitExceeded {
        let frees_in = frees_in.map(Duration::from_secs);
        RateLimitExceeded {
            window: "20 requests per 1h".to_owned(),
            frees_in,
            frees_at: frees_in.map(|span| SystemTime::UNIX_EPOCH + span),
        }
    }

    #[test]
    fn an_exceeded_rate_limit_names_the_window_and_when_it_frees() {
        let error = Error::rate_limit_exceeded(rate(Some(600)));
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert!(error.is_limited_by_client() && !error.is_outcome_unknown());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
        for (rest, pause) in [(36, 600), (900, 900)] {
            let error = Error::rate_limit_exceeded(rate(Some(600)));
            let error = error.with_cool_down(Duration::from_secs(rest));
            assert_eq!(error.retry_after(), Some(Duration::from_secs(pause)));
        }
        let message = error.to_string();
        assert!(message.contains("20 requests per 1h"), "{message}");
        assert!(
            message.contains("in 10m, at 1970-01-01T00:10:00Z"),
            "{message}"
        );
    }

    #[test]
    fn a_request_that_never_fits_has_no_retry_after() {
        let error = Error::rate_limit_exceeded(rate(None));
        assert_eq!(error.retry_after(), None);
        assert!(error.to_string().contains("alone exceeds"), "{error}");
    }

    #[test]
    fn an_exceeded_budget_has_all_numbers() {
        let error = Error::budget_exceeded(BudgetExceeded {
            unit: "credits",
            limit: 500.0,
            spent: 450.0,
            reserved: 25.0,
            needed: 50.0,
        });
        assert_eq!(error.kind(), ErrorKind::BudgetExceeded);
        assert!(error.is_limited_by_client() && error.is_unsent());
        for number in ["500", "450", "25", "50 credits"] {
            assert!(error.to_string().contains(number), "{error}");
        }
    }
}
