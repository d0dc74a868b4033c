//! Answers questions about the service itself, and about what was asked before.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Call, Outcome};
use crate::failure::Failure;
use crate::models as catalogue;
use crate::state::State;
use crate::usage::{Span, Tokens};

/// Lists the latest pairs of the operation that is called by POST at the same path.
pub(crate) fn history(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let most = call.query("max_items").and_then(|most| most.parse().ok());
    let asked = call.contract().find(&Method::POST, &call.operation.path);
    let pairs = asked.map(|(asked, _)| state.history.latest(&asked.id, most.unwrap_or(0)));
    done(json!(pairs.unwrap_or_default()))
}

pub(crate) fn models(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let mut models = catalogue::by_type(call.contract());
    if let Some(only) = call.query("model_type") {
        models.retain(|kind, _| *kind == only);
    }
    done(json!(models))
}

pub(crate) fn health(_: &State, _: &Call<'_>) -> Result<Outcome, Failure> {
    done(json!({"postgres": "ok", "redis": "ok", "models": "ok"}))
}

pub(crate) fn ping(_: &State, _: &Call<'_>) -> Result<Outcome, Failure> {
    done(json!({"message": "pong", "status": "ok"}))
}

pub(crate) fn usage(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    done(state.usage.report(Span {
        from: call.query("from"),
        to: call.query("to"),
        model: call.query("model"),
        aggregation: call.query("aggregation_duration"),
    }))
}

/// A response about the service, which uses no model.
pub(super) fn done(response: Value) -> Result<Outcome, Failure> {
    Ok(Outcome::whole(response, Tokens::default()))
}
