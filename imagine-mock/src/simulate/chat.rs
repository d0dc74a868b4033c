//! Answers chats.

use serde_json::{Value, json};

use super::conversation::Conversation;
use super::{Call, Outcome, Sent, chat_stream, sample, text, tools};
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

/// Questions and instructions are quoted up to this many characters.
const LONGEST_QUOTE: usize = 200;

/// Words of a system message that ask for a short answer.
const WORDS_FOR_BRIEF: [&str; 5] = ["brief", "short", "concise", "terse", "one sentence"];

pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let (response, tokens) = complete(call, &call.text("model"));
    Ok(dress(call, response, tokens))
}

/// The next message of the conversation, as a chat completion.
pub(super) fn complete(call: &Call<'_>, model: &str) -> (Value, Tokens) {
    let conversation = Conversation::read(call.body());
    let (message, finish_reason) = next_message(&conversation, call, model);
    let tokens = Tokens {
        input: conversation.tokens(),
        output: tokens_of(&message),
    };
    let response = json!({
        "id": call.id("chatcmpl"),
        "object": "chat.completion",
        "created": call.created,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": tokens.info(),
    });
    (response, tokens)
}

/// Sends a chat completion in pieces, where the request asks for that.
pub(super) fn dress(call: &Call<'_>, response: Value, tokens: Tokens) -> Outcome {
    let sent = if call.flag("stream") {
        Sent::Events(chat_stream::chunks(&response, call))
    } else {
        Sent::Json
    };
    Outcome {
        response,
        sent,
        tokens,
    }
}

fn next_message(
    conversation: &Conversation<'_>,
    call: &Call<'_>,
    model: &str,
) -> (Value, &'static str) {
    if let Some(said) = call.said() {
        let message = json!({"role": "assistant", "content": said.concat()});
        return (message, "stop");
    }
    if let Some(tool_call) = tools::call(conversation, call) {
        let message = json!({"role": "assistant", "content": null, "tool_calls": [tool_call]});
        return (message, "tool_calls");
    }
    let composed = match (schema(call), conversation.ends_with("tool")) {
        (Some(schema), _) => structured(conversation, call, schema),
        (None, Some(result)) => {
            format!("The tool answered: {result} That is what I can tell you.")
        }
        (None, None) => compose(conversation, model),
    };
    let limited = text::limit(&composed, call.body());
    let message = json!({"role": "assistant", "content": limited.text});
    (message, limited.finish_reason)
}

/// The schema that the response must fit, where the request has one.
fn schema<'a>(call: &'a Call<'_>) -> Option<&'a Value> {
    let format = call.body().get("response_format")?;
    let is_schema = format.get("type").and_then(Value::as_str) == Some("json_schema");
    format.pointer("/json_schema/schema").filter(|_| is_schema)
}

/// JSON that fits a schema.
fn structured(conversation: &Conversation<'_>, call: &Call<'_>, schema: &Value) -> String {
    let asked = conversation.last_of("user").unwrap_or_default();
    sample(call.contract().definitions(), schema, &asked).to_string()
}

fn compose(conversation: &Conversation<'_>, model: &str) -> String {
    let asked = conversation.last_of("user").unwrap_or_default();
    let quoted = text::beginning(&asked, LONGEST_QUOTE);
    let system = conversation.last_of("system").unwrap_or_default();
    if wants_brevity(&system) {
        return format!("Briefly: you asked \"{quoted}\".");
    }
    let mut sentences = vec![
        format!("You asked: \"{quoted}\"."),
        format!(
            "This is {model} as the mock plays it, and it heard {}.",
            keywords(&asked)
        ),
    ];
    sentences.extend(told(&system));
    sentences.extend(circumstances(conversation));
    sentences.push("Ask it again and you will get the same response.".to_owned());
    sentences.join(" ")
}

fn wants_brevity(system: &str) -> bool {
    let system = system.to_lowercase();
    WORDS_FOR_BRIEF.iter().any(|word| system.contains(word))
}

fn told(system: &str) -> Option<String> {
    let quoted = text::beginning(system, LONGEST_QUOTE);
    (!system.is_empty()).then(|| format!("I was told: \"{quoted}\"."))
}

/// What a test may want to see of the rest of a conversation: its images and its length.
fn circumstances(conversation: &Conversation<'_>) -> impl Iterator<Item = String> {
    let images = Some(conversation.images()).filter(|images| *images > 0);
    let turns = Some(conversation.count_of("user")).filter(|turns| *turns > 1);
    let images = images.map(|images| format!("I also got {images} image(s)."));
    let turns = turns.map(|turns| format!("It is your question number {turns}."));
    images.into_iter().chain(turns)
}

/// The words of a text that carry most of its meaning, which are mostly the long ones.
fn keywords(asked: &str) -> String {
    let mut words: Vec<_> = text::words(asked)
        .into_iter()
        .filter(|word| word.chars().count() > 3)
        .map(str::to_lowercase)
        .collect();
    words.truncate(5);
    match words.as_slice() {
        [] => "no word longer than three letters".to_owned(),
        _ => format!("the words {}", words.join(", ")),
    }
}

fn tokens_of(message: &Value) -> usize {
    let content = message.get("content").and_then(Value::as_str);
    let calls = message.get("tool_calls").map(Value::to_string);
    text::count(content.unwrap_or_default()) + text::count(&calls.unwrap_or_default())
}
