//! Rate limits that executors share.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args;
use imagine_sdk::RateLimits;

/// The rate limits of a key, as options of a program.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Rate limits of the key")]
pub struct Limits {
    /// The requests in a minute.
    #[arg(long, value_name = "N")]
    requests_per_minute: Option<u64>,
    /// The requests in an hour.
    #[arg(long, value_name = "N")]
    requests_per_hour: Option<u64>,
    /// The requests in 24 hours.
    #[arg(long, value_name = "N")]
    requests_per_day: Option<u64>,
    /// The tokens in a minute.
    #[arg(long, value_name = "N")]
    tokens_per_minute: Option<u64>,
    /// The tokens in an hour.
    #[arg(long, value_name = "N")]
    tokens_per_hour: Option<u64>,
    /// The tokens in 24 hours.
    #[arg(long, value_name = "N")]
    tokens_per_day: Option<u64>,
    /// The file in which the executors of this machine share the limits.
    #[arg(long, value_name = "PATH")]
    limits_file: Option<PathBuf>,
    /// The number of machines among which the limits are divided.
    #[arg(long, value_name = "N", default_value_t = NonZeroU64::MIN)]
    machines: NonZeroU64,
}

/// A method that sets the limit of a window.
type Window = fn(RateLimits, u64) -> RateLimits;

impl Limits {
    /// Returns the limits of this machine, which its executors share if there is a file.
    pub fn rate_limits(&self) -> RateLimits {
        let windows: [(Option<u64>, Window); 6] = [
            (self.requests_per_minute, RateLimits::requests_per_minute),
            (self.requests_per_hour, RateLimits::requests_per_hour),
            (self.requests_per_day, RateLimits::requests_per_day),
            (self.tokens_per_minute, RateLimits::tokens_per_minute),
            (self.tokens_per_hour, RateLimits::tokens_per_hour),
            (self.tokens_per_day, RateLimits::tokens_per_day),
        ];
        let limits = RateLimits::new();
        let limits = windows
            .into_iter()
            .fold(limits, |limits, (limit, set)| match limit {
                Some(limit) => set(limits, limit / self.machines),
                None => limits,
            });
        match &self.limits_file {
            Some(path) => limits.persist(path),
            None => limits,
        }
    }
}
