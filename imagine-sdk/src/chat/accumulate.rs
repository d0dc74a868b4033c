//! Accumulation of streaming responses.

mod content;
mod fields;

use std::collections::BTreeMap;

use self::content::ContentAccumulator;
use self::fields::MergedFields;
use super::tool_calls::ToolCalls;
use super::validate;
use crate::error::detect;
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionResponseChoice, ChatCompletionResponseStreamChoice,
    ChatCompletionStreamResponse, CompletionResponse, CompletionResponseChoice,
    CompletionResponseStreamChoice, CompletionStreamResponse, DeltaMessage, FinishReason,
    ImageResponse, Role, UsageInfo,
};
use crate::json::UnknownFields;
use crate::request::{FinishTracker, ResponseContext, StreamEvent};
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

/// The text that may contain structured output.
#[derive(Clone, Copy)]
pub(super) enum OutputText<'a> {
    /// The arguments of a tool call.
    Call(&'a str),
    /// The content of a message.
    Content(&'a str),
}

/// The accumulated state of one choice.
#[derive(Clone, Debug, Default)]
struct ChoiceAccumulator {
    choice: ChatCompletionResponseChoice,
    content: ContentAccumulator,
    calls: ToolCalls,
    logprobs: MergedFields,
    /// The unknown fields of the message.
    message: MergedFields,
}

impl ChatAccumulator {
    /// Adds a chunk.
    #[inline]
    pub fn push(&mut self, chunk: ChatCompletionStreamResponse) {
        replace_if_non_empty(&mut self.response.id, chunk.id);
        replace_if_non_empty(&mut self.response.model, chunk.model);
        if let Some(created) = chunk.created {
            self.response.created = created;
        }
        if let Some(usage) = chunk.usage {
            merge_usage(&mut self.response.usage, usage);
        }
        self.response.extra.append(chunk.extra);
        for choice in chunk.choices {
            self.choices.entry(choice.index).or_default().push(choice);
        }
    }

    /// Returns the text of the first choice that may contain structured output: the arguments of the call of a tool,
    /// or else the content.
    pub(super) fn output(&self, tool: &str) -> OutputText<'_> {
        let first = self.choices.values().next();
        let call = first.and_then(|choice| choice.calls.arguments_of(tool));
        match call {
            Some(arguments) => OutputText::Call(arguments),
            None => OutputText::Content(
                first
                    .map(|choice| choice.content.text())
                    .unwrap_or_default(),
            ),
        }
    }

    /// Returns the response accumulated so far.
    #[inline]
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
        fields::merge_choice(&mut self.choice.extra, &mut self.logprobs, delta.extra);
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
            self.content.push(content);
        }
        self.message.push(extra);
        self.calls.push(tool_calls);
    }

    fn finish(mut self) -> ChatCompletionResponseChoice {
        let message = &mut self.choice.message;
        message.content = self.content.finish();
        message.tool_calls = self.calls.finish();
        message.extra = self.message.finish();
        fields::settle(message);
        fields::complete(message, &mut self.choice.extra);
        if message.role.as_str().is_empty() {
            message.role = Role::Assistant;
        }
        self.choice.extra.append(self.logprobs.finish());
        self.choice
    }
}

/// Takes over the token counts of a chunk. Some servers send empty or zero counts in the last chunk, which do not
/// replace others.
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
    target.extra.append(std::mem::take(&mut usage.extra));
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
pub(super) fn is_error(reason: Option<&FinishReason>, extra: &UnknownFields) -> bool {
    detect::is_in_choice(extra) || reason.is_some_and(|reason| reason.as_str() == "error")
}

fn replace_if_non_empty(target: &mut String, delta: String) {
    if !delta.is_empty() {
        *target = delta;
    }
}

impl StreamEvent for ChatCompletionStreamResponse {
    type Output = ChatCompletionResponse;
    type Accumulator = ChatAccumulator;

    #[inline]
    fn observe(&self, tracker: &mut FinishTracker) {
        for choice in &self.choices {
            let reason = non_empty(choice.finish_reason.as_ref());
            tracker.record(choice.index, reason.is_some());
            if is_error(reason, &choice.extra) {
                tracker.record_error();
            }
        }
    }

