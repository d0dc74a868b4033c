//! Splits the response of a language model into the chunks of a stream.

use serde_json::{Map, Value, json};

use super::{Call, text};

/// The number of tokens in each chunk of the content.
const TOKENS_PER_CHUNK: usize = 3;

/// Returns the chunks of a chat completion.
pub(crate) fn chat_chunks(response: &Value, call: &Call<'_>) -> Vec<Value> {
    let message = response.pointer("/choices/0/message");
    let content = message.and_then(|message| message.get("content")?.as_str());
    let calls = message.and_then(|message| message.get("tool_calls")?.as_array());
    let mut choices = vec![delta(json!({"role": "assistant", "content": ""}))];
    for text in text_chunks(content, call) {
        choices.push(delta(json!({"content": text})));
    }
    for (index, tool_call) in calls.into_iter().flatten().enumerate() {
        choices.extend(tool_call_deltas(index, tool_call).into_iter().map(delta));
    }
    choices.push(with_finish_reason(delta(json!({})), response));
    chunks(choices, "chat.completion.chunk", response, call.body())
}

/// Returns the chunks of a text completion.
///
/// Each contains its text twice: in `delta`, as observed of the service, and in `text`, as OpenAI clients expect.
pub(crate) fn completion_chunks(response: &Value, call: &Call<'_>) -> Vec<Value> {
    let choice = |text: &str| json!({"index": 0, "delta": {"content": text}, "text": text, "finish_reason": null});
    let content = response.pointer("/choices/0/text").and_then(Value::as_str);
    let mut choices: Vec<_> = text_chunks(content, call)
        .iter()
        .map(|text| choice(text))
        .collect();
    choices.push(with_finish_reason(choice(""), response));
    chunks(choices, "text_completion", response, call.body())
}

fn delta(delta: Value) -> Value {
    json!({"index": 0, "delta": delta, "finish_reason": null})
}

/// Copies the finish reason of the response into the last choice.
fn with_finish_reason(mut choice: Value, response: &Value) -> Value {
    let reason = response.pointer("/choices/0/finish_reason");
    if let (Some(slot), Some(reason)) = (choice.get_mut("finish_reason"), reason) {
        *slot = reason.clone();
    }
    choice
}

/// Returns the deltas of a tool call: first its id and name, then its arguments in parts.
fn tool_call_deltas(index: usize, call: &Value) -> Vec<Value> {
    let name = call.pointer("/function/name");
    let arguments = call.pointer("/function/arguments").and_then(Value::as_str);
    let first = json!({
        "index": index,
        "id": call.get("id"),
        "type": "function",
        "function": {"name": name, "arguments": ""},
    });
    let rest = split(arguments.unwrap_or_default())
        .into_iter()
        .map(|part| json!({"index": index, "function": {"arguments": part}}));
    [first]
        .into_iter()
        .chain(rest)
        .map(|tool_call| json!({"tool_calls": [tool_call]}))
        .collect()
}

/// Returns the scripted chunks of the text, or splits the content.
fn text_chunks(content: Option<&str>, call: &Call<'_>) -> Vec<String> {
    match call.scripted_text() {
        Some(chunks) => chunks.to_vec(),
        None => split(content.unwrap_or_default()),
    }
}

fn split(content: &str) -> Vec<String> {
    text::tokens(content)
        .chunks(TOKENS_PER_CHUNK)
        .map(<[&str]>::concat)
        .collect()
}

/// Wraps choices in chunks, and adds the usage chunk if the request asks for it.
fn chunks(choices: Vec<Value>, object: &str, response: &Value, request: &Value) -> Vec<Value> {
    let mut chunks: Vec<Value> = choices
        .into_iter()
        .map(|choice| chunk(object, response, json!([choice])).into())
        .collect();
    if request.pointer("/stream_options/include_usage") == Some(&Value::Bool(true)) {
        let mut last = chunk(object, response, json!([]));
        let usage = response.get("usage").cloned().unwrap_or_default();
        last.insert("usage".to_owned(), usage);
        chunks.push(last.into());
    }
    chunks
}

fn chunk(object: &str, response: &Value, choices: Value) -> Map<String, Value> {
    // OpenAI clients expect whole seconds in streams.
    let created = response.get("created").and_then(Value::as_f64);
    let copied = |name: &str| response.get(name).cloned().unwrap_or_default();
    let fields = [
        ("id", copied("id")),
        ("object", object.into()),
        ("created", json!(created.unwrap_or(0.0) as u64)),
        ("model", copied("model")),
        ("choices", choices),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}
