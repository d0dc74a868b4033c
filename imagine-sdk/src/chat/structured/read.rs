//! From a model's answer to the type that it should have.

use serde::de::DeserializeOwned;

use super::{ParseError, Parsed};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionResponseChoice, FinishReason,
};
use crate::json;

/// Reads a response that came as a call of the tool `name`, or as text.
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
        .map(|choice| written(choice, name))
        .unwrap_or_default();
    let is_truncated =
        choice.is_some_and(|choice| choice.finish_reason == Some(FinishReason::Length));
    match json::from_str(json_of(&text)) {
        // What fits although it was cut was cut behind its end.
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

/// Why the model does not answer, in its words or, where a filter did not let it, in what there is.
fn refusal(choice: &ChatCompletionResponseChoice) -> Option<String> {
    let said = choice
        .message
        .extra
        .get("refusal")
        .and_then(|said| said.as_str());
    let reason = choice.finish_reason.as_ref().map(FinishReason::as_str);
    match said.filter(|said| !said.is_empty()) {
        Some(said) => Some(said.to_owned()),
        None if reason == Some("content_filter") => {
            Some(choice.message.text().unwrap_or_default().into_owned())
        }
        None => None,
    }
}

/// The arguments of the call that takes the response, else the text of the message.
fn written(choice: &ChatCompletionResponseChoice, name: &str) -> String {
    let mut calls = choice.message.tool_calls().iter();
    match calls.find(|call| call.name() == Some(name)) {
        Some(call) => call.arguments().to_owned(),
        None => choice.message.text().unwrap_or_default().into_owned(),
    }
}

/// The JSON in a text, which models like to put into a block of Markdown.
fn json_of(text: &str) -> &str {
    let text = text.trim();
    let block = text
        .strip_prefix("```json")
        .or_else(|| text.strip_prefix("```"))
        .and_then(|block| block.strip_suffix("```"));
    block.unwrap_or(text).trim()
}
