//! The state of the rate limits, for callers.

use std::time::{Duration, SystemTime};

use super::settings::RateUnit;

/// The state of a client's rate limits at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// The windows that the caller set, in their order.
    pub windows: Vec<WindowStatus>,
    /// The limits that the server reported and that still apply.
    pub reported: Vec<WindowStatus>,
    /// The end of the silence after a 429, if it has not passed.
    pub cool_down_until: Option<SystemTime>,
    /// The number of calls that wait for their turn.
    pub waiting: usize,
}

/// The state of one window.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WindowStatus {
    /// The quantity that it limits.
    pub unit: RateUnit,
    /// The limit. `None` if the server did not report it.
    pub limit: Option<u64>,
    /// The length of the window. `None` if the server reported it.
    pub span: Option<Duration>,
    /// The amount that is used, estimates of requests in progress included. `None` if the limit is unknown.
    pub used: Option<u64>,
    /// The amount that is left.
    pub left: u64,
    /// The time at which the next part of the used amount is free. `None` if nothing is used.
    pub until: Option<SystemTime>,
}
