//! The spending of a client, and the budget that limits it.

mod budget;
mod prices;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

pub use self::budget::Budget;
use crate::error::{BudgetExceeded, Error};
use crate::json::{Observed, Observer};
use crate::request::{EncodedRequest, Operation};

/// The spending of a client and its clones, as [`Budget`] records it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Spent {
    /// The amounts by operation and model.
    pub by_operation: Vec<SpentByOperation>,
    /// The tokens of all calls.
    pub tokens: u64,
    /// The credits of all calls.
    pub credits: f64,
    /// The tokens that calls in progress have reserved.
    pub reserved_tokens: u64,
    /// The credits that calls in progress have reserved.
    pub reserved_credits: f64,
}

/// The spending of the calls of one operation with one model.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SpentByOperation {
    /// The operation, such as `chat`.
    pub operation: &'static str,
    /// The model, if the request has one.
    pub model: Option<String>,
    /// The number of requests that may have been executed.
    pub requests: u64,
    /// The tokens of prompts, as the service reports them.
    pub prompt_tokens: u64,
    /// The tokens of responses, as the service reports them.
    pub completion_tokens: u64,
    /// The estimated tokens of requests whose response reports none.
    pub estimated_tokens: u64,
    /// The credits.
    pub credits: f64,
}

/// The amounts that a request can spend.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Amount {
    pub(crate) tokens: u64,
    pub(crate) credits: f64,
}

/// The usage that a response reports: of a stream, in its last event.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    cost: Option<f64>,
}

impl Usage {
    /// Returns the tokens, if the response reports any.
    pub(crate) fn tokens(&self) -> Option<u64> {
        if self.prompt_tokens.is_none() && self.completion_tokens.is_none() {
            return None;
        }
        let prompt = self.prompt_tokens.unwrap_or_default();
        Some(prompt.saturating_add(self.completion_tokens.unwrap_or_default()))
    }
}

impl Observer for Usage {
    fn observe(&mut self, name: &'static str, value: Observed<'_>) {
        match (name, value) {
            ("prompt_tokens", Observed::Integer(tokens)) => {
                self.prompt_tokens = u64::try_from(tokens).ok();
            }
            ("completion_tokens", Observed::Integer(tokens)) => {
                self.completion_tokens = u64::try_from(tokens).ok();
            }
            ("cost", Observed::Number(cost)) if budget::is_amount(cost) => self.cost = Some(cost),
            _ => {}
        }
    }
}

/// Records what calls spend. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    budget: Budget,
    /// The request for the prices, if the API has one.
    price_list: Option<EncodedRequest>,
    fetched: OnceCell<BTreeMap<String, f64>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rows: BTreeMap<(&'static str, Option<String>), SpentByOperation>,
    spent: Amount,
    reserved: Amount,
}

