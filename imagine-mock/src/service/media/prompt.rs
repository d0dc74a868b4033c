//! Simulates chat completions in the response format of vLLM.

use serde_json::Value;

use super::costs;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::{Call, Outcome, chat};

/// The default model.
const MODEL: &str = "mobile";

/// The fields that the service includes in every response even if they are null, by JSON pointer of their object.
const NULLABLE_FIELDS: [(&str, &[&str]); 4] = [
    (
        "",
        &[
            "service_tier",
            "system_fingerprint",
            "prompt_logprobs",
            "kv_transfer_params",
        ],
    ),
    ("/choices/0", &["logprobs", "stop_reason"]),
    (
        "/choices/0/message",
        &[
            "refusal",
            "annotations",
            "audio",
            "function_call",
            "tool_calls",
            "reasoning_content",
        ],
    ),
    ("/usage", &["prompt_tokens_details"]),
];

pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    costs::charge(backend, call)?;
    let model = call.optional_string("model").unwrap_or(MODEL.into());
    let (mut response, tokens) = chat::complete(call, &model);
    for (pointer, names) in NULLABLE_FIELDS {
        if let Some(Value::Object(fields)) = response.pointer_mut(pointer) {
            for name in names {
                fields.entry(*name).or_insert(Value::Null);
            }
        }
    }
    Ok(chat::outcome(call, response, tokens))
}
