//! Simulates operations about the service itself: models, health, usage and history.

use axum::http::Method;
use serde_json::{Value, json};

use super::Backend;
use super::{Call, Outcome};
use crate::clock;
use crate::contract::Contract;
use crate::response::ErrorResponse;
use crate::service::backend::usage::{Tokens, UsageFilter};
use crate::service::models as catalog;

/// Lists the latest pairs of the POST operation at the same path.
pub(crate) fn history(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let limit = call.query("max_items").and_then(|limit| limit.parse().ok());
    let recorded = call.contract().find(&Method::POST, &call.operation.path);
    let pairs =
        recorded.map(|(operation, _)| backend.history.latest(&operation.id, limit.unwrap_or(0)));
    buffered(json!(pairs.unwrap_or_default()))
}

pub(crate) fn models(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let mut models = catalog::by_type(Contract::inference());
    if let Some(only) = call.query("model_type") {
        models.retain(|model_type, _| *model_type == only);
    }
    buffered(json!(models))
}

pub(crate) fn health(_: &Backend, _: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    buffered(json!({"postgres": "ok", "redis": "ok", "models": "ok"}))
}

pub(crate) fn ping(_: &Backend, _: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    buffered(json!({"message": "pong", "status": "ok"}))
}

pub(crate) fn usage(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let time = |name: &str| {
        let time = call.query(name).and_then(clock::parse);
        time.map(clock::date_time)
    };
    buffered(backend.usage.report(UsageFilter {
        from: time("from").as_deref(),
        to: time("to").as_deref(),
        model: call.query("model"),
        aggregation: call.query("aggregation_duration"),
    }))
}

/// Returns a buffered response of an operation that uses no tokens.
pub(super) fn buffered(response: Value) -> Result<Outcome, ErrorResponse> {
    Ok(Outcome::buffered(response, Tokens::default()))
}
