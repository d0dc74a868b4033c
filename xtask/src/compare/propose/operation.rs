//! Adds extensions to published operations, with guessed values.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::conform;
use crate::openapi::json::{Object, boolean, items, members, set, string, strings};
use crate::openapi::names::is_snake;
use crate::openapi::reference;

/// The keys of an operation in the order of our specifications.
const ORDER: [&str; 11] = [
    "operationId",
    "tags",
    "summary",
    "description",
    "deprecated",
    "x-provenance",
    "x-imagine-retry",
    "x-imagine-args",
    "parameters",
    "requestBody",
    "responses",
];

/// Adds a unique name in snake_case, a summary, the arguments, and the conservative retry class: only methods that HTTP
/// defines as safe are retried.
pub(super) fn with_extensions(
    node: &Value,
    method: &str,
    path: &str,
    doc: &Value,
    is_taken: impl Fn(&str) -> bool,
) -> Value {
    let mut members = node.as_object().cloned().unwrap_or_default();
    let names = [
        string(node, "operationId").map(snake),
        Some(snake(path)),
        Some(snake(&format!("{method}{path}"))),
    ];
    let mut names = names.into_iter().flatten();
    let id = names.find(|name| is_snake(name) && !is_taken(name));
    let id = id.unwrap_or_default();
    let is_safe = ["get", "head"].contains(&method);
    let retry = if is_safe { "idempotent" } else { "unstarted" };
    members
        .entry("summary")
        .or_insert_with(|| json!(conform::sentence(&id.replace('_', " "))));
    members.insert("operationId".to_owned(), json!(id));
    members.insert("x-imagine-retry".to_owned(), json!(retry));
    let args = args(node, doc);
    if !args.is_empty() {
        members.insert("x-imagine-args".to_owned(), json!(args));
    }
    let mut ordered = Object::new();
    for key in ORDER {
        ordered.extend(members.remove(key).map(|value| (key.to_owned(), value)));
    }
    ordered.extend(members);
    Value::Object(ordered)
}

/// Returns true if an operation of the document has this name.
pub(super) fn is_taken(doc: &Value, id: &str) -> bool {
    operations(doc).any(|node| string(node, "operationId") == Some(id))
}

/// Adds the most frequent error response of our document to an operation that is published without one.
pub(super) fn with_failure(node: &mut Value, local: &Value) {
    let is_failure = |status: &str| status.starts_with(['4', '5']) || status == "default";
    if members(node, "responses").any(|(status, _)| is_failure(status)) {
        return;
    }
    let failures = operations(local).flat_map(|node| members(node, "responses"));
    let failures = failures.filter(|(status, _)| is_failure(status));
    let mut counts: Vec<(usize, &Value)> = Vec::new();
    for (_, failure) in failures {
        match counts.iter_mut().find(|(_, known)| *known == failure) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, failure)),
        }
    }
    let most = counts.into_iter().max_by_key(|(count, _)| *count);
    let responses = node.get_mut("responses");
    if let (Some((_, failure)), Some(responses)) = (most, responses) {
        set(responses, "default", failure.clone());
    }
}

/// Removes the requirement of a security scheme that our document does not define.
pub(super) fn with_security(node: &mut Value, local: &Value) {
    let defined = local.pointer("/components/securitySchemes");
    let is_defined = |requirement: &Value| {
        let names = requirement.as_object().into_iter().flat_map(Object::keys);
        names
            .into_iter()
            .all(|name| defined.is_some_and(|schemes| schemes.get(name).is_some()))
    };
    let Some(requirements) = node.get_mut("security").and_then(Value::as_array_mut) else {
        return;
    };
    let was_empty = requirements.is_empty();
    requirements.retain(is_defined);
    if requirements.is_empty() && !was_empty {
        node.as_object_mut().map(|node| node.remove("security"));
    }
}

fn operations(doc: &Value) -> impl Iterator<Item = &Value> {
    let items = members(doc, "paths").map(|(_, item)| item);
    let nodes = items.filter_map(Value::as_object).flat_map(Object::values);
    nodes.filter(|node| node.is_object())
}

/// Adds the parameters of the path that the operation does not have itself.
pub(super) fn with_shared_parameters(mut node: Value, path: &str, doc: &Value) -> Value {
    let item = doc.get("paths").and_then(|paths| paths.get(path));
    let shared: Vec<&Value> = item
        .into_iter()
        .flat_map(|item| items(item, "parameters"))
        .collect();
    let key = |parameter: &Value| {
        let parameter = reference::resolve(doc, parameter)?;
        Some((parameter.get("in")?.clone(), parameter.get("name")?.clone()))
    };
    let mut parameters: Vec<Value> = items(&node, "parameters").cloned().collect();
    let own: Vec<_> = parameters.iter().filter_map(key).collect();
    let shared = shared
        .into_iter()
        .filter(|parameter| key(parameter).is_none_or(|key| !own.contains(&key)));
    for parameter in shared {
        let mut parameter = parameter.clone();
        conform::parameter(&mut parameter);
        parameters.push(parameter);
    }
    if !parameters.is_empty() {
        set(&mut node, "parameters", parameters);
    }
    node
}

