//! Simulates text completions.

use serde_json::{Value, json};

use super::text::Limited;
use super::{Call, Outcome, ResponseEncoding, chat_stream, text};
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn respond(_: &State, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let prompt = call.string("prompt");
    let mut outcome = complete(call, "cmpl", &compose(&prompt));
    if call.is_true("stream") {
        let chunks = chat_stream::completion_chunks(&outcome.response, call);
        outcome.encoding = ResponseEncoding::Events(chunks);
    }
    Ok(outcome)
}

/// Returns a response in the format of a completion, with the limits of the request applied.
pub(crate) fn complete(call: &Call<'_>, prefix: &str, composed: &str) -> Outcome {
    let limited = match call.scripted_text() {
        Some(chunks) => Limited::complete(chunks.concat()),
        None => text::limit(composed, call.body()),
    };
    let tokens = Tokens {
        input: text::count_tokens(&call.string("prompt")),
        output: text::count_tokens(&limited.text),
    };
    let choice = json!({
        "index": 0,
        "text": limited.text,
        "finish_reason": limited.finish_reason,
    });
    let response: Value = json!({
        "id": call.id(prefix),
        "object": "text_completion",
        "created": call.created,
        "model": call.string("model"),
        "choices": [choice],
        "usage": tokens.to_json(),
        "generation_time": tokens.generation_time(),
    });
    Outcome::buffered(response, tokens)
}

fn compose(prompt: &str) -> String {
    let words = text::words(prompt);
    let last = words.last().copied().unwrap_or("nothing");
    let first = words.first().copied().unwrap_or("nothing");
    format!(
        ", and the mock continues after \"{last}\". The prompt has {} words, and the first one is \"{first}\".\n\
         This is the end of the simulated completion.",
        words.len()
    )
}
