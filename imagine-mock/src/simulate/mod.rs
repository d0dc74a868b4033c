//! What the service would say, composed from the request alone.
//!
//! One function answers each operation. An operation that the table does not name yet is answered with
//! a sample of its schema, so that a new one can be called as soon as the specification has it.

mod call;
mod chat;
mod chat_stream;
mod completion;
mod conversation;
mod embeddings;
mod images;
mod paint;
mod reranker;
mod sample;
mod service;
mod text;
mod tools;
mod transcribe;
mod translate;
mod vector;
mod wav;

use axum::http::Method;

pub(crate) use self::call::Call;
pub(crate) use self::sample::sample;

use serde_json::Value;

use crate::clock;
use crate::contract::OperationSpec;
use crate::failure::Failure;
use crate::models;
use crate::state::State;
use crate::usage::Tokens;

/// What an operation answers.
pub(crate) struct Outcome {
    /// The whole answer, as histories tell it.
    pub(crate) answer: Value,
    /// What is sent.
    pub(crate) sent: Sent,
    /// What the call used.
    pub(crate) tokens: Tokens,
}

/// How an answer is sent.
pub(crate) enum Sent {
    /// As it is.
    Answer,
    /// In another form that the caller asked for.
    Instead(Value),
    /// As a stream of events.
    Events(Vec<Value>),
}

impl Outcome {
    /// An answer that comes whole.
    fn whole(answer: Value, tokens: Tokens) -> Self {
        Self {
            answer,
            sent: Sent::Answer,
            tokens,
        }
    }
}

type Handler = fn(&State, &Call<'_>) -> Result<Outcome, Failure>;

/// Answers a valid call and remembers it.
pub(crate) fn run(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let model = call.field("model");
    if let Some(model) = &model {
        models::check(state.contract, &call.operation.id, model)?;
    }
    let outcome = handler(&call.operation.id)(state, call)?;
    if is_listed(state, call.operation) {
        let id = &call.operation.id;
        state.history.add(id, &outcome.answer, call.body());
    }
    if let Some(model) = model {
        let time = clock::date_time(call.created as u64);
        state.usage.add(time, &model, outcome.tokens);
    }
    Ok(outcome)
}

/// Whether the calls of an operation can be listed, by a GET at the same path.
fn is_listed(state: &State, operation: &OperationSpec) -> bool {
    let listing = state.contract.find(&Method::GET, &operation.path);
    listing.is_some_and(|(listing, _)| listing.id != operation.id)
}

fn handler(operation: &str) -> Handler {
    match operation {
        "chat" => chat::answer,
        "completion" => completion::answer,
        "embeddings" => embeddings::answer,
        "reranker" => reranker::answer,
        "translate" => translate::answer,
        "images_generate" => images::answer,
        "transcribe" => transcribe::answer,
        "chat_history" | "completion_history" | "embedding_history" | "reranker_history" => {
            service::history
        }
        "available_models_by_type" => service::models,
        "health_check" => service::health,
        "ping" => service::ping,
        "usage" => service::usage,
        _ => sample::answer,
    }
}
