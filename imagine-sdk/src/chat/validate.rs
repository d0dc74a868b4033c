//! Validation of complete responses of language models.

use super::accumulate::is_error;
use crate::generated::inference::types::{
    ChatCompletionResponse, CompletionResponse, FinishReason, Role,
};
use crate::json::UnknownFields;
use crate::request::ResponseContext;

/// Rejects a response with a choice that ended with an error, and sets missing roles, without which a service rejects
/// the message in the next request.
pub(crate) fn chat(
    response: &mut ChatCompletionResponse,
    _: &ResponseContext,
) -> Result<(), String> {
    for choice in &mut response.choices {
        if choice.message.role.as_str().is_empty() {
            choice.message.role = Role::Assistant;
        }
        reject_error(choice.index, choice.finish_reason.as_ref(), &choice.extra)?;
    }
    Ok(())
}

/// Rejects a response with a choice that ended with an error.
pub(crate) fn completion(
    response: &mut CompletionResponse,
    _: &ResponseContext,
) -> Result<(), String> {
    let mut choices = response.choices.iter();
    choices.try_for_each(|choice| {
        reject_error(choice.index, choice.finish_reason.as_ref(), &choice.extra)
    })
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
