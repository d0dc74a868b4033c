//! Simulates text completions.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Backend;
use super::text::Limited;
use super::{Call, Outcome, ResponseEncoding, chat_stream, text};
use crate::response::ErrorResponse;
use crate::service::backend::usage::Tokens;

pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let prompts = text::inputs(call.body(), "prompt");
    let mut outcome = complete(call, "cmpl", &prompts, compose);
    if call.is_true("stream") {
        let chunks = chat_stream::completion_chunks(&outcome.response, call);
        outcome.encoding = ResponseEncoding::Events(chunks);
    }
    Ok(outcome)
}

/// Returns a response in the format of a completion, with the limits of the request applied.
///
/// It has the requested number of choices for each prompt, in the order of the prompts.
pub(crate) fn complete(
    call: &Call<'_>,
    prefix: &str,
    prompts: &[Cow<'_, str>],
    compose: impl Fn(&str) -> String,
) -> Outcome {
    let mut tokens = Tokens::default();
    let mut choices = Vec::new();
    for prompt in prompts {
        tokens.input += text::count_tokens(prompt);
        for index in 0..call.choices() {
            let limited = match call.scripted_text() {
                Some(chunks) => Limited::complete(chunks.concat()),
                None => call.limit(&text::numbered(compose(prompt), index)),
            };
            tokens.output += text::count_tokens(&limited.text);
            choices.push(json!({
                "index": choices.len(),
                "text": limited.text,
                "finish_reason": call.output.finish_reason.as_deref().unwrap_or(limited.finish_reason),
            }));
        }
    }
    let tokens = call.output.usage.unwrap_or(tokens);
    let response: Value = json!({
        "id": call.id(prefix),
        "object": "text_completion",
        "created": call.created,
        "model": call.string("model"),
        "choices": choices,
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
