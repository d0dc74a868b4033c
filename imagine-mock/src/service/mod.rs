//! Simulates the service. Each response depends on the request and the state of the mock.
//!
//! One function simulates each operation. An operation without a function gets an example of its schema, so that a new
//! operation can be called as soon as the specification contains it.

pub(crate) mod backend;
mod call;
mod chat;
mod chat_stream;
mod completion;
mod conversation;
mod embeddings;
mod example;
mod images;
mod info;
mod media;
pub(crate) mod media_build;
mod models;
mod openai;
mod output;
mod pages;
mod reranker;
mod text;
mod tools;
mod transcribe;
mod translate;
mod vector;

use std::borrow::Cow;

pub(crate) use self::backend::Backend;
pub(crate) use self::call::{Call, Target};
pub(crate) use self::example::example;
pub(crate) use self::openai::{chunk as openai_chunk, response as openai_response};
pub(crate) use self::output::ScriptedOutput;

use axum::http::Method;
use axum::response::Response;
use serde_json::Value;

use crate::api::Api;
use crate::clock;
use crate::response;
use crate::response::{ErrorResponse, StreamedEvent};
use crate::service::backend::usage::Tokens;

/// The outcome of a call.
pub(crate) struct Outcome {
    /// The complete response, as histories list it.
    pub(crate) response: Value,
    pub(crate) encoding: ResponseEncoding,
    pub(crate) tokens: Tokens,
}

/// The encoding of a response on the wire.
pub(crate) enum ResponseEncoding {
    Json,
    /// A representation that the request selects, which differs from the one in histories.
    Alternative(Value),
    Events(Vec<Value>),
    /// A stream of this media type.
    Stream(String, Vec<StreamedEvent>),
    Text(String),
    Empty,
    /// The text or the bytes of another media type.
    Other(String, String),
}

impl Outcome {
    pub(crate) fn to_response(&self) -> Response {
        match &self.encoding {
            ResponseEncoding::Json => response::json(&self.response),
            ResponseEncoding::Alternative(other) => response::json(other),
            ResponseEncoding::Events(events) => response::events(events),
            ResponseEncoding::Stream(media, events) => response::stream(media, events),
            ResponseEncoding::Text(text) => response::text(text.clone()),
            ResponseEncoding::Empty => response::empty(),
            ResponseEncoding::Other(media, text) => response::other(media, text.clone()),
        }
    }

    /// Creates an outcome with a buffered response.
    fn buffered(response: Value, tokens: Tokens) -> Self {
        Self {
            response,
            encoding: ResponseEncoding::Json,
            tokens,
        }
    }
}

type Handler = fn(&Backend, &Call<'_>) -> Result<Outcome, ErrorResponse>;

/// Executes a valid call, and records it in the history and the usage.
pub(crate) fn execute(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let handler = match call.api {
        Api::Media => media::handler(&call.operation.id),
        api if api.is_inference() => handler(&call.operation.id),
        _ => return example::respond(backend, call),
    };
    let model = model(call)?;
    let outcome = handler.unwrap_or(example::respond)(backend, call)?;
    if has_history(call) {
        let id = &call.operation.id;
        backend.history.add(id, &outcome.response, call.body());
    }
    if let Some(model) = model {
        let time = clock::date_time(call.created);
        backend.usage.add(time, &model, outcome.tokens);
    }
    Ok(match call.api {
        Api::OpenAi => openai::convert(call, outcome),
        _ => outcome,
    })
}

/// Returns the model whose usage includes the call. The media API reports no usage and accepts any model.
fn model<'a>(call: &Call<'a>) -> Result<Option<Cow<'a, str>>, ErrorResponse> {
    let model = call
        .optional_string("model")
        .filter(|_| call.api.is_inference());
    // A scripted response does not depend on the model, so its test may use any model.
    if let Some(model) = &model
        && !call.output.replaces_model()
    {
        models::check(&call.operation.id, model)?;
    }
    Ok(model)
}

/// Returns whether a GET operation at the same path lists the calls of the operation.
fn has_history(call: &Call<'_>) -> bool {
    let listing = call.contract().find(&Method::GET, &call.operation.path);
    listing.is_some_and(|(listing, _)| listing.id != call.operation.id)
}

/// Returns the handler of an operation of the inference API.
fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "chat" => chat::respond,
        "completion" => completion::respond,
        "embeddings" => embeddings::respond,
        "reranker" => reranker::respond,
        "translate" => translate::respond,
        "images_generate" => images::respond,
        "transcribe" => transcribe::respond,
        "chat_history" | "completion_history" | "embedding_history" | "reranker_history" => {
            info::history
        }
        "available_models_by_type" => info::models,
        "health_check" => info::health,
        "ping" => info::ping,
        "retrieve_model" => openai::retrieve_model,
        "usage" => info::usage,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Backend, Call, Target, execute};
    use crate::api::Api;
    use crate::contract::{Contract, Payload};
    use crate::service::media_build::Build;

    /// Returns the media contract with an additional operation.
    fn extended_contract() -> &'static Contract {
        let text = include_str!("../../openapi/media.yaml");
        let added = r##"
paths:
  /hologram:
    post:
      operationId: hologram
      x-imagine-retry: unstarted
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/FoleyRequest"}}}}
      responses: {"200": {$ref: "#/components/responses/Submitted"}}
"##;
        let text = text.replacen("\npaths:\n", added, 1);
        Box::leak(Box::new(Contract::from_openapi(&text).unwrap()))
    }

    #[test]
    fn an_operation_without_a_handler_gets_an_example_of_its_schema() {
        let backend = Backend::new("http", ([127, 0, 0, 1], 0).into(), 0, 1);
        let contract = extended_contract();
        let target = Target {
            api: Api::Media,
            operation: contract.operation("hologram").unwrap(),
            arguments: Vec::new(),
            build: Build::V0_5,
        };
        let payload = Payload::Json(json!({"prompt": "a cat"}));
        let outcome = execute(&backend, &Call::new(&target, &payload, &[], 1)).unwrap();
        assert_eq!(
            contract.check_response("hologram", &outcome.response),
            Ok(())
        );
    }
}
