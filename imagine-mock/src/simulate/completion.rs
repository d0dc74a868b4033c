//! Continues texts.

use serde_json::{Value, json};

use super::text::Limited;
use super::{Call, Outcome, Sent, chat_stream, text};
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let prompt = call.text("prompt");
    let mut outcome = completed(call, "cmpl", &compose(&prompt));
    if call.flag("stream") {
        let chunks = chat_stream::completion_chunks(&outcome.response, call);
        outcome.sent = Sent::Events(chunks);
    }
    Ok(outcome)
}

/// A response in the shape of a completion, kept within the limits of the request.
pub(crate) fn completed(call: &Call<'_>, prefix: &str, composed: &str) -> Outcome {
    let limited = match call.said() {
        Some(said) => Limited::no(said.concat()),
        None => text::limit(composed, call.body()),
    };
    let tokens = Tokens {
        input: text::count(&call.text("prompt")),
        output: text::count(&limited.text),
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
        "model": call.text("model"),
        "choices": [choice],
        "usage": tokens.info(),
        "generation_time": tokens.generation_time(),
    });
    Outcome::whole(response, tokens)
}

fn compose(prompt: &str) -> String {
    let words = text::words(prompt);
    let last = words.last().copied().unwrap_or("nothing");
    let first = words.first().copied().unwrap_or("nothing");
    format!(
        ", the mock goes on after \"{last}\". It had {} words to go by, the first of them \"{first}\".\n\
         So the story ends where it began.",
        words.len()
    )
}
