//! The budget that a caller sets, and its validation.

use std::collections::BTreeMap;

use crate::error::Error;

/// The most that all calls of a client and its clones may spend together.
///
/// A call that could exceed it is rejected before it is sent:
/// [`is_budget_exceeded`](crate::Error::is_budget_exceeded). Calls in progress reserve what they could spend; what they
/// did not spend returns when they end. [`TokenEstimate`](crate::TokenEstimate) describes the estimate of tokens.
///
/// Credits are the prices of the media API. The client fetches them once with `costs`, unless they are set here. The
/// `cost` of a response replaces the price.
///
#[cfg_attr(feature = "inference", doc = "```")]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
/// use imagine_sdk::{Budget, Client};
///
/// let builder = Client::builder().budget(Budget::new().tokens(1_000_000));
/// # let _ = builder;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budget {
    pub(super) tokens: Option<u64>,
    pub(super) credits: Option<f64>,
    pub(super) prices: Option<BTreeMap<String, f64>>,
}

impl Budget {
    /// Creates a budget without a limit, with which [`spent`](crate::Spent) is recorded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the tokens of prompts and responses. Minimum: 1. Default: no limit.
    #[must_use]
    pub fn tokens(mut self, tokens: u64) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Limits the credits. They must be finite and above 0. Calls of the inference API spend none, unless
    /// [`prices`](Self::prices) sets their prices. Default: no limit.
    #[must_use]
    pub fn credits(mut self, credits: impl Into<f64>) -> Self {
        self.credits = Some(credits.into());
        self
    }

    /// Sets the prices in credits, by the names that `costs` returns or the names of operations. They must be finite
    /// and not negative. Default: fetched once with `costs`, before the first call that is charged.
    #[must_use]
    pub fn prices<N: Into<String>, P: Into<f64>>(
        mut self,
        prices: impl IntoIterator<Item = (N, P)>,
    ) -> Self {
        let prices = prices.into_iter();
        let prices = prices.map(|(name, price)| (name.into(), price.into()));
        self.prices = Some(prices.collect());
        self
    }

    /// Returns true if tokens are limited.
    pub(crate) fn limits_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// Returns true if calls are charged in credits.
    pub(crate) fn limits_credits(&self) -> bool {
        self.credits.is_some()
    }

    /// Rejects limits of 0 and invalid prices.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        if self.tokens == Some(0) {
            let problem = "the budget of 0 tokens allows nothing; set at least 1";
            return Err(Error::configuration(problem));
        }
        if let Some(credits) = self
            .credits
            .filter(|credits| !is_amount(*credits) || *credits == 0.0)
        {
            let problem = format!("the budget is {credits} credits; set a finite number above 0");
            return Err(Error::configuration(problem));
        }
        let mut prices = self.prices.iter().flatten();
        if let Some((name, price)) = prices.find(|(_, price)| !is_amount(**price)) {
            let problem = format!(
                "the price of `{name}` is {price}; set a finite number that is not negative"
            );
            return Err(Error::configuration(problem));
        }
        Ok(())
    }
}

/// Returns true for amounts of credits.
pub(super) fn is_amount(number: f64) -> bool {
    number.is_finite() && number >= 0.0
}
