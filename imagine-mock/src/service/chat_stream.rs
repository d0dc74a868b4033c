//! Splits the response of a language model into the chunks of a stream.

use serde_json::{Map, Value, json};

use super::{Call, text};

/// The number of tokens in each chunk of the content.
const TOKENS_PER_CHUNK: usize = 3;

/// Returns the chunks of a chat completion.
pub(crate) fn chat_chunks(response: &Value, call: &Call<'_>) -> Vec<Value> {
    let choices = choices(response).flat_map(|choice| chat_deltas(choice, call));
    chunks(choices, "chat.completion.chunk", response, call.body())
}

fn chat_deltas(choice: &Value, call: &Call<'_>) -> Vec<Value> {
    let content = choice.pointer("/message/content").and_then(Value::as_str);
    let calls = choice
        .pointer("/message/tool_calls")
        .and_then(Value::as_array);
    let delta =
        |delta: Value| json!({"index": choice.get("index"), "delta": delta, "finish_reason": null});
    let mut deltas = vec![delta(json!({"role": "assistant", "content": ""}))];
    for text in text_chunks(content, call) {
        deltas.push(delta(json!({"content": text})));
    }
    for (index, tool_call) in calls.into_iter().flatten().enumerate() {
        deltas.extend(tool_call_deltas(index, tool_call).into_iter().map(delta));
    }
    deltas.push(with_finish_reason(delta(json!({})), choice));
    deltas
}

/// Returns the chunks of a text completion.
///
/// Each contains its text twice: in `delta`, as observed of the service, and in `text`, as OpenAI clients expect.
pub(crate) fn completion_chunks(response: &Value, call: &Call<'_>) -> Vec<Value> {
    let choices = choices(response).flat_map(|choice| completion_deltas(choice, call));
    chunks(choices, "text_completion", response, call.body())
}

fn completion_deltas(choice: &Value, call: &Call<'_>) -> Vec<Value> {
    let delta = |text: &str| {
        json!({
            "index": choice.get("index"),
            "delta": {"content": text},
            "text": text,
            "finish_reason": null,
        })
    };
    let content = choice.get("text").and_then(Value::as_str);
    let mut deltas: Vec<_> = text_chunks(content, call)
        .iter()
        .map(|text| delta(text))
        .collect();
    deltas.push(with_finish_reason(delta(""), choice));
    deltas
}

fn choices(response: &Value) -> impl Iterator<Item = &Value> {
    let choices = response.get("choices").and_then(Value::as_array);
    choices.into_iter().flatten()
}

/// Copies the finish reason of a choice into its last delta.
fn with_finish_reason(mut delta: Value, choice: &Value) -> Value {
    let reason = choice.get("finish_reason");
    if let (Some(slot), Some(reason)) = (delta.get_mut("finish_reason"), reason) {
        *slot = reason.clone();
    }
    delta
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
fn chunks(
    choices: impl Iterator<Item = Value>,
    object: &str,
    response: &Value,
    request: &Value,
) -> Vec<Value> {
    let mut chunks: Vec<Value> = choices
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
    let copied = |name: &str| response.get(name).cloned().unwrap_or_default();
    let fields = [
        ("id", copied("id")),
        ("object", object.into()),
        ("created", copied("created")),
        ("model", copied("model")),
        ("choices", choices),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}
