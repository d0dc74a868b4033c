//! Validation and completion of the responses of language models.

use super::accumulate::is_error;
use super::text_calls;
use crate::generated::inference::types::{
    ChatCompletionResponse, CompletionResponse, FinishReason, Role, UsageInfo,
};
use crate::json::UnknownFields;
use crate::request::ResponseContext;

/// Completes a response, and rejects one with a choice that ended with an error.
pub(crate) fn chat(
    response: &mut ChatCompletionResponse,
    context: &ResponseContext,
) -> Result<(), String> {
    complete_chat(response, context);
    let mut choices = response.choices.iter();
    choices.try_for_each(|choice| {
        reject_error(choice.index, choice.finish_reason.as_ref(), &choice.extra)
    })
}

/// Completes a response, and rejects one with a choice that ended with an error.
pub(crate) fn completion(
    response: &mut CompletionResponse,
    context: &ResponseContext,
) -> Result<(), String> {
    complete_completion(response, context);
    let mut choices = response.choices.iter();
    choices.try_for_each(|choice| {
        reject_error(choice.index, choice.finish_reason.as_ref(), &choice.extra)
    })
}

/// Sets missing roles, without which a service rejects the message in the next request, turns text into tool calls, and
/// marks choices that reached the limit.
pub(super) fn complete_chat(response: &mut ChatCompletionResponse, context: &ResponseContext) {
    let has_reached_limit = has_reached_limit(&response.usage, response.choices.len(), context);
    for choice in &mut response.choices {
        if choice.message.role.as_str().is_empty() {
            choice.message.role = Role::Assistant;
        }
        text_calls::extract(&mut choice.message, &context.tool_names);
        if has_reached_limit {
            choice.extra.set_reached_limit();
        }
    }
}

/// Marks choices that reached the limit.
pub(super) fn complete_completion(response: &mut CompletionResponse, context: &ResponseContext) {
    let usage = response.usage.as_ref();
    if usage.is_some_and(|usage| has_reached_limit(usage, response.choices.len(), context)) {
        for choice in &mut response.choices {
            choice.extra.set_reached_limit();
        }
    }
}

/// Returns true if every choice used all tokens that the request allows. The counts are sums over all choices, so a
/// sum below that of all limits does not tell which of several choices reached its limit.
fn has_reached_limit(usage: &UsageInfo, choices: usize, context: &ResponseContext) -> bool {
    let used = usage.completion_tokens.unwrap_or_default();
    let choices = u64::try_from(choices).unwrap_or(u64::MAX);
    let limit = context.max_tokens.filter(|limit| *limit > 0);
    limit.is_some_and(|limit| used >= limit.saturating_mul(choices))
}

fn reject_error(
    index: u64,
    reason: Option<&FinishReason>,
    extra: &UnknownFields,
) -> Result<(), String> {
    if is_error(reason, extra) {
        return Err(format!("choice {index} ended with an error"));
    }
    Ok(())
}
