//! The rate limits of a client: the turns of its calls, and its cool-down after a 429.

mod cool_down;
mod estimate;
#[cfg(not(feature = "persist"))]
mod no_store;
mod plan;
mod quota;
mod settings;
mod status;
#[cfg(feature = "persist")]
mod store;
#[cfg(test)]
mod tests;
mod turn;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

pub use self::estimate::TokenEstimate;
#[cfg(not(feature = "persist"))]
use self::no_store::{Locked, Store};
use self::plan::{Change, Millis, Plan, Waiting, millis};
use self::quota::Reported;
pub use self::settings::{RateLimits, RateUnit};
pub use self::status::{RateLimitStatus, WindowStatus};
#[cfg(feature = "persist")]
use self::store::{Locked, Store};
pub(crate) use self::turn::{Turn, Wait};
use crate::clock::Clock;
use crate::error::{Error, RateLimitExceeded};

/// The pause before another attempt to lock the file, which a process holds for less than that.
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// Gives calls their turns. Clones share all of it.
#[derive(Clone, Debug)]
pub(crate) struct Limiter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: RateLimits,
    endpoint: String,
    clock: Arc<dyn Clock>,
    started: Instant,
    store: Option<Store>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    plan: Plan,
    /// Changes that the file does not contain yet, because another process held it.
    pending: Vec<Change>,
}

/// The progress of a call that waits for its turn.
enum Step {
    /// The id of the request.
    Granted(u64),
    /// The call is the first one, and its slot is free after this pause.
    Sleep(Duration),
    /// Other calls are first. They wake it.
    Queued,
}

impl Limiter {
    /// Creates a limiter. `endpoint` and `key` identify the account in a file.
    ///
    /// # Errors
    ///
    /// Fails if a limit is 0, a window is set twice, or the file cannot be read.
    pub(crate) fn new(
        limits: &RateLimits,
        clock: Arc<dyn Clock>,
        (endpoint, key): (&str, Option<&str>),
    ) -> Result<Self, Error> {
        limits.validate()?;
        let store = Store::of(limits, (endpoint, key))?;
        let plan = Plan::new(limits.windows.clone(), limits.reads_headers);
        let state = State {
            plan,
            pending: Vec::new(),
        };
        let limiter = Self(Arc::new(Shared {
            limits: limits.clone(),
            endpoint: endpoint.to_owned(),
            started: clock.now(),
            clock,
            store,
            state: Mutex::new(state),
        }));
        if let Some(locked) = limiter.try_lock_store()?.flatten() {
            // A file that can be read and not written would fail the first call.
            let record = locked.record();
            locked.write(&record)?;
        }
        Ok(limiter)
    }

    /// Returns this limiter if a client with the same key and these settings shares it.
    pub(crate) fn shared(&self, limits: &RateLimits, endpoint: &str) -> Option<Self> {
        let is_same = self.0.limits == *limits && self.0.endpoint == endpoint;
        is_same.then(|| self.clone())
    }

    /// Waits for the turn of a request with that many tokens. `remaining` is the time until the deadline of its call.
    pub(crate) fn wait(&self, tokens: u64, remaining: Option<Duration>) -> Wait {
        let remaining = remaining.map_or(Millis::MAX, millis);
        let deadline = self.now().saturating_add(remaining);
        Wait::new(self.clone(), tokens, deadline)
    }

    /// Returns the turn of a request with that many tokens, if it need not wait.
    pub(crate) fn try_turn(&self, tokens: u64) -> Option<Turn> {
        // A file is used only where its errors can be reported.
        if self.0.store.is_some() {
            return None;
        }
        let now = self.now();
        let id = self.state().plan.try_grant(now, tokens)?;
        Some(Turn::new(self.clone(), id, tokens))
    }

