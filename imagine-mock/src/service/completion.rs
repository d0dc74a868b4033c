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
    if let Some(example) = requested_json(prompt) {
        return format!(" {example}");
    }
    let words = text::words(prompt);
    let last = words.last().copied().unwrap_or("nothing");
    let first = words.first().copied().unwrap_or("nothing");
    format!(
        ", and the mock continues after \"{last}\". The prompt has {} words, and the first one is \"{first}\".\n\
         This is the end of the simulated completion.",
        words.len()
    )
}

/// Returns the last JSON object or list in a prompt that ends in `JSON:`. Small models repeat an example.
fn requested_json(prompt: &str) -> Option<Value> {
    let mut rest = prompt.trim_end().strip_suffix("JSON:")?;
    let mut last = None;
    while let Some(start) = rest.find(['{', '[']) {
        rest = rest.get(start..)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        let skipped = match values.next() {
            Some(Ok(value)) => {
                last = Some(value);
                values.byte_offset()
            }
            _ => 1,
        };
        rest = rest.get(skipped..)?;
    }
    last
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compose;

    #[test]
    fn completes_a_prompt_that_ends_in_json_with_its_last_example() {
        let prompt = r#"Use [brackets] as in {"a": [1]}: {"name": "x", "list": ["{"]} JSON:"#;
        let completion: Value = serde_json::from_str(&compose(prompt)).unwrap();
        assert_eq!(completion, json!({"name": "x", "list": ["{"]}));
        assert!(compose(r#"{"a": 1}"#).starts_with(','));
        assert!(compose("a list as JSON:").starts_with(','));
    }
}
