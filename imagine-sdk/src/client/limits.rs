//! The rate limits and the budget of a client.

use std::sync::Arc;

use url::Url;

use super::connection::Connection;
use super::settings::{KeySetting, Settings};
use super::{ApiClient, ClientBuilder};
use crate::error::Error;
use crate::pipeline::{
    Budget, Ledger, Limiter, Pipeline, RateLimitStatus, RateLimits, Spent, TokenEstimate,
};
use crate::request::{Body, EncodedRequest, ResponseMode};

/// The operation that returns prices.
const PRICE_LIST: &str = "costs";

impl<C: ApiClient> ClientBuilder<C> {
    /// Sets the rate limits of the account. Calls wait for their turn within their timeout, instead of failing with
    /// 429. All clones share them, and so do derived clients with the same limits, endpoint and key. Default: none;
    /// after a 429 the client cools down in any case, as [`RetryPolicy`](crate::RetryPolicy) describes.
    ///
    /// [`build`](Self::build) rejects a limit of 0, a window that is set twice, and a file that cannot be used.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.settings.rate_limits = limits;
        self
    }

    /// Sets the budget of this client, its clones, and derived clients with the same budget. Default: none.
    ///
    /// [`build`](Self::build) rejects a limit of 0 and invalid prices.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.settings.budget = Some(budget);
        self
    }

    /// Sets how tokens are estimated before a request is sent, for rate limits and budgets. Default:
    /// [`TokenEstimate::new`].
    pub fn token_estimate(mut self, estimate: TokenEstimate) -> Self {
        self.settings.token_estimate = estimate;
        self
    }
}

/// The limits of a pipeline.
pub(super) struct Limits {
    pub(super) limiter: Limiter,
    pub(super) ledger: Option<Ledger>,
    pub(super) limits_tokens: bool,
}

impl Limits {
    /// Creates the limits of a client, or shares those of the client that it is derived from.
    ///
    /// # Errors
    ///
    /// Fails if a setting is invalid, or the file of the rate limits cannot be used.
    pub(super) fn new<C: ApiClient>(
        settings: &Settings,
        endpoint: &Url,
        origin: Option<&Connection<C::Mode>>,
    ) -> Result<Self, Error> {
        settings.token_estimate.validate()?;
        let origin = origin.map(|origin| &*origin.shared);
        let limits = &settings.rate_limits;
        let account = endpoint.as_str().trim_end_matches('/');
        let shared = origin
            .filter(|origin| has_same_key(&origin.settings, settings))
            .and_then(|origin| origin.pipeline.limiter.shared(limits, account));
        let limiter = match shared {
            Some(limiter) => limiter,
            None => {
                let account = (account, fixed_key(settings));
                Limiter::new(limits, Arc::clone(&settings.clock), account)?
            }
        };
        let shared = origin.and_then(|origin| origin.pipeline.ledger.as_ref());
        let budget = settings.budget.as_ref();
        let ledger = budget.map(|budget| match shared {
            Some(ledger) if ledger.budget() == budget => Ok(ledger.clone()),
            _ => ledger::<C>(budget, endpoint),
        });
        Ok(Self {
            limiter,
            ledger: ledger.transpose()?,
            limits_tokens: limits.limits_tokens() || budget.is_some_and(Budget::limits_tokens),
        })
    }
}

fn ledger<C: ApiClient>(budget: &Budget, endpoint: &Url) -> Result<Ledger, Error> {
    let mut operations = C::OPERATIONS.iter();
    let list = operations.find(|operation| operation.id == PRICE_LIST);
    budget.validate()?;
    let list = list.map(|operation| {
        let url = operation.url(endpoint, &[]);
        EncodedRequest::new(operation, url, Body::Empty, ResponseMode::Buffered)
    });
    Ok(Ledger::new(budget.clone(), list))
}

fn fixed_key(settings: &Settings) -> Option<&str> {
    match settings.api_key.as_ref()? {
        KeySetting::Fixed(key) => Some(key.as_str()),
        KeySetting::Provider(_) => None,
    }
}

/// Returns true if two clients have the same source of the key. The limits belong to the key.
fn has_same_key(one: &Settings, other: &Settings) -> bool {
    match (&one.api_key, &other.api_key) {
        (Some(KeySetting::Provider(one)), Some(KeySetting::Provider(other))) => {
            Arc::ptr_eq(one, other)
        }
        (Some(KeySetting::Provider(_)), _) | (_, Some(KeySetting::Provider(_))) => false,
        _ => fixed_key(one) == fixed_key(other),
    }
}

impl<M> Connection<M> {
    fn pipeline(&self) -> &Pipeline {
        &self.shared.pipeline
    }

    /// Returns the state of the rate limits.
    pub(crate) fn rate_limit_status(&self) -> RateLimitStatus {
        self.pipeline().limiter.status()
    }

    /// Returns what the calls have spent. Nothing without a budget.
    pub(crate) fn spent(&self) -> Spent {
        let ledger = self.pipeline().ledger.as_ref();
        ledger.map(Ledger::spent).unwrap_or_default()
    }

    /// Returns true if the fields of requests are needed for the limits.
    pub(super) fn observes_requests(&self) -> bool {
        self.pipeline().limits_tokens || self.pipeline().ledger.is_some()
    }
}
