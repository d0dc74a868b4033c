//! Putting the pieces of a stream together.

use serde_json::{Map, Value};

use super::tool_calls::ToolCalls;
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionResponseChoice, ChatCompletionResponseStreamChoice,
    ChatCompletionStreamResponse, CompletionResponse, CompletionResponseChoice,
    CompletionResponseStreamChoice, CompletionStreamResponse, DeltaMessage, FinishReason,
    ImageResponse, Role,
};
use crate::request::{FinishTracker, StreamEvent};
use crate::types::Content;

/// Puts the chunks of a chat together to the response that it would have been without a stream.
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
    sum: ChatCompletionResponse,
    alternatives: Vec<Alternative>,
}

/// One alternative, as far as it has come.
#[derive(Clone, Debug, Default)]
struct Alternative {
    choice: ChatCompletionResponseChoice,
    text: Option<String>,
    calls: ToolCalls,
}

impl ChatAccumulator {
    /// Adds a chunk.
    pub fn push(&mut self, chunk: ChatCompletionStreamResponse) {
        take_filled(&mut self.sum.id, chunk.id);
        take_filled(&mut self.sum.model, chunk.model);
        if let Some(created) = chunk.created {
            self.sum.created = created;
        }
        if let Some(usage) = chunk.usage {
            self.sum.usage = usage;
        }
        self.sum.extra.extend(chunk.extra);
        for choice in chunk.choices {
            let place = place(&mut self.alternatives, |known| {
                known.choice.index == choice.index
            });
            if let Some(alternative) = self.alternatives.get_mut(place) {
                alternative.push(choice);
            }
        }
    }

    /// The response so far.
    pub fn finish(mut self) -> ChatCompletionResponse {
        self.sum.object = "chat.completion".to_owned();
        self.alternatives
            .sort_by_key(|alternative| alternative.choice.index);
        self.sum.choices = self
            .alternatives
            .into_iter()
            .map(Alternative::finish)
            .collect();
        self.sum
    }
}

