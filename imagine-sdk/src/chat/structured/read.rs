//! Parses the response of a model as a type.

use serde::de::DeserializeOwned;

use super::{ParseError, Parsed};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionResponseChoice, FinishReason,
};
use crate::json;

/// Parses a response, which is a call of the tool `name` or text.
pub(super) fn read<T: DeserializeOwned>(
    response: ChatCompletionResponse,
    name: &str,
) -> Result<Parsed<T>, ParseError> {
    let choice = response.choices.first();
    if let Some(text) = choice.and_then(refusal) {
        let response = Box::new(response);
        return Err(ParseError::Refusal { text, response });
    }
    let text = choice
        .map(|choice| output_text(choice, name))
        .unwrap_or_default();
    let is_truncated =
        choice.is_some_and(|choice| choice.finish_reason == Some(FinishReason::Length));
    match json::from_str(strip_code_fence(&text)) {
        // A truncated response may contain the complete value.
        Ok(value) => Ok(Parsed { value, response }),
        Err(_) if is_truncated => Err(ParseError::Truncated {
            text,
            response: Box::new(response),
        }),
        Err(failure) => Err(ParseError::Invalid {
            text,
            problem: failure.to_string(),
            response: Box::new(response),
        }),
    }
}

/// Returns the text of a refusal. A content filter may leave only a part of the message.
fn refusal(choice: &ChatCompletionResponseChoice) -> Option<String> {
    let refusal = choice
        .message
        .extra
        .get("refusal")
        .and_then(|refusal| refusal.as_str());
    let reason = choice.finish_reason.as_ref().map(FinishReason::as_str);
    match refusal.filter(|refusal| !refusal.is_empty()) {
        Some(refusal) => Some(refusal.to_owned()),
        None if reason == Some("content_filter") => {
            Some(choice.message.text().unwrap_or_default().into_owned())
        }
        None => None,
    }
}

/// Returns the arguments of the call that contains the output, or the text of the message.
fn output_text(choice: &ChatCompletionResponseChoice, name: &str) -> String {
    let mut calls = choice.message.tool_calls().iter();
    match calls.find(|call| call.name() == Some(name)) {
        Some(call) => call.arguments().to_owned(),
        None => choice.message.text().unwrap_or_default().into_owned(),
    }
}

/// Returns the JSON without the Markdown code fence that models add.
fn strip_code_fence(text: &str) -> &str {
    let text = text.trim();
    let block = text
        .strip_prefix("```json")
        .or_else(|| text.strip_prefix("```"))
        .and_then(|block| block.strip_suffix("```"));
    block.unwrap_or(text).trim()
}
