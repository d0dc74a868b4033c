//! A published operation with the hints that ours have, as well as they can be guessed.

use serde_json::{Value, json};

use crate::spec::json::{Object, items, text, texts};
use crate::spec::schema::{component, components};

/// The keys of an operation in the order in which ours are written.
const ORDER: [&str; 11] = [
    "operationId",
    "tags",
    "summary",
    "description",
    "deprecated",
    "x-provenance",
    "x-imagine-retry",
    "x-imagine-positional",
    "parameters",
    "requestBody",
    "responses",
];

/// The operation with a name in snake_case, a summary, its arguments, and the careful retry class: only what
/// HTTP itself calls safe is repeated.
pub(super) fn with_hints(node: &Value, method: &str, path: &str, doc: &Value) -> Value {
    let mut whole = node.as_object().cloned().unwrap_or_default();
    let id = text(node, "operationId").map_or_else(|| snake(&format!("{method}{path}")), snake);
    let is_safe = ["get", "head"].contains(&method);
    let retry = if is_safe { "idempotent" } else { "unstarted" };
    whole
        .entry("summary")
        .or_insert_with(|| json!(id.replace('_', " ")));
    whole.insert("operationId".to_owned(), json!(id));
    whole.insert("x-imagine-retry".to_owned(), json!(retry));
    let positional = positional(node, doc);
    if !positional.is_empty() {
        whole.insert("x-imagine-positional".to_owned(), json!(positional));
    }
    let mut ordered = Object::new();
    for key in ORDER {
        ordered.extend(whole.remove(key).map(|value| (key.to_owned(), value)));
    }
    ordered.extend(whole);
    Value::Object(ordered)
}

/// The names of what every request must have: parameters, then fields of the body.
fn positional(node: &Value, doc: &Value) -> Vec<String> {
    let parameters = items(node, "parameters");
    let required = parameters.filter(|parameter| parameter.get("required") == Some(&json!(true)));
    let mut names: Vec<String> = required
        .filter_map(|parameter| text(parameter, "name"))
        .map(str::to_owned)
        .collect();
    let content = node
        .pointer("/requestBody/content")
        .and_then(Value::as_object);
    let forms = content.into_iter().flat_map(Object::values);
    let schema = forms.filter_map(|form| form.get("schema")).next();
    let named = schema
        .and_then(component)
        .and_then(|name| components(doc)?.get(name));
    let fields = named.or(schema).and_then(|schema| schema.get("required"));
    names.extend(texts(fields).into_iter().map(str::to_owned));
    names
}

/// `createModeration` and `create-moderation` become `create_moderation`.
fn snake(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        match c {
            c if c.is_ascii_alphanumeric() => words.push(c.to_ascii_lowercase()),
            _ if words.ends_with('_') => {}
            _ => words.push('_'),
        }
    }
    words.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_gets_the_hints_that_ours_have() {
        let node = json!({
            "responses": {},
            "operationId": "createModeration",
            "parameters": [{ "name": "team", "required": true }, { "name": "page" }],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } },
        });
        let doc = json!({ "components": { "schemas": { "A": { "required": ["input"] } } } });
        let hinted = with_hints(&node, "post", "/moderations", &doc);
        let keys: Vec<_> = hinted.as_object().unwrap().keys().collect();
        let expected = [
            "operationId",
            "summary",
            "x-imagine-retry",
            "x-imagine-positional",
            "parameters",
            "requestBody",
            "responses",
        ];
        assert_eq!(keys, expected);
        assert_eq!(hinted["operationId"], "create_moderation");
        assert_eq!(hinted["x-imagine-retry"], "unstarted");
        assert_eq!(hinted["x-imagine-positional"], json!(["team", "input"]));
    }

    #[test]
    fn names_become_snake_case() {
        assert_eq!(snake("get/v2/chat-Now/{id}"), "get_v2_chat_now_id");
        assert_eq!(snake("listModels"), "list_models");
    }
}
