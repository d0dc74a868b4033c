//! Simulates tool calls of a language model.

use serde_json::{Value, json};

use super::conversation::Conversation;
use super::{Call, example, text};

/// Returns a call of the tool that fits the question best, unless the last message is a tool result.
///
/// With `tool_choice`, a request can prevent calls (`none`), or require a call even after a tool result: of any tool
/// (`required`), or of a named one.
pub(crate) fn call(
    conversation: &Conversation<'_>,
    call: &Call<'_>,
    index: usize,
) -> Option<Value> {
    let has_result = conversation.last_if("tool").is_some();
    let choice = call.body().get("tool_choice");
    let required_name = choice.and_then(|choice| choice.pointer("/function/name"));
    match choice.and_then(Value::as_str) {
        Some("none") => return None,
        Some("required") => {}
        _ if has_result && required_name.is_none() => return None,
        _ => {}
    }
    let question = conversation.last_of("user")?;
    let tools = call.body().get("tools")?.as_array()?;
    let functions = tools.iter().filter_map(|tool| tool.get("function"));
    let is_allowed =
        |function: &&Value| required_name.is_none_or(|name| function.get("name") == Some(name));
    let function = best_function(functions.filter(is_allowed), &question)?;
    let arguments = match function.get("parameters") {
        Some(parameters) => example(call.contract().definitions(), parameters, &question),
        None => json!({}),
    };
    Some(json!({
        "id": format!("{}-{index}", call.id("call")),
        "type": "function",
        "function": {"name": function.get("name"), "arguments": arguments.to_string()},
    }))
}

/// Returns a tool call as text, in one of the forms in which models write it.
pub(crate) fn as_text(call: &Value, number: u64) -> String {
    let name = call.pointer("/function/name").unwrap_or(&Value::Null);
    let arguments = call.pointer("/function/arguments").and_then(Value::as_str);
    let arguments = arguments.unwrap_or("{}");
    // Models write the name first. A JSON map would sort it behind the arguments.
    let parameters =
        format!(r#"{{"type": "function", "name": {name}, "parameters": {arguments}}}"#);
    let arguments = format!(r#"{{"name": {name}, "arguments": {arguments}}}"#);
    match number % 4 {
        0 => parameters,
        1 => arguments,
        2 => format!("<|python_tag|>{parameters}<|eom_id|>"),
        _ => format!("<|python_tag|>{arguments}<|eom_id|>"),
    }
}

/// Returns the first of the functions that share the most words with the question.
fn best_function<'a>(
    functions: impl DoubleEndedIterator<Item = &'a Value>,
    question: &str,
) -> Option<&'a Value> {
    let question = question.to_lowercase();
    let question = text::words(&question);
    let shared_words = |function: &Value| {
        let description = format!(
            "{} {}",
            field(function, "name"),
            field(function, "description")
        );
        let description = description.to_lowercase();
        text::words(&description)
            .iter()
            .filter(|word| question.contains(word))
            .count()
    };
    functions
        .rev()
        .max_by_key(|function| shared_words(function))
}

fn field<'a>(function: &'a Value, name: &str) -> &'a str {
    function
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
