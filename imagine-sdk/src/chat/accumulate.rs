//! Accumulation of streaming responses.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::tool_calls::ToolCalls;
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionResponseChoice, ChatCompletionResponseStreamChoice,
    ChatCompletionStreamResponse, CompletionResponse, CompletionResponseChoice,
    CompletionResponseStreamChoice, CompletionStreamResponse, DeltaMessage, FinishReason,
    ImageResponse, Role, UsageInfo,
};
use crate::request::{FinishTracker, StreamEvent};
use crate::types::Content;

/// Accumulates the chunks of a chat to the response that the same request without streaming returns.
///
/// ```
/// use imagine_sdk::inference::{ChatAccumulator, ChatCompletionStreamResponse};
///
/// let mut chat = ChatAccumulator::default();
/// for json in [
///     r#"{"id":"1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Man"}}]}"#,
///     r#"{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"chego"},"finish_reason":"stop"}]}"#,
/// ] {
///     let chunk: ChatCompletionStreamResponse = serde_json::from_str(json)?;
///     chat.push(chunk);
/// }
/// assert_eq!(chat.finish().text().as_deref(), Some("Manchego"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ChatAccumulator {
    response: ChatCompletionResponse,
    choices: BTreeMap<u64, ChoiceAccumulator>,
}

/// The accumulated state of one choice.
#[derive(Clone, Debug, Default)]
struct ChoiceAccumulator {
    choice: ChatCompletionResponseChoice,
    text: Option<String>,
    calls: ToolCalls,
}

impl ChatAccumulator {
    /// Adds a chunk.
    pub fn push(&mut self, chunk: ChatCompletionStreamResponse) {
        replace_if_non_empty(&mut self.response.id, chunk.id);
        replace_if_non_empty(&mut self.response.model, chunk.model);
        if let Some(created) = chunk.created {
            self.response.created = created;
        }
        if let Some(usage) = chunk.usage {
            merge_usage(&mut self.response.usage, usage);
        }
        self.response.extra.extend(chunk.extra);
        for choice in chunk.choices {
            self.choices.entry(choice.index).or_default().push(choice);
        }
    }

    /// Returns the response accumulated so far.
    pub fn finish(mut self) -> ChatCompletionResponse {
        self.response.object = "chat.completion".to_owned();
        let choices = self.choices.into_values();
        self.response.choices = choices.map(ChoiceAccumulator::finish).collect();
        self.response
    }
}

impl ChoiceAccumulator {
    fn push(&mut self, delta: ChatCompletionResponseStreamChoice) {
        self.choice.index = delta.index;
        if non_empty(delta.finish_reason.as_ref()).is_some() {
            self.choice.finish_reason = delta.finish_reason;
        }
        merge_choice_fields(&mut self.choice.extra, delta.extra);
        let DeltaMessage {
            role,
            content,
            tool_calls,
            extra,
            ..
        } = delta.delta;
        if let Some(role) = role.filter(|role| !role.as_str().is_empty()) {
            self.choice.message.role = role;
        }
        if let Some(content) = content {
            self.text.get_or_insert_default().push_str(&content);
        }
        merge_message_fields(&mut self.choice.message.extra, extra);
        self.calls.push(tool_calls);
    }

    fn finish(mut self) -> ChatCompletionResponseChoice {
        let message = &mut self.choice.message;
        if message.role.as_str().is_empty() {
            message.role = Role::Assistant;
        }
        message.content = self.text.map(Content::Text);
        message.tool_calls = self.calls.finish();
        self.choice
    }
}

/// Merges unknown fields of deltas. Strings, such as `reasoning_content`, and lists are concatenated.
fn merge_message_fields(target: &mut Map<String, Value>, deltas: Map<String, Value>) {
    for (key, delta) in deltas {
        match (target.get_mut(&key), delta) {
            (Some(Value::String(target)), Value::String(delta)) => target.push_str(&delta),
            (Some(known), delta) => merge(known, delta),
            (None, delta) => drop(target.insert(key, delta)),
        }
    }
}

/// Merges unknown fields of choices. Every chunk repeats them, so the last value wins, except for `logprobs`.
fn merge_choice_fields(target: &mut Map<String, Value>, deltas: Map<String, Value>) {
    for (key, delta) in deltas {
        match target.get_mut(&key) {
            Some(known) if key == "logprobs" => merge(known, delta),
            Some(known) if !delta.is_null() => *known = delta,
            Some(_) => {}
            None => drop(target.insert(key, delta)),
        }
    }
}

/// Merges two values. Lists are concatenated, objects merged by member, and otherwise the last value wins.
fn merge(target: &mut Value, delta: Value) {
    match (target, delta) {
        (_, Value::Null) => {}
        (Value::Array(target), Value::Array(delta)) => target.extend(delta),
        (Value::Object(target), Value::Object(delta)) => {
            for (key, delta) in delta {
                match target.get_mut(&key) {
                    Some(known) => merge(known, delta),
                    None => drop(target.insert(key, delta)),
                }
            }
        }
        (target, delta) => *target = delta,
    }
}