    /// Returns the rest of the cool-down after a 429.
    pub(crate) fn cool_down(&self) -> Option<Duration> {
        let now = self.now();
        self.state().plan.record.cool_down.remaining(now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time: the wall-clock time if processes share it, else a monotonic one.
    fn now(&self) -> Millis {
        let since = match &self.0.store {
            Some(_) => {
                let now = self.0.clock.time_of_day();
                now.duration_since(SystemTime::UNIX_EPOCH)
                    .unwrap_or_default()
            }
            None => {
                let now = self.0.clock.now();
                now.saturating_duration_since(self.0.started)
            }
        };
        u64::try_from(since.as_millis()).unwrap_or(Millis::MAX)
    }

    /// Locks the file. `None` without a file, and `Some(None)` while another process holds it.
    fn try_lock_store(&self) -> Result<Option<Option<Locked<'_>>>, Error> {
        let store = self.0.store.as_ref();
        store.map(Store::try_lock).transpose()
    }

    /// Records a change, also in the file, and wakes the first call, whose slot it may move.
    fn change(&self, change: Change) {
        let mut state = self.state();
        state.plan.record.apply(change);
        state.plan.is_stale = true;
        if self.0.store.is_some() {
            state.pending.push(change);
        }
        let first = state.first_waker();
        drop(state);
        self.flush();
        first.into_iter().for_each(Waker::wake);
    }

    /// Writes changes to the file, unless another process holds it. Then the next request that is sent writes them. It
    /// also reports the errors.
    fn flush(&self) {
        if let Ok(Some(Some(locked))) = self.try_lock_store() {
            let mut state = self.state();
            state.synchronize(&locked);
            let written = locked.write(&state.plan.record);
            drop(written);
        }
    }

    /// Advances a call in the queue.
    ///
    /// # Errors
    ///
    /// Fails if its slot is free only after its deadline, or if the file cannot be used.
    fn step(&self, wait: &mut Wait, waker: &Waker) -> Result<Step, Error> {
        let now = self.now();
        let mut state = self.state();
        let mut woken = Vec::new();
        let ticket = match wait.ticket {
            Some(ticket) => ticket,
            None => {
                if state.plan.is_stale && !state.plan.waiting.is_empty() {
                    woken = state.plan.plan(now);
                }
                let request = (wait.tokens, wait.deadline);
                *wait
                    .ticket
                    .insert(state.plan.enqueue(now, request, waker.clone()))
            }
        };
        if let Some(call) = state.plan.waiting.get_mut(&ticket) {
            call.waker.clone_from(waker);
        }
        let step = match state.plan.first().is_some_and(|(first, _)| first == ticket) {
            true => self.step_first(&mut state, (ticket, now), &mut woken),
            false => self.slot(&state.plan, (ticket, now)).map(|_| Step::Queued),
        };
        if let Ok(Step::Granted(_)) = step {
            wait.ticket = None;
            woken.extend(state.first_waker());
        }
        // A task may run as soon as it is woken.
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        step
    }

    /// Advances the first call in the queue, and adds the wakers of calls that are late.
    fn step_first(
        &self,
        state: &mut State,
        (ticket, now): (u64, Millis),
        woken: &mut Vec<Waker>,
    ) -> Result<Step, Error> {
        let call = state.plan.waiting.get(&ticket);
        let is_over = call.is_some_and(|call| call.deadline <= now);
        let locked = match (self.try_lock_store()?, &self.0.store) {
            (Some(None), Some(store)) if is_over => return Err(store.still_locked()),
            (Some(None), _) => return Ok(Step::Sleep(LOCK_PAUSE)),
            (locked, _) => locked.flatten(),
        };
        if let Some(locked) = &locked {
            state.synchronize(locked);
        }
        woken.extend(state.plan.plan(now));
        let pause = self.slot(&state.plan, (ticket, now))?;
        if !pause.is_zero() {
            return Ok(Step::Sleep(pause));
        }
        let call = state.plan.waiting.remove(&ticket);
        let id = state.plan.grant(now, call.map_or(0, |call| call.tokens));
        if let Some(locked) = locked {
            locked.write(&state.plan.record)?;
        }
        Ok(Step::Granted(id))
    }

    /// Returns the time until the slot of a call is free.
    ///
    /// # Errors
    ///
    /// Fails if that is after its deadline.
    fn slot(&self, plan: &Plan, (ticket, now): (u64, Millis)) -> Result<Duration, Error> {
        let call = plan.waiting.get(&ticket);
        let frees_in = call.and_then(|call| call.slot.at);
        let frees_in = frees_in.map(|at| Duration::from_millis(at.saturating_sub(now)));
        if let (Some(frees_in), Some(false)) = (frees_in, call.map(Waiting::is_late)) {
            return Ok(frees_in);
        }
        let time_of_day = self.0.clock.time_of_day();
        Err(Error::rate_limit_exceeded(RateLimitExceeded {
            window: plan.name(call.and_then(|call| call.slot.cause)),
            frees_in,
            frees_at: frees_in.and_then(|span| time_of_day.checked_add(span)),
        }))
    }

    /// Removes a call from the queue.
    fn leave(&self, ticket: u64) {
        let mut state = self.state();
        let was_first = state.plan.first().is_some_and(|(first, _)| first == ticket);
        state.plan.waiting.remove(&ticket);
        state.plan.is_stale = true;
        let next = state.first_waker().filter(|_| was_first);
        drop(state);
        next.into_iter().for_each(Waker::wake);
    }

    /// Records that a request is sent now. Returns the time.
    fn sent(&self, id: u64) -> Millis {
        let now = self.now();
        if self.0.limits.windows.is_empty() {
            return now;
        }
        let mut state = self.state();
        let was_held = state.plan.held.remove(&id);
        let granted = state.plan.record.granted.get(&id);
        let has_waited = granted.is_some_and(|granted| granted.at != now);
        drop(state);
        if was_held && has_waited {
            self.change(Change::Sent(id, now));
        }
        now
    }

    /// Removes a request that was not sent.
    fn remove(&self, id: u64) {
        let mut state = self.state();
        state.plan.held.remove(&id);
        state.plan.quotas.end(id);
        let is_known = state.plan.record.granted.contains_key(&id);
        drop(state);
        if is_known {
            self.change(Change::Removed(id));
        }
    }

    /// Corrects the tokens of a request.
    fn correct(&self, id: u64, tokens: u64) {
        let state = self.state();
        let granted = state.plan.record.granted.get(&id);
        let is_news = granted.is_some_and(|granted| granted.tokens != tokens);
        drop(state);
        if is_news {
            self.change(Change::Tokens(id, tokens));
        }
    }

    /// Records what the headers of a response report, and wakes the first call, whose slot it may move.
    fn report(&self, id: u64, reported: Vec<Reported>) {
        let now = self.now();
        let mut state = self.state();
        let first = state.first_waker().filter(|_| !reported.is_empty());
        state.plan.is_stale |= first.is_some();
        state.plan.quotas.report(now, id, reported);
        drop(state);
        first.into_iter().for_each(Waker::wake);
    }

    /// Ends a request.
    fn end(&self, id: u64) {
        if self.0.limits.reads_headers {
            self.state().plan.quotas.end(id);
        }
    }

    /// Records the success of a request that was sent at this time.
    fn succeeded(&self, sent: Millis) {
        let is_news = self.state().plan.record.cool_down.clone().succeed(sent);
        if is_news {
            self.change(Change::Succeeded(sent));
        }
    }
}

impl State {
    /// Replaces the record by that of the file, with the changes that it does not contain yet.
    fn synchronize(&mut self, locked: &Locked<'_>) {
        let mut record = locked.record();
        for change in self.pending.drain(..) {
            record.apply(change);
        }
        self.plan.is_stale |= self.plan.record != record;
        self.plan.record = record;
    }

    fn first_waker(&self) -> Option<Waker> {
        let (_, call) = self.plan.first()?;
        Some(call.waker.clone())
    }
}
