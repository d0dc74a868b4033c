//! The rate limits that a caller sets, and their validation.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// Quantities that a window limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RateUnit {
    /// Requests, each attempt of a call included.
    Requests,
    /// Tokens, of the prompt and of the response.
    Tokens,
}

impl fmt::Display for RateUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
        })
    }
}

/// A limit on what a client sends within a sliding span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) unit: RateUnit,
    pub(super) limit: u64,
    pub(super) span: Duration,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, limit, span } = self;
        let span = humantime::format_duration(*span);
        let plural = unit.to_string();
        let unit = match limit {
            1 => plural.trim_end_matches('s'),
            _ => &plural,
        };
        write!(f, "{limit} {unit} per {span}")
    }
}

/// The rate limits of an account, which the client keeps on its side: a call waits for its turn instead of failing.
///
/// All windows apply at once, and slide: no span of that length contains more. Every attempt of a call takes a slot.
/// Calls get their slots in the order in which they ask, and wait within their own timeout. A call whose slot would be
/// free only after its deadline fails at once, with an error for which
/// [`is_limited_by_client`](crate::Error::is_limited_by_client) is true and that names the window.
///
/// Tokens are [estimated](crate::TokenEstimate) before a request is sent, and corrected by the `usage` of its response.
///
#[cfg_attr(feature = "inference", doc = "```")]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
/// use imagine_sdk::{Client, RateLimits};
///
/// let limits = RateLimits::new()
///     .requests_per_minute(5)
///     .requests_per_hour(20)
///     .requests_per_day(250)
///     .tokens_per_hour(25_000);
/// let builder = Client::builder().rate_limits(limits);
/// # let _ = builder;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    pub(super) windows: Vec<Window>,
    pub(super) reads_headers: bool,
    #[cfg(feature = "persist")]
    pub(super) path: Option<std::path::PathBuf>,
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3600);
pub(super) const DAY: Duration = Duration::from_secs(86_400);

impl RateLimits {
    /// Creates limits without a window.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the requests in a minute. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn requests_per_minute(self, requests: u64) -> Self {
        self.requests_per(MINUTE, requests)
    }

    /// Limits the requests in an hour. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn requests_per_hour(self, requests: u64) -> Self {
        self.requests_per(HOUR, requests)
    }

    /// Limits the requests in 24 hours. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn requests_per_day(self, requests: u64) -> Self {
        self.requests_per(DAY, requests)
    }

    /// Limits the requests in a span of at least 1 ms. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn requests_per(self, span: Duration, requests: u64) -> Self {
        self.window(RateUnit::Requests, span, requests)
    }

    /// Limits the tokens in a minute. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn tokens_per_minute(self, tokens: u64) -> Self {
        self.tokens_per(MINUTE, tokens)
    }

    /// Limits the tokens in an hour. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn tokens_per_hour(self, tokens: u64) -> Self {
        self.tokens_per(HOUR, tokens)
    }

    /// Limits the tokens in 24 hours. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn tokens_per_day(self, tokens: u64) -> Self {
        self.tokens_per(DAY, tokens)
    }

    /// Limits the tokens in a span of at least 1 ms. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn tokens_per(self, span: Duration, tokens: u64) -> Self {
        self.window(RateUnit::Tokens, span, tokens)
    }

    /// Creates limits that the client reads from the headers of responses: `x-ratelimit-*` and `ratelimit-*`, and
    /// `ratelimit` and `ratelimit-policy` of the IETF drafts. Windows can be added to them. Until the first response
    /// with such headers, only those windows apply. After a reported reset, the client assumes the same limit for one
    /// more period, until a response reports the actual numbers.
    ///
    /// A 429 without `retry-after` whose headers report a used-up limit starts a cool-down until that limit is reset,
    /// instead of [`RetryPolicy::cool_down`](crate::RetryPolicy::cool_down).
    pub fn from_headers() -> Self {
        Self {
            reads_headers: true,
            ..Self::default()
        }
    }

    /// Keeps the state in a file, so that all processes with the same endpoint and key share the windows, and a restart
    /// does not empty them. Default: in memory only.
    ///
    /// The file is created if it is missing; its directory must exist. Beside it, `<path>.lock` is the lock. It has
    /// times and numbers of tokens, by a hash of the endpoint and the key, and never the key. With an
    /// [`ApiKeyProvider`](crate::ApiKeyProvider) it is a hash of the endpoint alone, so use one file for each account.
    /// The client reads and writes the file, of a few kilobytes, in the task of the call.
    #[cfg(feature = "persist")]
    #[must_use]
    pub fn persist(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    fn window(mut self, unit: RateUnit, span: Duration, limit: u64) -> Self {
        self.windows.push(Window { unit, limit, span });
        self
    }

    /// Returns true if a window limits tokens.
    pub(crate) fn limits_tokens(&self) -> bool {
        let mut windows = self.windows.iter();
        self.reads_headers || windows.any(|window| window.unit == RateUnit::Tokens)
    }

    /// Rejects limits of 0, and windows that are set twice.
    pub(super) fn validate(&self) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for window in &self.windows {
            if window.limit == 0 {
                let problem =
                    format!("the rate limit of {window} allows nothing; set it to at least 1");
                return Err(Error::configuration(problem));
            }
            if window.span < Duration::from_millis(1) {
                let problem =
                    format!("the rate limit of {window} has no span; set it to at least 1ms");
                return Err(Error::configuration(problem));
            }
            if !seen.insert((window.unit, window.span)) {
                let span = humantime::format_duration(window.span);
                let problem = format!(
                    "the rate limits contain two windows of {} per {span}; keep one of them",
                    window.unit
                );
                return Err(Error::configuration(problem));
            }
        }
        Ok(())
    }
}