/// Tags an operation that has no tag with the first segment of its path.
pub(super) fn with_tag(node: &mut Value, path: &str) {
    let mut segments = path.split('/').filter(|segment| !segment.starts_with('{'));
    let segment = segments.find(|segment| !segment.is_empty());
    if let (None, Some(segment)) = (node.get("tags"), segment) {
        set(node, "tags", vec![segment]);
    }
}

/// Returns the names of the values that every call has to pass: required parameters, then required fields of the body,
/// except those that are only in responses or whose default is sent.
fn args(node: &Value, doc: &Value) -> Vec<String> {
    let parameters = items(node, "parameters").filter_map(|value| reference::resolve(doc, value));
    let required = parameters.filter(|parameter| boolean(parameter, "required"));
    let mut names: Vec<String> = required
        .filter_map(|parameter| string(parameter, "name"))
        .map(str::to_owned)
        .collect();
    let body = node.get("requestBody");
    let body = body.and_then(|body| reference::resolve(doc, body));
    let forms = body.into_iter().flat_map(|body| members(body, "content"));
    let mut schemas: Vec<&Value> = forms
        .filter_map(|(_, form)| form.get("schema"))
        .take(1)
        .collect();
    let (mut required, mut passed) = (Vec::new(), BTreeSet::new());
    // A merge may be as large as the document, but not larger.
    let mut seen = BTreeSet::new();
    while let Some(schema) = schemas.pop() {
        let Some(schema) = reference::resolve(doc, schema) else {
            continue;
        };
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        required.extend(strings(schema.get("required")));
        let is_passed =
            |property: &Value| !boolean(property, "readOnly") && property.get("default").is_none();
        let fields = members(schema, "properties").filter(|(_, property)| is_passed(property));
        passed.extend(fields.map(|(name, _)| name.as_str()));
        schemas.extend(items(schema, "allOf"));
    }
    required.retain(|name| passed.contains(name));
    for name in required {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Converts a name: `createModeration` and `create-moderation` become `create_moderation`.
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
    fn an_operation_gets_extensions() {
        let node = json!({
            "responses": {},
            "operationId": "createModeration",
            "parameters": [{ "name": "team", "required": true }, { "name": "page" }],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } },
        });
        let doc = json!({ "components": { "schemas": { "A": {
            "required": ["input", "id", "size"],
            "properties": { "input": {}, "id": { "readOnly": true }, "size": { "default": 1 } },
        } } } });
        let extended = with_extensions(&node, "post", "/moderations", &doc, |_| false);
        let keys: Vec<_> = extended.as_object().unwrap().keys().collect();
        let expected = [
            "operationId",
            "summary",
            "x-imagine-retry",
            "x-imagine-args",
            "parameters",
            "requestBody",
            "responses",
        ];
        assert_eq!(keys, expected);
        assert_eq!(extended["operationId"], "create_moderation");
        assert_eq!(extended["x-imagine-retry"], "unstarted");
        assert_eq!(extended["x-imagine-args"], json!(["team", "input"]));
    }

    #[test]
    fn a_taken_name_is_replaced_by_one_from_the_path() {
        let node = json!({ "operationId": "check", "responses": {} });
        let named = |taken: &[&str]| {
            let is_taken = |id: &str| taken.contains(&id);
            with_extensions(&node, "post", "/imagine/check", &json!({}), is_taken)["operationId"]
                .clone()
        };
        assert_eq!(named(&[]), "check");
        assert_eq!(named(&["check"]), "imagine_check");
        assert_eq!(named(&["check", "imagine_check"]), "post_imagine_check");
    }

    #[test]
    fn failures_and_security_schemes_come_from_our_document() {
        let local = json!({
            "paths": { "/a": { "get": { "responses": { "200": {}, "400": { "$ref": "#/components/responses/Bad" } } } } },
            "components": { "securitySchemes": { "key": {} } },
        });
        let mut node =
            json!({ "responses": { "200": {} }, "security": [{ "key": [] }, { "other": [] }] });
        with_failure(&mut node, &local);
        with_security(&mut node, &local);
        assert_eq!(
            node["responses"]["default"]["$ref"],
            "#/components/responses/Bad"
        );
        assert_eq!(node["security"], json!([{ "key": [] }]));
        node["security"] = json!([{ "other": [] }]);
        with_security(&mut node, &local);
        assert_eq!(node.get("security"), None);
    }

    #[test]
    fn names_become_snake_case() {
        assert_eq!(snake("get/v2/chat-Now/{id}"), "get_v2_chat_now_id");
        assert_eq!(snake("listModels"), "list_models");
    }
}