/// Takes over the token counts of a chunk. Some servers send empty or zero counts in the last chunk, which do not replace
/// others.
fn merge_usage(target: &mut UsageInfo, mut usage: UsageInfo) {
    let counts = |usage: &UsageInfo| {
        let counts = [
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.total_tokens,
        ];
        counts
            .into_iter()
            .any(|count| count.unwrap_or_default() > 0)
    };
    target.extra.extend(std::mem::take(&mut usage.extra));
    if counts(target) && !counts(&usage) {
        return;
    }
    target.prompt_tokens = usage.prompt_tokens.or(target.prompt_tokens);
    target.completion_tokens = usage.completion_tokens.or(target.completion_tokens);
    target.total_tokens = usage.total_tokens.or(target.total_tokens);
}

/// Returns a finish reason, unless it is empty. Some servers send an empty reason in every chunk.
fn non_empty(reason: Option<&FinishReason>) -> Option<&FinishReason> {
    reason.filter(|reason| !reason.as_str().is_empty())
}

/// Returns true if a choice ended with an error of the service.
fn is_error(reason: Option<&FinishReason>, extra: &Map<String, Value>) -> bool {
    let error = extra.get("error").filter(|error| !error.is_null());
    error.is_some() || reason.is_some_and(|reason| reason.as_str() == "error")
}

fn replace_if_non_empty(target: &mut String, delta: String) {
    if !delta.is_empty() {
        *target = delta;
    }
}

impl StreamEvent for ChatCompletionStreamResponse {
    type Output = ChatCompletionResponse;
    type Accumulator = ChatAccumulator;

    fn observe(&self, tracker: &mut FinishTracker) {
        for choice in &self.choices {
            let reason = non_empty(choice.finish_reason.as_ref());
            tracker.record(choice.index, reason.is_some());
            if is_error(reason, &choice.extra) {
                tracker.record_error();
            }
        }
    }

    fn accumulate(self, accumulator: &mut Self::Accumulator) {
        accumulator.push(self);
    }

    fn finish(accumulator: Self::Accumulator) -> Self::Output {
        accumulator.finish()
    }
}

/// Accumulates the chunks of a completion to the response that the same request without streaming returns.
#[derive(Clone, Debug, Default)]
pub struct CompletionAccumulator {
    response: CompletionResponse,
    choices: BTreeMap<u64, CompletionResponseChoice>,
}

impl CompletionAccumulator {
    /// Adds a chunk.
    pub fn push(&mut self, chunk: CompletionStreamResponse) {
        replace_if_non_empty(&mut self.response.id, chunk.id);
        replace_if_non_empty(&mut self.response.model, chunk.model);
        if let Some(created) = chunk.created {
            self.response.created = created;
        }
        if let Some(usage) = chunk.usage {
            merge_usage(self.response.usage.get_or_insert_default(), usage);
        }
        self.response.extra.extend(chunk.extra);
        for delta in chunk.choices {
            push_choice(self.choices.entry(delta.index).or_default(), delta);
        }
    }

    /// Returns the response accumulated so far.
    pub fn finish(mut self) -> CompletionResponse {
        self.response.object = "completion".to_owned();
        self.response.choices = self.choices.into_values().collect();
        self.response
    }
}

fn push_choice(choice: &mut CompletionResponseChoice, delta: CompletionResponseStreamChoice) {
    choice.index = delta.index;
    if non_empty(delta.finish_reason.as_ref()).is_some() {
        choice.finish_reason = delta.finish_reason;
    }
    merge_choice_fields(&mut choice.extra, delta.extra);
    // Servers that send both fields repeat the same text.
    let text = delta.delta.and_then(|delta| delta.content).or(delta.text);
    choice.text.push_str(&text.unwrap_or_default());
}

impl StreamEvent for CompletionStreamResponse {
    type Output = CompletionResponse;
    type Accumulator = CompletionAccumulator;

    fn observe(&self, tracker: &mut FinishTracker) {
        for choice in &self.choices {
            let reason = non_empty(choice.finish_reason.as_ref());
            tracker.record(choice.index, reason.is_some());
            if is_error(reason, &choice.extra) {
                tracker.record_error();
            }
        }
    }

    fn accumulate(self, accumulator: &mut Self::Accumulator) {
        accumulator.push(self);
    }

    fn finish(accumulator: Self::Accumulator) -> Self::Output {
        accumulator.finish()
    }
}

/// Every event contains complete images, so the stream may end after any event.
impl StreamEvent for ImageResponse {
    type Output = Self;
    type Accumulator = Self;

    fn observe(&self, tracker: &mut FinishTracker) {
        tracker.record(0, true);
    }

    fn accumulate(self, accumulator: &mut Self::Accumulator) {
        let mut data = std::mem::take(&mut accumulator.data);
        *accumulator = self;
        data.append(&mut accumulator.data);
        accumulator.data = data;
    }

    fn finish(accumulator: Self::Accumulator) -> Self::Output {
        accumulator
    }
}

#[cfg(test)]
mod tests;
