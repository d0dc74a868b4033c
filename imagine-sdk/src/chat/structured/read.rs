//! Parses the response of a model as a type.

use serde::de::DeserializeOwned;

use super::{OutputAttempt, OutputMode, ParseError, Parsed};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionResponseChoice, ChatMessageToolCall, FinishReason,
};
use crate::json;

/// Parses a response, which is a call of the tool `name` or text.
pub(super) fn read<T: DeserializeOwned>(
    response: ChatCompletionResponse,
    name: &str,
    mode: OutputMode,
) -> Result<Parsed<T>, ParseError> {
    let choice = response.choices.first();
    if let Some(text) = choice.and_then(refusal) {
        let response = Box::new(response);
        return Err(ParseError::Refusal { text, response });
    }
    let text = choice
        .map(|choice| output_text(choice, name))
        .unwrap_or_default();
    let is_truncated = choice.is_some_and(ChatCompletionResponseChoice::is_truncated);
    match parse_text(&text, mode) {
        // A truncated response may contain the complete value.
        Ok(value) => Ok(Parsed { value, response }),
        Err(_) if is_truncated => Err(ParseError::Truncated {
            text,
            response: Box::new(response),
        }),
        Err(problem) => {
            let known = match choice {
                Some(choice) if text.trim().is_empty() => Some(describe_empty(choice)),
                _ => Some("the text has no JSON object").filter(|_| !text.contains('{')),
            };
            let problem = known.map_or(problem, str::to_owned);
            Err(invalid(text, problem, mode, response))
        }
    }
}

/// Creates the error of an invalid output.
pub(super) fn invalid(
    text: String,
    problem: String,
    mode: OutputMode,
    response: ChatCompletionResponse,
) -> ParseError {
    ParseError::Invalid {
        text,
        attempts: vec![OutputAttempt {
            mode,
            problem: problem.clone(),
        }],
        problem,
        response: Box::new(response),
    }
}

/// Parses a text as the value, or as text with the value in it. After the JSON, a text completion continues with
/// anything.
fn parse_text<T: DeserializeOwned>(text: &str, mode: OutputMode) -> Result<T, String> {
    let whole = json::from_str(strip_code_fence(text));
    let completed = || {
        let (object, _) = first_object(text).filter(|_| mode == OutputMode::Completion)?;
        json::from_str(object).ok()
    };
    whole.or_else(|failure| {
        let found = embedded(text).or_else(completed);
        found.ok_or_else(|| failure.to_string())
    })
}

/// Describes a message without text. Some services lose the output, and send empty tool calls.
fn describe_empty(choice: &ChatCompletionResponseChoice) -> &'static str {
    let is_named = |call: &ChatMessageToolCall| call.name().is_some_and(|name| !name.is_empty());
    match choice.message.tool_calls() {
        [] => "the message is empty",
        calls if calls.iter().any(is_named) => "the message has only calls of other tools",
        _ => "the message has only empty tool calls",
    }
}

/// Returns the text of a refusal. A content filter may leave only a part of the message.
fn refusal(choice: &ChatCompletionResponseChoice) -> Option<String> {
    let refusal = choice.message.extra.get_str("refusal");
    let reason = choice.finish_reason.as_ref().map(FinishReason::as_str);
    match refusal.filter(|refusal| !refusal.is_empty()) {
        Some(refusal) => Some(refusal.into_owned()),
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

/// Parses the only JSON in a text: after the reasoning of the model, in the only code block, or the only object.
/// Several blocks or objects are ambiguous and not parsed.
fn embedded<T: DeserializeOwned>(text: &str) -> Option<T> {
    let (_, text) = text.rsplit_once("</think>").unwrap_or(("", text));
    if text.contains("<think>") {
        // Truncated reasoning: an object in it is a draft.
        return None;
    }
    let parse = |json: &str| json::from_str(json).ok();
    parse(strip_code_fence(text))
        .or_else(|| parse(only_code_block(text)?))
        .or_else(|| parse(only_object(text)?))
}

fn only_code_block(text: &str) -> Option<&str> {
    let mut parts = text.split("```");
    let (_before, block) = (parts.next()?, parts.next()?);
    let is_only = parts.next().is_some() && parts.next().is_none();
    let block = block.strip_prefix("json").unwrap_or(block);
    is_only.then_some(block.trim())
}

/// Returns the only object of a text.
fn only_object(text: &str) -> Option<&str> {
    let (object, rest) = first_object(text)?;
    (!rest.contains('{')).then_some(object)
}

/// Returns the first object of a text, from its first brace to the brace that closes it, and the text after it.
fn first_object(text: &str) -> Option<(&str, &str)> {
    let object = text.get(text.find('{')?..)?;
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, character) in object.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if in_string => is_escaped = true,
            '"' => in_string = !in_string,
            '{' if !in_string => depth += 1,
            '}' if !in_string => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return object.split_at_checked(at + 1);
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// S1
    #[test]
    fn parses_only_unambiguous_embedded_json() {
        let found = json!({"a": "}"});
        for text in [
            r#"<think>Maybe {"a": 1}?</think> {"a": "}"}"#,
            "<think>x</think>```json\n{\"a\": \"}\"}\n```",
            "Here it is:\n```json\n{\"a\": \"}\"}\n```\nEnjoy!",
            r#"The result is {"a": "}"}."#,
        ] {
            assert_eq!(embedded::<Value>(text), Some(found.clone()), "{text}");
        }
        for text in [
            "```json\n{}\n``` or ```json\n{\"a\": 1}\n```",
            r#"{"a": 1} or {"a": 2}"#,
            r#"{"a": 1"#,
            "}{",
            r#"<think>Maybe {"a": 1}"#,
            r#"<think>x</think> <think>Maybe {"a": 1}"#,
            "no JSON",
            "",
        ] {
            assert_eq!(embedded::<Value>(text), None, "{text}");
        }
    }
}
