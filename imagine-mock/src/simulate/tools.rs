//! Calls a tool, as a model would that was offered some.

use serde_json::{Value, json};

use super::conversation::Conversation;
use super::{Call, sample, text};

/// A call of the offered tool that fits the question best, unless a tool has just answered.
///
/// A caller can offer tools and have none of them called, or require a call whatever was said before.
pub(crate) fn call(conversation: &Conversation<'_>, call: &Call<'_>) -> Option<Value> {
    let answered = conversation.ends_with("tool").is_some();
    match call.field("tool_choice").as_deref() {
        Some("none") => return None,
        Some("required") => {}
        _ if answered => return None,
        _ => {}
    }
    let asked = conversation.last_of("user")?;
    let function = best(call.body().get("tools")?.as_array()?, &asked)?;
    let arguments = match function.get("parameters") {
        Some(parameters) => sample(call.contract().definitions(), parameters, &asked),
        None => json!({}),
    };
    Some(json!({
        "id": call.id("call"),
        "type": "function",
        "function": {"name": function.get("name"), "arguments": arguments.to_string()},
    }))
}

/// The function that shares most words with the question; of equal ones the first.
fn best<'a>(tools: &'a [Value], asked: &str) -> Option<&'a Value> {
    let asked = asked.to_lowercase();
    let asked = text::words(&asked);
    let shared = |function: &Value| {
        let about = format!(
            "{} {}",
            part(function, "name"),
            part(function, "description")
        );
        let about = about.to_lowercase();
        text::words(&about)
            .iter()
            .filter(|word| asked.contains(word))
            .count()
    };
    tools
        .iter()
        .filter_map(|tool| tool.get("function"))
        .rev()
        .max_by_key(|function| shared(function))
}

fn part<'a>(function: &'a Value, name: &str) -> &'a str {
    function
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
