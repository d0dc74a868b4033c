//! Goes on with a conversation, in the form in which vLLM answers.

use serde_json::Value;

use super::costs;
use crate::failure::Failure;
use crate::simulate::{Call, Outcome, chat};
use crate::state::State;

/// The model that answers where the request names none.
const MODEL: &str = "mobile";

/// Fields that the service shows in every response, whether it has something to say in them or not.
const SHOWN: [(&str, &[&str]); 4] = [
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

pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    costs::charge(state, call)?;
    let model = call.field("model").unwrap_or(MODEL.into());
    let (mut response, tokens) = chat::complete(call, &model);
    for (place, names) in SHOWN {
        if let Some(Value::Object(fields)) = response.pointer_mut(place) {
            for name in names {
                fields.entry(*name).or_insert(Value::Null);
            }
        }
    }
    Ok(chat::dress(call, response, tokens))
}