impl Alternative {
    fn push(&mut self, piece: ChatCompletionResponseStreamChoice) {
        self.choice.index = piece.index;
        if stated(piece.finish_reason.as_ref()).is_some() {
            self.choice.finish_reason = piece.finish_reason;
        }
        add_to_choice(&mut self.choice.extra, piece.extra);
        let DeltaMessage {
            role,
            content,
            tool_calls,
            extra,
            ..
        } = piece.delta;
        if let Some(role) = role.filter(|role| !role.as_str().is_empty()) {
            self.choice.message.role = role;
        }
        if let Some(content) = content {
            self.text.get_or_insert_default().push_str(&content);
        }
        add_to_message(&mut self.choice.message.extra, extra);
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

/// What nobody knows of a delta is a piece: texts, such as `reasoning_content`, and lists go on.
fn add_to_message(sum: &mut Map<String, Value>, pieces: Map<String, Value>) {
    for (key, piece) in pieces {
        match (sum.get_mut(&key), piece) {
            (Some(Value::String(sum)), Value::String(piece)) => sum.push_str(&piece),
            (Some(known), piece) => add(known, piece),
            (None, piece) => drop(sum.insert(key, piece)),
        }
    }
}

/// What nobody knows of an alternative is said again with each piece, and the last counts, but for `logprobs`.
fn add_to_choice(sum: &mut Map<String, Value>, pieces: Map<String, Value>) {
    for (key, piece) in pieces {
        match sum.get_mut(&key) {
            Some(known) if key == "logprobs" => add(known, piece),
            Some(known) if !piece.is_null() => *known = piece,
            Some(_) => {}
            None => drop(sum.insert(key, piece)),
        }
    }
}

/// Lists go on, objects do member by member, and of anything else the last counts.
fn add(sum: &mut Value, piece: Value) {
    match (sum, piece) {
        (_, Value::Null) => {}
        (Value::Array(sum), Value::Array(piece)) => sum.extend(piece),
        (Value::Object(sum), Value::Object(piece)) => {
            for (key, piece) in piece {
                match sum.get_mut(&key) {
                    Some(known) => add(known, piece),
                    None => drop(sum.insert(key, piece)),
                }
            }
        }
        (sum, piece) => *sum = piece,
    }
}

/// A reason, unless it is empty: some servers write it so in every piece.
fn stated(reason: Option<&FinishReason>) -> Option<&FinishReason> {
    reason.filter(|reason| !reason.as_str().is_empty())
}

fn take_filled(sum: &mut String, piece: String) {
    if !piece.is_empty() {
        *sum = piece;
    }
}

/// Where the first item is that fits, or a fresh one at the end.
fn place<T: Default>(items: &mut Vec<T>, fits: impl FnMut(&T) -> bool) -> usize {
    items.iter().position(fits).unwrap_or_else(|| {
        items.push(T::default());
        items.len() - 1
    })
}

impl StreamEvent for ChatCompletionStreamResponse {
    type Output = ChatCompletionResponse;
    type Accumulator = ChatAccumulator;

    fn observe(&self, tracker: &mut FinishTracker) {
        for choice in &self.choices {
            let ended = stated(choice.finish_reason.as_ref()).is_some();
            tracker.record(choice.index, ended);
        }
    }

    fn accumulate(self, sum: &mut Self::Accumulator) {
        sum.push(self);
    }

    fn finish(sum: Self::Accumulator) -> Self::Output {
        sum.finish()
    }
}

/// Puts the chunks of a continued text together to the response that it would have been without a stream.
#[derive(Clone, Debug, Default)]
pub struct CompletionAccumulator {
    sum: CompletionResponse,
}

impl CompletionAccumulator {
    /// Adds a chunk.
    pub fn push(&mut self, chunk: CompletionStreamResponse) {
        take_filled(&mut self.sum.id, chunk.id);
        take_filled(&mut self.sum.model, chunk.model);
        if let Some(created) = chunk.created {
            self.sum.created = created;
        }
        self.sum.usage = chunk.usage.or(self.sum.usage.take());
        self.sum.extra.extend(chunk.extra);
        for piece in chunk.choices {
            let place = place(&mut self.sum.choices, |known| known.index == piece.index);
            if let Some(choice) = self.sum.choices.get_mut(place) {
                add_piece(choice, piece);
            }
        }
    }

    /// The response so far.
    pub fn finish(mut self) -> CompletionResponse {
        self.sum.object = "completion".to_owned();
        self.sum.choices.sort_by_key(|choice| choice.index);
        self.sum
    }
}

fn add_piece(choice: &mut CompletionResponseChoice, piece: CompletionResponseStreamChoice) {
    choice.index = piece.index;
    if stated(piece.finish_reason.as_ref()).is_some() {
        choice.finish_reason = piece.finish_reason;
    }
    add_to_choice(&mut choice.extra, piece.extra);
    // A server that writes the piece in both places means the same piece.
    let text = piece.delta.and_then(|delta| delta.content).or(piece.text);
    choice.text.push_str(&text.unwrap_or_default());
}

impl StreamEvent for CompletionStreamResponse {
    type Output = CompletionResponse;
    type Accumulator = CompletionAccumulator;

    fn observe(&self, tracker: &mut FinishTracker) {
        for choice in &self.choices {
            let ended = stated(choice.finish_reason.as_ref()).is_some();
            tracker.record(choice.index, ended);
        }
    }

    fn accumulate(self, sum: &mut Self::Accumulator) {
        sum.push(self);
    }

    fn finish(sum: Self::Accumulator) -> Self::Output {
        sum.finish()
    }
}

/// Every event holds whole images, so their stream may end after any.
impl StreamEvent for ImageResponse {
    type Output = Self;
    type Accumulator = Self;

    fn observe(&self, tracker: &mut FinishTracker) {
        tracker.record(0, true);
    }

    fn accumulate(self, sum: &mut Self::Accumulator) {
        let mut data = std::mem::take(&mut sum.data);
        *sum = self;
        data.append(&mut sum.data);
        sum.data = data;
    }

    fn finish(sum: Self::Accumulator) -> Self::Output {
        sum
    }
}

#[cfg(test)]
mod tests;
