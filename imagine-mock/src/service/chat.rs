//! Simulates chat completions.

use serde_json::{Value, json};

use super::Backend;
use super::conversation::Conversation;
use super::{Call, Outcome, ResponseEncoding, chat_stream, example, text, tools};
use crate::profile::Profile;
use crate::response::ErrorResponse;
use crate::service::backend::usage::Tokens;

/// The maximum number of characters that a response quotes of a message.
const MAX_QUOTE_LENGTH: usize = 200;

/// Words in a system message that request a short response.
const BREVITY_WORDS: [&str; 5] = ["brief", "short", "concise", "terse", "one sentence"];

pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let (response, tokens) = complete(call, &call.string("model"));
    Ok(outcome(call, response, tokens))
}

/// Returns the next message of the conversation as a chat completion.
pub(super) fn complete(call: &Call<'_>, model: &str) -> (Value, Tokens) {
    let conversation = Conversation::read(call.body());
    let mut tokens = Tokens {
        input: conversation.tokens(),
        output: 0,
    };
    let choices = (0..call.choices()).map(|index| {
        let (message, finish_reason) = next_message(&conversation, call, model, index);
        let finish_reason = call
            .output
            .finish_reason
            .as_deref()
            .unwrap_or(finish_reason);
        tokens.output += tokens_of(&message);
        json!({"index": index, "message": message, "finish_reason": finish_reason})
    });
    let choices: Vec<_> = choices.collect();
    let tokens = call.output.usage.unwrap_or(tokens);
    let response = json!({
        "id": call.id("chatcmpl"),
        "object": "chat.completion",
        "created": call.created,
        "model": model,
        "choices": choices,
        "usage": tokens.to_json(),
    });
    (response, tokens)
}

/// Returns the outcome of a chat completion: buffered, or as a stream if the request asks for one.
pub(super) fn outcome(call: &Call<'_>, response: Value, tokens: Tokens) -> Outcome {
    let encoding = if call.is_true("stream") {
        ResponseEncoding::Events(chat_stream::chat_chunks(&response, call))
    } else {
        ResponseEncoding::Json
    };
    Outcome {
        response,
        encoding,
        tokens,
    }
}

fn next_message(
    conversation: &Conversation<'_>,
    call: &Call<'_>,
    model: &str,
    index: usize,
) -> (Value, &'static str) {
    if let Some(message) = call.output.message(call) {
        return message;
    }
    if let Some(tool_call) = tools::call(conversation, call, index) {
        if call.profile == Profile::Cirrascale {
            let limited = call.limit(&tools::as_text(&tool_call, call.number()));
            let message = json!({"role": "assistant", "content": limited.text});
            return (message, limited.finish_reason);
        }
        let message = json!({"role": "assistant", "content": null, "tool_calls": [tool_call]});
        return (message, "tool_calls");
    }
    if call.profile == Profile::Cirrascale && conversation.asks_for_json() {
        return (json_as_tool_call(call), "stop");
    }
    let content = match (schema(call), conversation.last_if("tool")) {
        (Some(schema), _) => structured(conversation, call, schema),
        (None, Some(result)) => text::numbered(format!("The tool returned: {result}"), index),
        (None, None) => text::numbered(compose(conversation, model), index),
    };
    let limited = call.limit(&content);
    let message = json!({"role": "assistant", "content": limited.text});
    (message, limited.finish_reason)
}

/// Returns a message of a host that parses JSON in the content as a tool call and loses it.
fn json_as_tool_call(call: &Call<'_>) -> Value {
    let function = json!({"name": "", "arguments": ""});
    let tool_call = json!({"id": call.id("call"), "type": "function", "function": function});
    json!({"role": "assistant", "content": "", "tool_calls": [tool_call]})
}

/// Returns the JSON Schema of `response_format`, if the request has one and the host reads it.
fn schema<'a>(call: &'a Call<'_>) -> Option<&'a Value> {
    if call.profile == Profile::Cirrascale {
        return None;
    }
    let format = call.body().get("response_format")?;
    let is_schema = format.get("type").and_then(Value::as_str) == Some("json_schema");
    format.pointer("/json_schema/schema").filter(|_| is_schema)
}

/// Returns JSON that conforms to a schema.
fn structured(conversation: &Conversation<'_>, call: &Call<'_>, schema: &Value) -> String {
    let question = conversation.last_of("user").unwrap_or_default();
    example(call.contract().definitions(), schema, &question).to_string()
}

fn compose(conversation: &Conversation<'_>, model: &str) -> String {
    let question = conversation.last_of("user").unwrap_or_default();
    let quote = text::excerpt(&question, MAX_QUOTE_LENGTH);
    let system = conversation.last_of("system").unwrap_or_default();
    if asks_for_brevity(&system) {
        return format!("Briefly: you asked \"{quote}\".");
    }
    let mut sentences = vec![
        format!("You asked: \"{quote}\"."),
        format!(
            "This is a simulated response of {model}, with the keywords {}.",
            keywords(&question)
        ),
    ];
    sentences.extend(system_sentence(&system));
    sentences.extend(conversation_sentences(conversation));
    sentences.push("The same request always gets the same response.".to_owned());
    sentences.join(" ")
}

fn asks_for_brevity(system: &str) -> bool {
    let system = system.to_lowercase();
    BREVITY_WORDS.iter().any(|word| system.contains(word))
}

fn system_sentence(system: &str) -> Option<String> {
    let quote = text::excerpt(system, MAX_QUOTE_LENGTH);
    (!system.is_empty()).then(|| format!("The system message is: \"{quote}\"."))
}

/// Reports the images and the length of a conversation, which tests may check.
fn conversation_sentences(conversation: &Conversation<'_>) -> impl Iterator<Item = String> {
    let images = Some(conversation.images()).filter(|images| *images > 0);
    let turns = Some(conversation.count_of("user")).filter(|turns| *turns > 1);
    let images = images.map(|images| format!("The message contains {images} image(s)."));
    let turns = turns.map(|turns| format!("The conversation has {turns} user messages."));
    images.into_iter().chain(turns)
}

/// Returns up to five long words, which carry most of the meaning.
fn keywords(question: &str) -> String {
    let mut words: Vec<_> = text::words(question)
        .into_iter()
        .filter(|word| word.chars().count() > 3)
        .map(str::to_lowercase)
        .collect();
    words.truncate(5);
    match words.as_slice() {
        [] => "(none)".to_owned(),
        _ => words.join(", "),
    }
}

fn tokens_of(message: &Value) -> usize {
    let content = message.get("content").and_then(Value::as_str);
    let calls = message.get("tool_calls").map(Value::to_string);
    text::count_tokens(content.unwrap_or_default()) + text::count_tokens(&calls.unwrap_or_default())
}
