//! The prompt of a text completion with structured output.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::example::example;
use super::{ParseError, Schema};
use crate::error::{Error, InvalidField};
use crate::generated::inference::types::{ChatMessage, Role};
use crate::types::Messages;

/// Writes a conversation as a prompt that a model continues with JSON. It ends with an example, because small models
/// copy a schema literally.
///
/// # Errors
///
/// Fails if the schema has no example, or a message has an image.
pub(super) fn prompt(messages: &Messages, schema: &Schema) -> Result<String, ParseError> {
    let instance = example(schema.as_map()).map_err(|error| error.with_name(schema.name()))?;
    let mut prompt = String::new();
    for message in messages {
        add_message(&mut prompt, message)?;
    }
    prompt.push_str(
        "Respond to the conversation with one JSON object and nothing else. It has the fields of the example, with your own values.\n",
    );
    let mut notes = Vec::new();
    add_notes(&mut notes, schema.as_map(), "");
    for note in notes {
        let _ = writeln!(prompt, "- {note}");
    }
    let _ = write!(prompt, "\nExample: {instance}\n\nJSON:");
    Ok(prompt)
}

fn add_message(prompt: &mut String, message: &ChatMessage) -> Result<(), ParseError> {
    let parts = message.content.iter().flat_map(|content| content.parts());
    if parts.into_iter().any(|part| part.image_url.is_some()) {
        let problem =
            "contain an image, which a text completion cannot; choose another output mode";
        let error = Error::invalid_argument(InvalidField::new("messages", problem));
        return Err(ParseError::Failed(error));
    }
    let speaker = match &message.role {
        Role::System => "System",
        Role::User => "User",
        Role::Assistant => "Assistant",
        Role::Tool => "Tool",
        Role::Other(other) => other,
    };
    if let Some(text) = message.text() {
        let _ = writeln!(prompt, "{speaker}: {text}\n");
    }
    for call in message.tool_calls() {
        let name = call.name().unwrap_or_default();
        let _ = writeln!(prompt, "{speaker} calls {name}: {}\n", call.arguments());
    }
    Ok(())
}

/// Describes what an example does not show: descriptions, the allowed values, and the fields that may be `null`.
fn add_notes(notes: &mut Vec<String>, schema: &Map<String, Value>, location: &str) {
    if !location.is_empty() {
        let description = schema.get("description").and_then(Value::as_str);
        let allowed = schema.get("enum").and_then(Value::as_array);
        let allowed = allowed.map(|values| {
            let values: Vec<_> = values.iter().map(Value::to_string).collect();
            format!("one of {}", values.join(", "))
        });
        let null = may_be_null(schema).then(|| "may be null".to_owned());
        let facts = description.map(str::to_owned).into_iter();
        let facts: Vec<_> = facts.chain(allowed).chain(null).collect();
        if !facts.is_empty() {
            notes.push(format!("`{location}`: {}", facts.join("; ")));
        }
    }
    let fields = schema.get("properties").and_then(Value::as_object);
    for (name, field) in fields.into_iter().flatten() {
        let separator = if location.is_empty() { "" } else { "." };
        if let Some(field) = field.as_object() {
            add_notes(notes, field, &format!("{location}{separator}{name}"));
        }
    }
    if let Some(items) = schema.get("items").and_then(Value::as_object) {
        add_notes(notes, items, &format!("{location}[]"));
    }
    let variants = schema.get("anyOf").and_then(Value::as_array);
    let variants = variants.into_iter().flatten().filter_map(Value::as_object);
    if let Some(variant) = variants.into_iter().find(|variant| !may_be_null(variant)) {
        add_notes(notes, &without_description(variant), location);
    }
}

fn without_description(schema: &Map<String, Value>) -> Map<String, Value> {
    let mut schema = schema.clone();
    schema.remove("description");
    schema
}

fn may_be_null(schema: &Map<String, Value>) -> bool {
    let is_null = |kind: &Value| kind == "null";
    let in_variants = schema.get("anyOf").and_then(Value::as_array);
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is_null),
        Some(kind) => is_null(kind),
        None => in_variants.is_some_and(|variants| {
            let mut variants = variants.iter().filter_map(Value::as_object);
            variants.any(may_be_null)
        }),
    }
}
