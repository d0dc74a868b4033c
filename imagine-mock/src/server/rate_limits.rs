//! The limits of requests and tokens for each key.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use crate::api::Api;
use crate::profile::Profile;
use crate::response::ErrorResponse;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The numbers of requests and their windows, as reported of the live service.
const REQUESTS: [(usize, Duration); 3] = [(5, MINUTE), (20, HOUR), (250, DAY)];

/// The number of tokens and its window.
const TOKENS: (usize, Duration) = (25_000, HOUR);

/// The time after a 429 in which all requests of the key get 429.
const COOL_DOWN: Duration = Duration::from_secs(36);

/// The source of the time that limits use.
#[derive(Clone)]
pub(crate) struct ElapsedTime(Arc<dyn Fn() -> Duration + Send + Sync>);

impl ElapsedTime {
    pub(crate) fn new(elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(elapsed))
    }

    fn get(&self) -> Duration {
        (self.0)()
    }
}

impl Default for ElapsedTime {
    fn default() -> Self {
        let start = Instant::now();
        Self::new(move || start.elapsed())
    }
}

impl fmt::Debug for ElapsedTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ElapsedTime({:?})", self.get())
    }
}

/// The limits of all keys, and their use.
#[derive(Default)]
pub(crate) struct RateLimits {
    time: ElapsedTime,
    keys: Mutex<HashMap<String, KeyUse>>,
}

/// The requests and tokens of a key.
#[derive(Default)]
struct KeyUse {
    requests: VecDeque<Duration>,
    tokens: VecDeque<(Duration, usize)>,
    cool_down_end: Duration,
}

impl RateLimits {
    /// Returns the limits of a profile, if it has any.
    pub(crate) fn of(profile: Profile, time: ElapsedTime) -> Option<Self> {
        (profile == Profile::Cirrascale).then(|| Self {
            time,
            ..Self::default()
        })
    }

    /// Counts a request, or returns a 429 error response that starts a cool-down.
    pub(crate) fn count_request(&self, api: Api, key: &str) -> Result<(), ErrorResponse> {
        if api == Api::Media {
            return Ok(());
        }
        let now = self.time.get();
        let mut keys = self.lock();
        let key = keys.entry(key.to_owned()).or_default();
        if now < key.cool_down_end {
            return Err(too_many("the key is in its cool-down"));
        }
        if let Some(limit) = key.exceeded_limit(now) {
            key.cool_down_end = now + COOL_DOWN;
            return Err(too_many(&limit));
        }
        key.requests.push_back(now);
        Ok(())
    }

    pub(crate) fn add_tokens(&self, key: &str, tokens: usize) {
        let now = self.time.get();
        if let Some(key) = self.lock().get_mut(key) {
            key.tokens.push_back((now, tokens));
        }
    }

    pub(crate) fn reset(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, KeyUse>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Prints no keys.
impl fmt::Debug for RateLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RateLimits({} keys)", self.lock().len())
    }
}

impl KeyUse {
    /// Returns the limit that a further request exceeds.
    fn exceeded_limit(&mut self, now: Duration) -> Option<String> {
        let is_past = |time: Duration, window: Duration| now.saturating_sub(time) >= window;
        self.requests.retain(|time| !is_past(*time, DAY));
        self.tokens.retain(|(time, _)| !is_past(*time, TOKENS.1));
        let requests = REQUESTS.into_iter().find_map(|(limit, window)| {
            let used = self.requests.iter().rev();
            let used = used.take_while(|time| !is_past(**time, window)).count();
            (used >= limit).then(|| format!("{limit} requests in {} s", window.as_secs()))
        });
        let tokens: usize = self.tokens.iter().map(|(_, tokens)| tokens).sum();
        let tokens = (tokens >= TOKENS.0).then(|| format!("{} tokens in an hour", TOKENS.0));
        requests.or(tokens)
    }
}

fn too_many(limit: &str) -> ErrorResponse {
    let message = format!("Rate limit exceeded: {limit}");
    ErrorResponse::new(StatusCode::TOO_MANY_REQUESTS, message)
}
