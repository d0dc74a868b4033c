//! Accumulation of the fields that the SDK does not know.

use serde_json::{Map, Value};

use crate::generated::inference::types::ChatMessage;
use crate::json::{self, UnknownFields};

/// The unknown strings that servers send in parts. All other strings are constants, which every chunk may repeat.
const STREAMED: [&str; 6] = [
    "reasoning_content",
    "reasoning",
    "thinking",
    "refusal",
    "data",
    "transcript",
];

/// Merges the unknown fields of the delta of a message. Lists are concatenated.
pub(super) fn merge_message(target: &mut Map<String, Value>, delta: &UnknownFields) {
    for (key, value) in delta.to_map() {
        merge_member(target, key, value);
    }
}

/// Merges unknown fields of choices. Every chunk repeats them, so the last value wins, except for `logprobs`.
pub(super) fn merge_choice(
    target: &mut UnknownFields,
    logprobs: &mut Value,
    mut delta: UnknownFields,
) {
    if let Some(delta) = delta.remove("logprobs") {
        merge(logprobs, delta);
    }
    for (name, raw) in delta {
        // A `null` does not replace a value.
        if &*raw != "null" || !target.contains_key(&name) {
            target.insert_raw(name, raw);
        }
    }
}

/// Adds the accumulated `logprobs` to the fields of their choice.
pub(super) fn put_logprobs(target: &mut UnknownFields, logprobs: Value) {
    if !logprobs.is_null() {
        target.insert("logprobs", logprobs);
    }
}

fn merge_member(target: &mut Map<String, Value>, key: String, delta: Value) {
    match (target.get_mut(&key), delta) {
        (Some(Value::String(target)), Value::String(delta)) if STREAMED.contains(&&*key) => {
            target.push_str(&delta);
        }
        (Some(known), delta) => merge(known, delta),
        (None, delta) => drop(target.insert(key, delta)),
    }
}

/// Merges two values. Lists are concatenated, objects merged by member, and otherwise the last value wins.
fn merge(target: &mut Value, delta: Value) {
    match (target, delta) {
        (_, Value::Null) => {}
        (Value::Array(target), Value::Array(delta)) => target.extend(delta),
        (Value::Object(target), Value::Object(delta)) => {
            for (key, delta) in delta {
                merge_member(target, key, delta);
            }
        }
        (target, delta) => *target = delta,
    }
}

/// Moves fields that a delta does not have, but the message has, from the unknown fields to their places.
pub(super) fn settle(message: &mut ChatMessage) {
    for (name, field) in [
        ("name", &mut message.name),
        ("tool_call_id", &mut message.tool_call_id),
    ] {
        if let Some(value) = message
            .extra
            .get_str(name)
            .map(std::borrow::Cow::into_owned)
        {
            message.extra.remove(name);
            *field = Some(value);
        }
    }
}

/// Fills unset fields of an accumulated message from a complete message that a chunk contained beside its delta.
pub(super) fn complete(message: &mut ChatMessage, choice: &mut UnknownFields) {
    let json = choice.raw("message").map(json::from_str::<ChatMessage>);
    let Some(Ok(complete)) = json else { return };
    choice.remove("message");
    let ChatMessage {
        role,
        content,
        name,
        tool_call_id,
        tool_calls,
        mut extra,
        ..
    } = complete;
    if message.role.as_str().is_empty() {
        message.role = role;
    }
    if message.tool_calls.is_empty() {
        message.tool_calls = tool_calls;
    }
    message.content = message.content.take().or(content);
    message.name = message.name.take().or(name);
    message.tool_call_id = message.tool_call_id.take().or(tool_call_id);
    extra.append(std::mem::take(&mut message.extra));
    message.extra = extra;
}
