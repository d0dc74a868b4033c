//! What the service would say, composed from the request alone.
//!
//! One function answers each operation. An operation that the tables do not name yet is answered with
//! a sample of its schema, so that a new one can be called as soon as the specification has it.

mod call;
mod chat;
mod chat_stream;
mod completion;
mod conversation;
mod embeddings;
mod film;
mod images;
mod media;
mod model;
mod paint;
mod reranker;
mod sample;
mod service;
mod sound;
mod text;
mod tools;
mod transcribe;
mod translate;
mod vector;
mod wav;
mod work;

use std::borrow::Cow;

pub(crate) use self::call::{Call, Target};
pub(crate) use self::sample::sample;
pub(crate) use self::work::Work;

use axum::http::Method;
use axum::response::Response;
use serde_json::Value;

use crate::api::Api;
use crate::clock;
use crate::failure::Failure;
use crate::models;
use crate::responses;
use crate::state::State;
use crate::usage::Tokens;

/// What an operation answers.
pub(crate) struct Outcome {
    /// The whole response, as histories tell it.
    pub(crate) response: Value,
    /// What is sent.
    pub(crate) sent: Sent,
    /// What the call used.
    pub(crate) tokens: Tokens,
}

/// How a response is sent.
pub(crate) enum Sent {
    /// As it is.
    Json,
    /// In another form that the caller asked for.
    Instead(Value),
    /// As a stream of events.
    Events(Vec<Value>),
}

impl Outcome {
    /// The response that carries it.
    pub(crate) fn respond(&self) -> Response {
        match &self.sent {
            Sent::Json => responses::json(&self.response),
            Sent::Instead(other) => responses::json(other),
            Sent::Events(events) => responses::events(events),
        }
    }

    /// A response that comes whole.
    fn whole(response: Value, tokens: Tokens) -> Self {
        Self {
            response,
            sent: Sent::Json,
            tokens,
        }
    }
}

type Handler = fn(&State, &Call<'_>) -> Result<Outcome, Failure>;

/// Answers a valid call and remembers it.
pub(crate) fn run(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let handler = match call.api {
        Api::Inference => handler(&call.operation.id),
        Api::Media => media::handler(&call.operation.id),
    };
    let model = model(call)?;
    let outcome = handler.unwrap_or(sample::response)(state, call)?;
    if is_listed(call) {
        let id = &call.operation.id;
        state.history.add(id, &outcome.response, call.body());
    }
    if let Some(model) = model {
        let time = clock::date_time(call.created as u64);
        state.usage.add(time, &model, outcome.tokens);
    }
    Ok(outcome)
}

/// The model that the call is counted for. The media API counts none, and takes any.
fn model<'a>(call: &Call<'a>) -> Result<Option<Cow<'a, str>>, Failure> {
    let model = call.field("model").filter(|_| call.api == Api::Inference);
    // A test that says the response may name any model.
    if let (Some(model), None) = (&model, call.said()) {
        models::check(call.contract(), &call.operation.id, model)?;
    }
    Ok(model)
}

/// Whether the calls of an operation can be listed, by a GET at the same path.
fn is_listed(call: &Call<'_>) -> bool {
    let listing = call.contract().find(&Method::GET, &call.operation.path);
    listing.is_some_and(|(listing, _)| listing.id != call.operation.id)
}

/// What answers an operation of the inference API.
fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "chat" => chat::response,
        "completion" => completion::response,
        "embeddings" => embeddings::response,
        "reranker" => reranker::response,
        "translate" => translate::response,
        "images_generate" => images::response,
        "transcribe" => transcribe::response,
        "chat_history" | "completion_history" | "embedding_history" | "reranker_history" => {
            service::history
        }
        "available_models_by_type" => service::models,
        "health_check" => service::health,
        "ping" => service::ping,
        "usage" => service::usage,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Call, Target, run};
    use crate::api::Api;
    use crate::contract::{Contract, Payload};
    use crate::media_build::Build;
    use crate::state::{Settings, State};

    /// The media contract with a new operation, as the specification may get one.
    fn grown() -> &'static Contract {
        let text = include_str!("../generated/media.json");
        let mut contract: Value = serde_json::from_str(text).unwrap();
        let operations = contract["operations"].as_array_mut().unwrap();
        let is_old = |one: &&Value| one["id"] == "foley";
        let mut new = operations.iter().find(is_old).unwrap().clone();
        (new["id"], new["path"]) = (json!("hologram"), json!("/hologram"));
        operations.push(new);
        Box::leak(Box::new(Contract::parse(&contract.to_string()).unwrap()))
    }

    #[test]
    fn an_operation_without_a_handler_is_answered_by_its_schema() {
        let state = State::new(([127, 0, 0, 1], 0).into(), Settings::default());
        let grown = grown();
        let target = Target {
            api: Api::Media,
            operation: grown.operation("hologram").unwrap(),
            arguments: Vec::new(),
            build: Build::V0_5,
        };
        let payload = Payload::Json(json!({"prompt": "a cat"}));
        let outcome = run(&state, &Call::new(&target, &payload, &[], 1)).unwrap();
        assert_eq!(grown.check_response("hologram", &outcome.response), Ok(()));
    }
}
