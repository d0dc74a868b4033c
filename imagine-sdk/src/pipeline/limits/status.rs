//! The state of the rate limits, for callers.

use std::time::{Duration, SystemTime};

use super::Limiter;
use super::plan::Millis;
use super::settings::RateUnit;

/// The state of a client's rate limits at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// The windows that the caller set, in their order.
    pub windows: Vec<WindowStatus>,
    /// The limits that the server reported and that still apply.
    pub reported: Vec<WindowStatus>,
    /// The end of the cool-down after a 429, if it has not passed.
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

impl Limiter {
    /// Returns the state of all windows.
    pub(crate) fn status(&self) -> RateLimitStatus {
        self.flush();
        let now = self.now();
        let time_of_day = self.0.clock.time_of_day();
        let at = |until: Millis| later(time_of_day, until.saturating_sub(now));
        let state = self.state();
        let plan = &state.plan;
        let windows = plan.windows.iter().map(|window| {
            let (used, until) = plan.usage(window, now);
            WindowStatus {
                unit: window.unit,
                limit: Some(window.limit),
                span: Some(window.span),
                used: Some(used),
                left: window.limit.saturating_sub(used),
                until: until.and_then(at),
            }
        });
        let reported = plan.quotas.current(now).map(|(unit, quota)| WindowStatus {
            unit,
            limit: quota.limit,
            span: None,
            used: quota.limit.map(|limit| limit.saturating_sub(quota.left)),
            left: quota.left,
            until: at(quota.until),
        });
        let cool_down = plan.record.cool_down;
        RateLimitStatus {
            windows: windows.collect(),
            reported: reported.collect(),
            cool_down_until: cool_down.remaining(now).and_then(|_| at(cool_down.until)),
            waiting: plan.waiting.len(),
        }
    }
}

fn later(time: SystemTime, span: Millis) -> Option<SystemTime> {
    time.checked_add(Duration::from_millis(span))
}
