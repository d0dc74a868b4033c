//! Removes the parts that FastAPI adds to every document.

use serde_json::Value;

use crate::openapi::json::{items_mut, members_mut, set, string};
use crate::openapi::lower::Count;
use crate::openapi::operations::METHODS;
use crate::openapi::schema::component;
use crate::openapi::walk;

/// Removes the additions and counts them by rule.
pub(super) fn remove_additions(doc: &mut Value) -> Vec<Count> {
    let count = |rule, times| Count { rule, times };
    vec![
        count("fastapi-validation-errors", drop_validation_errors(doc)),
        count("fastapi-titles", drop_titles(doc)),
        count("fastapi-operation-ids", shorten_operation_ids(doc)),
    ]
}

const ERRORS: [&str; 2] = ["HTTPValidationError", "ValidationError"];

/// Drops the response to a malformed request, which belongs to the framework.
fn drop_validation_errors(doc: &mut Value) -> usize {
    let mut dropped = 0;
    for_each_operation(doc, |_, _, node| {
        let responses = node.get_mut("responses").and_then(Value::as_object_mut);
        if let Some(responses) = responses
            && responses.get("422").is_some_and(is_validation_error)
        {
            responses.remove("422");
            dropped += 1;
        }
    });
    if dropped > 0
        && let Some(Value::Object(schemas)) = doc.pointer_mut("/components/schemas")
    {
        schemas.retain(|name, _| !ERRORS.contains(&name.as_str()));
    }
    dropped
}

fn is_validation_error(response: &Value) -> bool {
    let schema = response.pointer("/content/application~1json/schema");
    schema.and_then(component) == Some("HTTPValidationError")
}

/// Drops titles that only repeat a name.
fn drop_titles(doc: &mut Value) -> usize {
    let mut dropped = 0;
    walk::change_schemas(doc, |schema| {
        for (name, property) in members_mut(schema, "properties") {
            dropped += drop_title(property, name);
        }
        0
    });
    for_each_operation(doc, |_, _, node| {
        for parameter in items_mut(node, "parameters") {
            let name = string(parameter, "name").unwrap_or_default().to_owned();
            dropped += parameter
                .get_mut("schema")
                .map_or(0, |schema| drop_title(schema, &name));
        }
    });
    if let Some(components) = doc.get_mut("components") {
        for (name, schema) in members_mut(components, "schemas") {
            dropped += drop_title(schema, name);
        }
    }
    dropped
}

fn drop_title(schema: &mut Value, name: &str) -> usize {
    let same = |title: &str| squeezed(title) == squeezed(name);
    if !string(schema, "title").is_some_and(same) {
        return 0;
    }
    schema.as_object_mut().map(|schema| schema.remove("title"));
    1
}

fn squeezed(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    kept.collect::<String>().to_lowercase()
}

/// Shortens an operation ID to the function's name: the framework appends path and method.
fn shorten_operation_ids(doc: &mut Value) -> usize {
    let mut shortened = 0;
    for_each_operation(doc, |path, method, node| {
        let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
        let path: String = path.chars().map(word).collect();
        let id = string(node, "operationId").unwrap_or_default();
        let short = id.strip_suffix(&format!("{path}_{method}"));
        if let Some(short) = short.filter(|short| !short.is_empty()).map(str::to_owned) {
            set(node, "operationId", short);
            shortened += 1;
        }
    });
    shortened
}

fn for_each_operation(doc: &mut Value, mut apply: impl FnMut(&str, &str, &mut Value)) {
    for (path, item) in members_mut(doc, "paths") {
        for (method, node) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                apply(path, method, node);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn drops_what_fastapi_adds() {
        let error = json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/HTTPValidationError" } } } });
        let mut doc = json!({
            "paths": { "/v2/chat/{id}": { "post": {
                "operationId": "ask_v2_chat__id__post",
                "parameters": [{ "name": "id", "schema": { "title": "Id" } }],
                "responses": { "200": {}, "422": error },
            } } },
            "components": { "schemas": {
                "HTTPValidationError": {},
                "ValidationError": {},
                "Ask": { "title": "Ask", "properties": { "max_tokens": { "title": "Max Tokens" }, "n": { "title": "How many" } } },
            } },
        });
        assert_eq!(drop_validation_errors(&mut doc), 1);
        assert_eq!(drop_titles(&mut doc), 3);
        assert_eq!(shorten_operation_ids(&mut doc), 1);
        let expected = json!({
            "paths": { "/v2/chat/{id}": { "post": {
                "operationId": "ask",
                "parameters": [{ "name": "id", "schema": {} }],
                "responses": { "200": {} },
            } } },
            "components": { "schemas": {
                "Ask": { "properties": { "max_tokens": {}, "n": { "title": "How many" } } },
            } },
        });
        assert_eq!(doc, expected);
    }

    #[test]
    fn an_error_of_the_service_stays() {
        let own = json!({ "paths": { "/a": { "get": { "responses": { "422": { "description": "Ours." } } } } } });
        let mut doc = own.clone();
        assert_eq!(drop_validation_errors(&mut doc), 0);
        assert_eq!(doc, own);
    }
}
