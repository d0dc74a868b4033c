//! The turns of attempts: a slot of the rate limits, and a permit among the concurrent requests.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::claim::Claim;
use super::limits::Turn;
use super::retry::{Attempts, RetryContext};
use super::spending::{Amount, Ledger};
use super::{Deadline, Permit, Pipeline, PipelineBody};
use crate::error::Error;
use crate::json;
use crate::request::EncodedRequest;
use crate::response::Meta;

impl Pipeline {
    /// Estimates the tokens of a request, if the client limits them.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be estimated.
    pub(super) fn tokens(&self, request: &EncodedRequest) -> Result<u64, Error> {
        match self.limits_tokens && self.origin.contains(&request.url) {
            true => self.token_estimate.of(request),
            false => Ok(0),
        }
    }

    /// Returns the price of a request.
    ///
    /// # Errors
    ///
    /// Fails if the price is unknown.
    pub(super) async fn price(
        &self,
        ledger: &Ledger,
        request: &EncodedRequest,
    ) -> Result<f64, Error> {
        let price = ledger.price(request.operation, |list| self.prices(list));
        let operation = request.operation.id;
        price.await.map_err(|error| error.with_operation(operation))
    }

    /// Fetches the prices.
    fn prices<'a>(
        &'a self,
        list: &'a EncodedRequest,
    ) -> BoxFuture<'a, Result<BTreeMap<String, f64>, Error>> {
        async move {
            let mut prices = BTreeMap::new();
            let mut accept = |_: &Meta, body: &PipelineBody| {
                let listed = decode_prices(&body.bytes()).ok_or_else(|| {
                    Error::decode("costs".to_owned(), "is not a list of prices".to_owned())
                });
                prices = listed?;
                Ok(())
            };
            self.execute(list, &mut accept).await?;
            Ok(prices)
        }
        .boxed()
    }

    /// Returns the claim of an attempt, if it need not wait for its turn. Requests to other hosts need none.
    pub(super) fn try_claim(&self, request: &EncodedRequest, amount: Amount) -> Option<Claim> {
        match self.origin.contains(&request.url) {
            true => Some(Claim::new(Some(self.limiter.try_turn(amount.tokens)?))),
            false => Some(Claim::new(None)),
        }
    }

    /// Waits for the turn of an attempt, without the permit, and then for a permit.
    ///
    /// # Errors
    ///
    /// Fails if both are free only after the deadline.
    pub(super) async fn wait_for_claim(
        &self,
        request: &EncodedRequest,
        deadline: &Deadline,
        amount: Amount,
        queued: &mut Duration,
    ) -> Result<(Permit, Claim), Error> {
        loop {
            let turn = self.wait_for_turn(deadline, amount, queued).await?;
            let permit = match self.concurrency.try_acquire() {
                Some(permit) => permit,
                None => {
                    let operation = request.operation.id;
                    let permit = self.permit(&self.concurrency, deadline, operation, queued);
                    permit.await?
                }
            };
            // A cool-down may have started during the wait for the permit.
            if self.limiter.cool_down().is_none() {
                return Ok((permit, Claim::new(Some(turn))));
            }
        }
    }

    /// Adds what the request can spend to its claim.
    ///
    /// # Errors
    ///
    /// Fails if that could exceed the budget.
    pub(super) fn reserve(
        &self,
        claim: Claim,
        request: &EncodedRequest,
        amount: Amount,
    ) -> Result<Claim, Error> {
        let ledger = self.ledger.as_ref();
        let reservation = ledger.map(|ledger| ledger.reserve(request, amount));
        Ok(match reservation.transpose()? {
            None if !self.limits_tokens => claim,
            reservation => claim.with_usage(reservation),
        })
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

    /// Returns the facts about a failed attempt, with the cool-down of the client that it started.
    pub(super) fn retry_context(
        &self,
        error: &Error,
        request: &EncodedRequest,
        attempts: Attempts,
    ) -> RetryContext {
        let cool_down = match error.is_too_many_requests() {
            true => self.limiter.cool_down().unwrap_or_default(),
            false => Duration::ZERO,
        };
        RetryContext::new(error, request, attempts, cool_down)
    }
}

/// Returns the prices that the service lists. `None` if the body is not such a list. A price can be `null`.
fn decode_prices(body: &Bytes) -> Option<BTreeMap<String, f64>> {
    let list: Value = json::from_slice(body).ok()?;
    let prices = list.get("costs")?.as_object()?.iter();
    let priced = prices.filter(|(_, price)| !price.is_null());
    priced
        .map(|(name, price)| Some((name.clone(), price.as_f64()?)))
        .collect()
}
