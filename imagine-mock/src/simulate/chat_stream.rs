//! Cuts a response of a language model into the chunks of a stream.

use serde_json::{Map, Value, json};

use super::{Call, text};

/// Content comes in pieces of this many tokens.
const TOKENS_PER_PIECE: usize = 3;

/// The chunks of a chat's answer.
pub(crate) fn chunks(response: &Value, call: &Call<'_>) -> Vec<Value> {
    let message = response.pointer("/choices/0/message");
    let content = message.and_then(|message| message.get("content")?.as_str());
    let calls = message.and_then(|message| message.get("tool_calls")?.as_array());
    let mut choices = vec![delta(json!({"role": "assistant", "content": ""}))];
    for piece in said(content, call) {
        choices.push(delta(json!({"content": piece})));
    }
    for (index, tool) in calls.into_iter().flatten().enumerate() {
        choices.extend(call_pieces(index, tool).into_iter().map(delta));
    }
    choices.push(finish(delta(json!({})), response));
    dress(choices, "chat.completion.chunk", response, call.body())
}

/// The chunks of a completion: each carries its piece the way the service was seen to write it, as a
/// `delta`, and the way OpenAI clients read it, as `text`.
pub(crate) fn completion_chunks(response: &Value, call: &Call<'_>) -> Vec<Value> {
    let choice = |piece: &str| json!({"index": 0, "delta": {"content": piece}, "text": piece, "finish_reason": null});
    let content = response.pointer("/choices/0/text").and_then(Value::as_str);
    let mut choices: Vec<_> = said(content, call)
        .iter()
        .map(|piece| choice(piece))
        .collect();
    choices.push(finish(choice(""), response));
    dress(choices, "text_completion", response, call.body())
}

fn delta(delta: Value) -> Value {
    json!({"index": 0, "delta": delta, "finish_reason": null})
}

/// The last piece says why the response ends.
fn finish(mut choice: Value, response: &Value) -> Value {
    let reason = response.pointer("/choices/0/finish_reason");
    if let (Some(slot), Some(reason)) = (choice.get_mut("finish_reason"), reason) {
        *slot = reason.clone();
    }
    choice
}

/// The pieces of a tool call: first its id and name, then its arguments bit by bit.
fn call_pieces(index: usize, call: &Value) -> Vec<Value> {
    let name = call.pointer("/function/name");
    let arguments = call.pointer("/function/arguments").and_then(Value::as_str);
    let first = json!({
        "index": index,
        "id": call.get("id"),
        "type": "function",
        "function": {"name": name, "arguments": ""},
    });
    let rest = pieces(arguments.unwrap_or_default())
        .into_iter()
        .map(|piece| json!({"index": index, "function": {"arguments": piece}}));
    [first]
        .into_iter()
        .chain(rest)
        .map(|piece| json!({"tool_calls": [piece]}))
        .collect()
}

/// The pieces in which a text is to be said, or else those that the mock cuts it into.
fn said(content: Option<&str>, call: &Call<'_>) -> Vec<String> {
    match call.said() {
        Some(said) => said.to_vec(),
        None => pieces(content.unwrap_or_default()),
    }
}

fn pieces(content: &str) -> Vec<String> {
    text::tokens(content)
        .chunks(TOKENS_PER_PIECE)
        .map(<[&str]>::concat)
        .collect()
}

/// Makes chunks of choices, and adds the one with the token counts where the request wants it.
fn dress(choices: Vec<Value>, object: &str, response: &Value, request: &Value) -> Vec<Value> {
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
    // Clients of OpenAI's streams read whole seconds.
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
