//! Converts responses into the shapes of OpenAI's API, and simulates the operation that only OpenAI's API has.

use serde_json::{Map, Value, json};

use super::Backend;
use super::info::buffered;
use super::{Call, Outcome, ResponseEncoding, transcribe};
use crate::contract::Contract;
use crate::response::ErrorResponse;
use crate::service::models;

/// Converts the outcome of a call.
pub(super) fn convert(call: &Call<'_>, outcome: Outcome) -> Outcome {
    let response = |value| response(&call.operation.id, value);
    let encoding = match outcome.encoding {
        ResponseEncoding::Json => transcription_encoding(call, &outcome.response),
        ResponseEncoding::Alternative(value) => ResponseEncoding::Alternative(response(value)),
        ResponseEncoding::Events(events) => {
            let events = events
                .into_iter()
                .map(|event| chunk(&call.operation.id, event));
            ResponseEncoding::Events(events.collect())
        }
        other @ (ResponseEncoding::Text(_)
        | ResponseEncoding::Empty
        | ResponseEncoding::Other(..)
        | ResponseEncoding::Stream(..)) => other,
    };
    Outcome {
        response: response(outcome.response),
        encoding,
        tokens: outcome.tokens,
    }
}

/// Converts the buffered response of an operation.
pub(crate) fn response(operation: &str, mut value: Value) -> Value {
    match operation {
        "completion" => completion(value),
        "embeddings" => {
            remove(&mut value, "id");
            if let Some(usage) = value.get_mut("usage") {
                remove(usage, "completion_tokens");
            }
            value
        }
        "images_generate" => pick(&value, ["created", "data"]),
        "transcribe" => pick(&value, ["text"]),
        "available_models_by_type" => model_list(&value),
        _ => value,
    }
}

/// Converts a chunk of the streamed response of an operation.
pub(crate) fn chunk(operation: &str, value: Value) -> Value {
    match operation {
        "completion" => completion(value),
        _ => value,
    }
}

/// Returns one model by its id, which may contain a slash.
pub(super) fn retrieve_model(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let segments = ["owner", "model"].map(|name| call.argument(name));
    let id = segments.join("/");
    let id = id.trim_start_matches('/');
    let by_type = models::by_type(Contract::inference());
    match by_type.values().flatten().any(|known| *known == id) {
        true => buffered(model(id)),
        false => Err(models::unknown(id)),
    }
}

/// Lists the models of all types, each once.
fn model_list(by_type: &Value) -> Value {
    let mut ids: Vec<&str> = Vec::new();
    let lists = by_type.as_object().into_iter().flat_map(Map::values);
    for id in lists.filter_map(Value::as_array).flatten() {
        if let Some(id) = id.as_str().filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
    }
    let data: Vec<_> = ids.into_iter().map(model).collect();
    json!({"object": "list", "data": data})
}

fn model(id: &str) -> Value {
    json!({"id": id, "object": "model", "created": 0, "owned_by": "imagine-mock"})
}

fn completion(mut value: Value) -> Value {
    remove(&mut value, "generation_time");
    let choices = value.get_mut("choices").and_then(Value::as_array_mut);
    for choice in choices.into_iter().flatten() {
        remove(choice, "delta");
        if let Some(fields) = choice.as_object_mut() {
            fields.entry("logprobs").or_insert(Value::Null);
        }
    }
    value
}

/// Returns the encoding that `response_format` selects for a transcript, and JSON for all other responses.
fn transcription_encoding(call: &Call<'_>, response: &Value) -> ResponseEncoding {
    if call.operation.id != "transcribe" {
        return ResponseEncoding::Json;
    }
    let text = response
        .get("text")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match call.string("response_format").as_ref() {
        "text" => ResponseEncoding::Text(format!("{text}\n")),
        "verbose_json" => ResponseEncoding::Alternative(json!({
            "task": "transcribe",
            "language": "english",
            "duration": transcribe::seconds(call),
            "text": text,
            "segments": [],
        })),
        _ => ResponseEncoding::Json,
    }
}

fn remove(value: &mut Value, field: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.remove(field);
    }
}

/// Returns an object with only these fields.
fn pick<const N: usize>(value: &Value, fields: [&str; N]) -> Value {
    let picked = fields.map(|name| {
        let field = value.get(name).cloned();
        (name.to_owned(), field.unwrap_or_default())
    });
    picked.into_iter().collect::<Map<_, _>>().into()
}