impl Ledger {
    /// Creates a ledger for a validated budget.
    pub(crate) fn new(budget: Budget, price_list: Option<EncodedRequest>) -> Self {
        Self(Arc::new(Shared {
            budget,
            price_list,
            fetched: OnceCell::new(),
            state: Mutex::default(),
        }))
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// Returns the price of an operation in credits. `fetch` is called once, unless the caller set the prices.
    ///
    /// # Errors
    ///
    /// Fails if the prices cannot be fetched, or lack a billable operation.
    pub(crate) async fn price<'a, F>(
        &'a self,
        operation: &'static Operation,
        fetch: impl FnOnce(&'a EncodedRequest) -> F,
    ) -> Result<f64, Error>
    where
        F: Future<Output = Result<BTreeMap<String, f64>, Error>>,
    {
        let Shared {
            budget,
            price_list,
            fetched,
            ..
        } = &*self.0;
        let list = price_list.as_ref();
        let is_list = list.is_some_and(|list| list.operation.id == operation.id);
        if !budget.limits_credits() || is_list {
            return Ok(0.0);
        }
        let list = match (&budget.prices, list) {
            (Some(prices), _) => prices,
            (None, Some(list)) => fetched.get_or_try_init(|| fetch(list)).await?,
            (None, None) => return Ok(0.0),
        };
        prices::price(list, operation)
    }

    /// Reserves what a request can spend.
    ///
    /// # Errors
    ///
    /// Fails if that could exceed the budget.
    pub(crate) fn reserve(
        &self,
        request: &EncodedRequest,
        amount: Amount,
    ) -> Result<Reservation, Error> {
        let budget = &self.0.budget;
        let mut state = self.state();
        let Amount { tokens, credits } = amount;
        let (spent, reserved) = (state.spent, state.reserved);
        let used = spent.tokens.saturating_add(reserved.tokens);
        if let Some(limit) = budget
            .tokens
            .filter(|limit| used.saturating_add(tokens) > *limit)
        {
            let numbers = [limit, spent.tokens, reserved.tokens, tokens].map(number);
            return Err(exceeded("tokens", numbers));
        }
        let used = spent.credits + reserved.credits;
        if let Some(limit) = budget.credits.filter(|limit| used + credits > *limit) {
            let numbers = [limit, spent.credits, reserved.credits, credits];
            return Err(exceeded("credits", numbers));
        }
        state.reserved.tokens = reserved.tokens.saturating_add(tokens);
        state.reserved.credits += credits;
        let telemetry = request.telemetry.as_deref();
        Ok(Reservation {
            ledger: self.clone(),
            operation: request.operation.id,
            model: telemetry.and_then(|telemetry| telemetry.model.clone()),
            amount,
            spends: None,
        })
    }

    /// Returns what the calls have spent.
    pub(crate) fn spent(&self) -> Spent {
        let state = self.state();
        Spent {
            by_operation: state.rows.values().cloned().collect(),
            tokens: state.spent.tokens,
            credits: state.spent.credits,
            reserved_tokens: state.reserved.tokens,
            reserved_credits: state.reserved.credits,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The amount that one request can spend. Dropping it releases the part that the request did not spend.
#[derive(Debug)]
pub(crate) struct Reservation {
    ledger: Ledger,
    operation: &'static str,
    model: Option<String>,
    amount: Amount,
    /// The usage of the response so far. `None` if the request was not executed.
    spends: Option<Usage>,
}

impl Reservation {
    /// Records that the request may be executed, with the usage that is known.
    pub(crate) fn spend(&mut self, usage: Usage) {
        self.spends = Some(usage);
    }

    /// Records that the request was not executed.
    pub(crate) fn release(&mut self) {
        self.spends = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let Amount { tokens, credits } = self.amount;
        let mut state = self.ledger.state();
        let State {
            rows,
            spent,
            reserved,
        } = &mut *state;
        reserved.tokens = reserved.tokens.saturating_sub(tokens);
        reserved.credits = (reserved.credits - credits).max(0.0);
        let Some(usage) = self.spends else {
            return;
        };
        let credits = usage.cost.unwrap_or(credits);
        spent.tokens = spent
            .tokens
            .saturating_add(usage.tokens().unwrap_or(tokens));
        spent.credits += credits;
        let model = self.model.take();
        let row = rows.entry((self.operation, model));
        let row = row.or_insert_with_key(|(operation, model)| SpentByOperation {
            operation,
            model: model.clone(),
            ..SpentByOperation::default()
        });
        row.requests = row.requests.saturating_add(1);
        row.credits += credits;
        let add = |sum: &mut u64, tokens: u64| *sum = sum.saturating_add(tokens);
        match usage.tokens() {
            Some(_) => {
                add(
                    &mut row.prompt_tokens,
                    usage.prompt_tokens.unwrap_or_default(),
                );
                add(
                    &mut row.completion_tokens,
                    usage.completion_tokens.unwrap_or_default(),
                );
            }
            None => add(&mut row.estimated_tokens, tokens),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of tokens are far below 2^53"
)]
fn number(tokens: u64) -> f64 {
    tokens as f64
}

fn exceeded(unit: &'static str, [limit, spent, reserved, needed]: [f64; 4]) -> Error {
    Error::budget_exceeded(BudgetExceeded {
        unit,
        limit,
        spent,
        reserved,
        needed,
    })
}
