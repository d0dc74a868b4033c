//! The turns of attempts: a slot of the rate limits, and a permit among the concurrent requests.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;

use super::limits::Turn;
use super::retry::{Attempts, RetryContext};
use super::spending::Amount;
use super::{Deadline, Permit, Pipeline, PipelineBody};
use crate::error::Error;
use crate::request::EncodedRequest;
use crate::response::Meta;

/// The prices that the service lists.
#[derive(Deserialize)]
struct PriceList {
    costs: BTreeMap<String, Option<f64>>,
}

impl Pipeline {
    /// Returns the amounts that a request can spend.
    ///
    /// # Errors
    ///
    /// Fails if its tokens cannot be estimated, or its price is unknown.
    pub(super) async fn amount(&self, request: &EncodedRequest) -> Result<Amount, Error> {
        let tokens = match self.limits_tokens && self.origin.contains(&request.url) {
            true => self.token_estimate.of(request)?,
            false => 0,
        };
        let credits = match self
            .ledger
            .as_ref()
            .filter(|ledger| ledger.budget().limits_credits())
        {
            Some(ledger) => {
                let price = ledger.price(request.operation, |list| self.prices(list));
                // Boxed, because an unboxed future would take its space in every call.
                Box::pin(price).await?
            }
            None => 0.0,
        };
        Ok(Amount { tokens, credits })
    }

    /// Fetches the prices.
    fn prices<'a>(
        &'a self,
        list: &'a EncodedRequest,
    ) -> BoxFuture<'a, Result<BTreeMap<String, f64>, Error>> {
        async move {
            let mut prices = BTreeMap::new();
            let mut accept = |_: &Meta, body: &PipelineBody| {
                prices = decode_prices(&body.bytes())?;
                Ok(())
            };
            self.execute(list, &mut accept).await?;
            Ok(prices)
        }
        .boxed()
    }

    /// Returns the permit and the turn of an attempt. A call that waits for its turn holds no permit. Requests to other
    /// hosts need no turn.
    ///
    /// # Errors
    ///
    /// Fails if both are free only after the deadline.
    pub(super) async fn turn(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        amount: Amount,
        (permit, queued): (&mut Option<Permit>, &mut Duration),
    ) -> Result<(Permit, Option<Turn>), Error> {
        let operation = request.operation.id;
        loop {
            let held = match permit.take() {
                Some(permit) => permit,
                None => {
                    let permit = self.permit(&self.concurrency, deadline, operation, queued);
                    permit.await?
                }
            };
            if !self.origin.contains(&request.url) {
                return Ok((held, None));
            }
            if let Some(turn) = self.limiter.try_turn(amount.tokens) {
                return Ok((held, Some(turn)));
            }
            drop(held);
            // Boxed, because an unboxed future would take its space in every call.
            let turn = Box::pin(self.wait_for_turn(deadline, amount, queued)).await?;
            if let Some(permit) = self.concurrency.try_acquire() {
                return Ok((permit, Some(turn)));
            }
            let held = self.permit(&self.concurrency, deadline, operation, queued);
            let held = held.await?;
            if self.limiter.cool_down().is_none() {
                return Ok((held, Some(turn)));
            }
            // A cool-down has started since.
            *permit = Some(held);
        }
    }

    async fn wait_for_turn(
        &self,
        deadline: &Deadline,
        amount: Amount,
        queued: &mut Duration,
    ) -> Result<Turn, Error> {
        let started = self.clock.now();
        let remaining = deadline.remaining(&*self.clock);
        let turn = self.limiter.wait(amount.tokens, remaining).await;
        *queued += self.clock.now().saturating_duration_since(started);
        turn
    }

    /// Returns the facts about a failed attempt, with the silence of the client that it started.
    pub(super) fn retry_context(
        &self,
        error: &Error,
        request: &EncodedRequest,
        attempts: Attempts,
    ) -> RetryContext {
        let silence = match error.is_too_many_requests() {
            true => self.limiter.cool_down().unwrap_or_default(),
            false => Duration::ZERO,
        };
        RetryContext::new(error, request, attempts, silence)
    }
}

fn decode_prices(body: &Bytes) -> Result<BTreeMap<String, f64>, Error> {
    let list: PriceList = serde_json::from_slice(body).map_err(|error| {
        Error::decode("costs".to_owned(), "is not a list of prices".to_owned()).with_source(error)
    })?;
    let prices = list.costs.into_iter();
    Ok(prices
        .filter_map(|(name, price)| Some((name, price?)))
        .collect())
}
