//! The state of a running mock.

use std::net::SocketAddr;

use super::account_permits::AccountPermits;
use super::auth::Keys;
use super::extra_fields::ExtraFields;
use super::rate_limits::{ElapsedTime, RateLimits};
use crate::connection::ConnectionCount;
use crate::expect::Expectations;
use crate::fault::Faults;
use crate::profile::Profile;
use crate::request_log::{Observer, RequestLog};
use crate::service::Backend;
use crate::service::media_build::{Builds, MediaBuild};

/// The default credits of an account.
const CREDITS: u64 = 10_000;

/// The default limit for stored requests, generations and files.
const RETENTION_LIMIT: usize = 10_000;

/// The settings of a mock.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) keys: Keys,
    pub(crate) credits: u64,
    pub(crate) retention_limit: usize,
    pub(crate) faults: Faults,
    pub(crate) expectations: Expectations,
    pub(crate) extra_fields: ExtraFields,
    pub(crate) observer: Observer,
    pub(crate) media_build: MediaBuild,
    pub(crate) concurrent_generations: bool,
    pub(crate) profile: Profile,
    pub(crate) time: ElapsedTime,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keys: Keys::default(),
            credits: CREDITS,
            retention_limit: RETENTION_LIMIT,
            faults: Faults::default(),
            expectations: Expectations::default(),
            extra_fields: ExtraFields::default(),
            observer: Observer::default(),
            media_build: MediaBuild::default(),
            concurrent_generations: false,
            profile: Profile::default(),
            time: ElapsedTime::default(),
        }
    }
}

/// The state that all requests to one mock share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: Keys,
    pub(crate) faults: Faults,
    pub(crate) expectations: Expectations,
    pub(crate) extra_fields: ExtraFields,
    pub(crate) open_connections: ConnectionCount,
    pub(crate) request_log: RequestLog,
    pub(crate) backend: Backend,
    pub(crate) builds: Builds,
    /// The accounts with a generation request in progress; `None` if the number of requests is not limited.
    pub(crate) account_permits: Option<AccountPermits>,
    pub(crate) profile: Profile,
    /// The limits of the profile, if it has any.
    pub(crate) rate_limits: Option<RateLimits>,
}

impl State {
    pub(crate) fn new(scheme: &str, address: SocketAddr, settings: Settings) -> Self {
        let limit = settings.retention_limit;
        Self {
            keys: settings.keys.of_profile(settings.profile),
            faults: settings.faults,
            expectations: settings.expectations,
            extra_fields: settings.extra_fields,
            open_connections: ConnectionCount::default(),
            request_log: RequestLog::new(settings.observer, limit),
            backend: Backend::new(scheme, address, settings.credits, limit),
            builds: Builds::new(settings.media_build),
            account_permits: (!settings.concurrent_generations).then(AccountPermits::default),
            profile: settings.profile,
            rate_limits: RateLimits::of(settings.profile, settings.time),
        }
    }

    /// Removes everything that requests, tests and the admin API have stored. The settings stay.
    pub(crate) fn reset(&self) {
        self.request_log.clear();
        self.faults.clear();
        self.expectations.clear();
        self.backend.reset();
        if let Some(limits) = &self.rate_limits {
            limits.reset();
        }
    }

    /// Returns whether the mock rejects requests that it would otherwise tolerate.
    pub(crate) fn is_strict(&self) -> bool {
        self.expectations.strict
    }
}