    #[inline]
    fn accumulate(self, accumulator: &mut Self::Accumulator) {
        accumulator.push(self);
    }

    #[inline]
    fn finish(accumulator: Self::Accumulator) -> Self::Output {
        accumulator.finish()
    }

    #[inline]
    fn complete(output: &mut Self::Output, context: &ResponseContext) {
        validate::complete_chat(output, context);
    }
}

/// Accumulates the chunks of a completion to the response that the same request without streaming returns.
#[derive(Clone, Debug, Default)]
pub struct CompletionAccumulator {
    response: CompletionResponse,
    choices: BTreeMap<u64, CompletionChoiceAccumulator>,
}

/// The accumulated state of one choice.
#[derive(Clone, Debug, Default)]
struct CompletionChoiceAccumulator {
    choice: CompletionResponseChoice,
    logprobs: MergedFields,
}

impl CompletionAccumulator {
    /// Adds a chunk.
    #[inline]
    pub fn push(&mut self, chunk: CompletionStreamResponse) {
        replace_if_non_empty(&mut self.response.id, chunk.id);
        replace_if_non_empty(&mut self.response.model, chunk.model);
        if let Some(created) = chunk.created {
            self.response.created = created;
        }
        if let Some(usage) = chunk.usage {
            merge_usage(self.response.usage.get_or_insert_default(), usage);
        }
        self.response.extra.append(chunk.extra);
        for delta in chunk.choices {
            self.choices.entry(delta.index).or_default().push(delta);
        }
    }

    /// Returns the response accumulated so far.
    #[inline]
    pub fn finish(mut self) -> CompletionResponse {
        self.response.object = "completion".to_owned();
        let choices = self.choices.into_values();
        self.response.choices = choices.map(CompletionChoiceAccumulator::finish).collect();
        self.response
    }
}

impl CompletionChoiceAccumulator {
    fn push(&mut self, delta: CompletionResponseStreamChoice) {
        let choice = &mut self.choice;
        choice.index = delta.index;
        if non_empty(delta.finish_reason.as_ref()).is_some() {
            choice.finish_reason = delta.finish_reason;
        }
        fields::merge_choice(&mut choice.extra, &mut self.logprobs, delta.extra);
        // Servers that send both fields repeat the same text.
        let content = delta.delta.and_then(|delta| delta.content);
        match content.as_ref().and_then(Content::text) {
            Some(text) => choice.text.push_str(&text),
            None => choice.text.push_str(&delta.text.unwrap_or_default()),
        }
    }

    fn finish(mut self) -> CompletionResponseChoice {
        self.choice.extra.append(self.logprobs.finish());
        self.choice
    }
}

impl StreamEvent for CompletionStreamResponse {
    type Output = CompletionResponse;
    type Accumulator = CompletionAccumulator;

    #[inline]
    fn observe(&self, tracker: &mut FinishTracker) {
        for choice in &self.choices {
            let reason = non_empty(choice.finish_reason.as_ref());
            tracker.record(choice.index, reason.is_some());
            if is_error(reason, &choice.extra) {
                tracker.record_error();
            }
        }
    }

    #[inline]
    fn accumulate(self, accumulator: &mut Self::Accumulator) {
        accumulator.push(self);
    }

    #[inline]
    fn finish(accumulator: Self::Accumulator) -> Self::Output {
        accumulator.finish()
    }

    #[inline]
    fn complete(output: &mut Self::Output, context: &ResponseContext) {
        validate::complete_completion(output, context);
    }
}

/// Every event contains complete images, so the stream may end after any event.
impl StreamEvent for ImageResponse {
    type Output = Self;
    type Accumulator = Self;

    #[inline]
    fn observe(&self, tracker: &mut FinishTracker) {
        tracker.record(0, true);
    }

    #[inline]
    fn accumulate(self, accumulator: &mut Self::Accumulator) {
        let mut data = std::mem::take(&mut accumulator.data);
        *accumulator = self;
        data.append(&mut accumulator.data);
        accumulator.data = data;
    }

    #[inline]
    fn finish(accumulator: Self::Accumulator) -> Self::Output {
        accumulator
    }
}

#[cfg(test)]
mod tests;
