//! Accumulation of the fields that the SDK does not know.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::generated::inference::types::ChatMessage;
use crate::json::{self, UnknownFields};
use crate::types::Content;

/// The unknown strings that servers send in parts. All other strings are constants, which every chunk may repeat.
const STREAMED: [&str; 8] = [
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "thinking",
    "refusal",
    "arguments",
    "data",
    "transcript",
];

/// The unknown fields of all deltas of a message. Known strings and lists are concatenated, objects merged by member,
/// and otherwise the last value wins. Values stay JSON text, so that their memory and the work are proportional to it.
#[derive(Clone, Debug, Default)]
pub(super) struct MergedFields(BTreeMap<Box<str>, Field>);

#[derive(Clone, Debug)]
enum Field {
    Text(String),
    Object(MergedFields),
}

impl MergedFields {
    pub(super) fn push(&mut self, delta: UnknownFields) {
        for (name, text) in delta {
            match self.0.get_mut(&name) {
                Some(field) => field.merge(&name, &text),
                None => drop(self.0.insert(name, Field::Text(text.into()))),
            }
        }
    }

    pub(super) fn finish(self) -> UnknownFields {
        let mut fields = UnknownFields::default();
        for (name, field) in self.0 {
            fields.insert_raw(name, field.into_text());
        }
        fields
    }
}

impl Field {
    fn merge(&mut self, name: &str, delta: &str) {
        if delta == "null" {
            return;
        }
        if delta.starts_with('{')
            && let Field::Text(text) = self
            && text.starts_with('{')
            && let Ok(members) = json::from_str(text)
        {
            let mut merged = MergedFields::default();
            merged.push(members);
            *self = Self::Object(merged);
        }
        match self {
            Self::Object(merged) if delta.starts_with('{') => {
                if let Ok(members) = json::from_str(delta) {
                    merged.push(members);
                }
            }
            Self::Text(text) if text.starts_with('"') && STREAMED.contains(&name) => {
                concatenate(text, delta, ['"', '"'], "");
            }
            Self::Text(text) if text.starts_with('[') => {
                concatenate(text, delta, ['[', ']'], ",");
            }
            field => *field = Self::Text(delta.to_owned()),
        }
    }

    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Object(merged) => serde_json::to_string(&merged.finish()).unwrap_or_default(),
        }
    }
}

/// Appends the content of a JSON string or list to that of another one. A delta of another type replaces it.
fn concatenate(text: &mut String, delta: &str, [open, close]: [char; 2], separator: &str) {
    let content = delta
        .strip_prefix(open)
        .and_then(|rest| rest.strip_suffix(close));
    let Some(content) = content else {
        delta.clone_into(text);
        return;
    };
    if content.trim().is_empty() && open == '[' || content.is_empty() {
        return;
    }
    text.pop();
    if !text.trim_end().ends_with(open) {
        text.push_str(separator);
    }
    text.push_str(content);
    text.push(close);
}

/// Merges unknown fields of choices. Every chunk repeats them, so the last value wins, except for `logprobs`.
pub(super) fn merge_choice(
    target: &mut UnknownFields,
    logprobs: &mut MergedFields,
    mut delta: UnknownFields,
) {
    if let Some(text) = delta.remove_raw("logprobs") {
        let mut delta = UnknownFields::default();
        delta.insert_raw("logprobs", text);
        logprobs.push(delta);
    }
    target.append(delta);
}

/// Moves fields that a delta does not have, but the message has, from the unknown fields to their places.
pub(super) fn settle(message: &mut ChatMessage) {
    for (name, field) in [
        ("name", &mut message.name),
        ("tool_call_id", &mut message.tool_call_id),
    ] {
        if let Some(value) = message.extra.get_str(name).map(Cow::into_owned) {
            message.extra.remove_raw(name);
            *field = Some(value);
        }
    }
}

/// Fills unset fields of an accumulated message from a complete message that a chunk contained beside its delta.
pub(super) fn complete(message: &mut ChatMessage, choice: &mut UnknownFields) {
    let json = choice.raw("message").map(json::from_str::<ChatMessage>);
    let Some(Ok(complete)) = json else { return };
    choice.remove_raw("message");
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
    let is_empty = |content: &Content| matches!(content, Content::Text(text) if text.is_empty());
    message.content = message
        .content
        .take()
        .filter(|content| !is_empty(content))
        .or(content);
    if message.tool_calls.is_empty() {
        message.tool_calls = tool_calls;
    }
    message.name = message.name.take().or(name);
    message.tool_call_id = message.tool_call_id.take().or(tool_call_id);
    extra.append(std::mem::take(&mut message.extra));
    message.extra = extra;
}
