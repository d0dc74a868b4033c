//! Plans when the next requests may be sent. Nothing here waits, locks or reads the time.

use std::collections::{BTreeMap, BTreeSet};
use std::task::Waker;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::cool_down::CoolDown;
use super::quota::Quotas;
use super::settings::{RateUnit, Window};

/// A time in milliseconds since the epoch of the plan.
pub(super) type Millis = u64;

/// Returns a duration in milliseconds, rounded up.
pub(super) fn millis(span: Duration) -> Millis {
    u64::try_from(span.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

/// Requests reach the server with unequal delays, so windows on this side are longer by this.
const MARGIN: Millis = 500;

/// A request that got its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Granted {
    pub(super) at: Millis,
    pub(super) tokens: u64,
}

/// The state that processes can share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// By random ids, which processes do not share.
    pub(super) granted: BTreeMap<u64, Granted>,
    pub(super) cool_down: CoolDown,
}

/// A change of the record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// The request was sent at this time.
    Sent(u64, Millis),
    /// The request used these tokens.
    Tokens(u64, u64),
    /// The request was not sent.
    Removed(u64),
    /// A request that was sent at `sent` got a 429.
    Rejected {
        now: Millis,
        sent: Millis,
        initial: Duration,
        retry_after: Option<Duration>,
    },
    /// A request that was sent at this time succeeded.
    Succeeded(Millis),
}

impl Record {
    pub(super) fn apply(&mut self, change: Change) {
        match change {
            Change::Sent(id, at) => {
                if let Some(granted) = self.granted.get_mut(&id) {
                    granted.at = at;
                }
            }
            Change::Tokens(id, tokens) => {
                if let Some(granted) = self.granted.get_mut(&id) {
                    granted.tokens = tokens;
                }
            }
            Change::Removed(id) => drop(self.granted.remove(&id)),
            Change::Rejected {
                now,
                sent,
                initial,
                retry_after,
            } => self.cool_down.start(now, sent, initial, retry_after),
            Change::Succeeded(sent) => drop(self.cool_down.succeed(sent)),
        }
    }
}

/// The reason why a slot is not free earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Window(usize),
    Quota(RateUnit),
    CoolDown,
}

/// The time of a slot, and the reason for it. No time if it is never free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) at: Option<Millis>,
    pub(super) cause: Option<Cause>,
}

/// A call that waits for its turn.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) tokens: u64,
    pub(super) deadline: Millis,
    pub(super) slot: Slot,
    pub(super) waker: Waker,
}

impl Waiting {
    /// Returns true if the slot is free only after the deadline.
    pub(super) fn is_late(&self) -> bool {
        self.slot.at.is_none_or(|at| at >= self.deadline)
    }
}

/// The slots of a client.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) windows: Vec<Window>,
    pub(super) record: Record,
    pub(super) quotas: Quotas,
    /// Requests with a slot that are not sent yet. They count until they are sent, however long that takes.
    pub(super) held: BTreeSet<u64>,
    /// By the order in which they ask.
    pub(super) waiting: BTreeMap<u64, Waiting>,
    next_ticket: u64,
    /// Requests with and without a slot in the order of their times.
    timeline: Vec<Granted>,
    /// The reason for the last slot of the timeline.
    last_cause: Option<Cause>,
    /// The time of the last granted slot.
    last_grant: Millis,
    /// The quotas after the timeline.
    planned_quotas: Quotas,
    /// True if the slots have to be planned again.
    pub(super) is_stale: bool,
}

impl Plan {
    pub(super) fn new(windows: Vec<Window>, reads_headers: bool) -> Self {
        let mut plan = Self {
            windows,
            ..Self::default()
        };
        plan.quotas.is_enabled = reads_headers;
        plan
    }

    /// Adds a call to the end of the queue, and plans its slot after the others, whose plan must not be stale.
    pub(super) fn enqueue(
        &mut self,
        now: Millis,
        (tokens, deadline): (u64, Millis),
        waker: Waker,
    ) -> u64 {
        let slot = self.append(now, tokens, deadline);
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let waiting = Waiting {
            tokens,
            deadline,
            slot,
            waker,
        };
        self.waiting.insert(ticket, waiting);
        ticket
    }

    /// Plans all slots, and returns the wakers of calls that are late.
    pub(super) fn plan(&mut self, now: Millis) -> Vec<Waker> {
        let longest = self.windows.iter().map(|window| window.span).max();
        let longest = longest.map_or(0, |span| millis(span).saturating_add(MARGIN));
        let held = &self.held;
        let granted = &mut self.record.granted;
        // A clock that was set back must not extend a window or a cool-down.
        self.record.cool_down.limit_to(now);
        granted.retain(|id, granted| {
            granted.at = granted.at.min(now);
            held.contains(id) || granted.at.saturating_add(longest) > now
        });
        self.timeline = granted
            .iter()
            .map(|(id, granted)| Granted {
                at: if held.contains(id) { now } else { granted.at },
                ..*granted
            })
            .collect();
        self.timeline.sort_by_key(|granted| granted.at);
        self.planned_quotas = self.quotas.clone();
        self.last_cause = None;
        self.is_stale = false;
        let mut waiting = std::mem::take(&mut self.waiting);
        let mut late = Vec::new();
        for call in waiting.values_mut() {
            call.slot = self.append(now, call.tokens, call.deadline);
            if call.is_late() {
                late.push(call.waker.clone());
            }
        }
        self.waiting = waiting;
        late
    }

    /// Plans a slot at the end of the timeline. A slot after the deadline takes no place, because its call fails.
    fn append(&mut self, now: Millis, tokens: u64, deadline: Millis) -> Slot {
        let slot = self.slot(now, tokens);
        if let Some(at) = slot.at.filter(|at| *at < deadline) {
            self.timeline.push(Granted { at, tokens });
            self.planned_quotas.take(at, tokens);
            self.last_cause = slot.cause;
        }
        slot
    }

    /// Returns the earliest slot after all of the timeline.
    fn slot(&self, now: Millis, tokens: u64) -> Slot {
        let planned = self.timeline.last().map_or(0, |granted| granted.at);
        let previous = planned.max(self.last_grant);
        let mut at = now.max(previous);
        let mut cause = None;
        let mut delay = |until: Millis, reason| {
            if until > at {
                (at, cause) = (until, Some(reason));
            }
        };
        for (index, window) in self.windows.iter().enumerate() {
            match self.free_at(window, tokens) {
                Some(until) => delay(until, Cause::Window(index)),
                None => {
                    return Slot {
                        at: None,
                        cause: Some(Cause::Window(index)),
                    };
                }
            }
        }
        for (unit, until) in self.planned_quotas.blocked(now, tokens) {
            delay(until, Cause::Quota(unit));
        }
        let recovered = self.record.cool_down.earliest(now, previous);
        delay(recovered, Cause::CoolDown);
        // A call behind one that waits has the cause of that one.
        if cause.is_none() && at > now {
            cause = self.last_cause;
        }
        Slot {
            at: Some(at),
            cause,
        }
    }

    /// Returns the time from which a window has room. `None` if it never has.
    fn free_at(&self, window: &Window, tokens: u64) -> Option<Millis> {
        let (needed, amount): (u64, fn(&Granted) -> u64) = match window.unit {
            RateUnit::Requests => (1, |_| 1),
            RateUnit::Tokens => (tokens, |granted| granted.tokens),
        };
        let mut room = window.limit.checked_sub(needed)?;
        for granted in self.timeline.iter().rev() {
            match room.checked_sub(amount(granted)) {
                Some(rest) => room = rest,
                None => {
                    let span = millis(window.span).saturating_add(MARGIN);
                    return Some(granted.at.saturating_add(span));
                }
            }
        }
        Some(0)
    }

    /// Returns the first call of the queue.
    pub(super) fn first(&self) -> Option<(u64, &Waiting)> {
        let (ticket, call) = self.waiting.first_key_value()?;
        Some((*ticket, call))
    }

    /// Returns the name of a reason, for errors.
    pub(super) fn name(&self, cause: Option<Cause>) -> String {
        match cause {
            Some(Cause::Window(index)) => self
                .windows
                .get(index)
                .map_or_else(String::new, Window::to_string),
            Some(Cause::Quota(unit)) => format!("{unit} that the server reports as used"),
            Some(Cause::CoolDown) | None => "cool-down after a 429".to_owned(),
        }
    }

    /// Gives a request its slot, if one is free and no call waits for it. Returns its id.
    pub(super) fn try_grant(&mut self, now: Millis, tokens: u64) -> Option<u64> {
        if !self.waiting.is_empty() {
            return None;
        }
        self.plan(now);
        let at = self.slot(now, tokens).at;
        at.is_some_and(|at| at <= now)
            .then(|| self.grant(now, tokens))
    }

    /// Gives a request its slot. Returns its id.
    pub(super) fn grant(&mut self, now: Millis, tokens: u64) -> u64 {
        let id = fastrand::u64(..);
        if !self.windows.is_empty() {
            self.record.granted.insert(id, Granted { at: now, tokens });
            self.held.insert(id);
        }
        self.quotas.grant(now, id, tokens);
        self.last_grant = now;
        self.is_stale = true;
        id
    }

    /// Returns the used amount of a window, and the time at which the next part of it is free.
    pub(super) fn usage(&self, window: &Window, now: Millis) -> (u64, Option<Millis>) {
        let span = millis(window.span).saturating_add(MARGIN);
        let granted = self.record.granted.iter();
        let inside = granted.filter(|(id, granted)| {
            self.held.contains(id) || granted.at.saturating_add(span) > now
        });
        let (mut used, mut first) = (0_u64, None::<Millis>);
        for (_, granted) in inside {
            used = used.saturating_add(match window.unit {
                RateUnit::Requests => 1,
                RateUnit::Tokens => granted.tokens,
            });
            let until = granted.at.saturating_add(span);
            first = Some(first.map_or(until, |first| first.min(until)));
        }
        (used, first)
    }
}
