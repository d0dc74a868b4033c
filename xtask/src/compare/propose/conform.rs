//! Conforms published parts to the form that the linter requires of our specifications.

use serde_json::{Value, json};

use crate::openapi::extensions;
use crate::openapi::json::{boolean, items_mut, members_mut, owned_strings, set, string};
use crate::openapi::lower::null;
use crate::openapi::shapes::{OPERATION, PARAMETER, SCHEMA, Shape};
use crate::openapi::walk;

/// The description of a part that is published without one.
pub(super) const UNDESCRIBED: &str = "Published without a description.";

/// The component that allows null beside references and unions.
pub(super) const NULL: &str = "Null";

/// Conforms an operation.
pub(super) fn operation(node: &mut Value) {
    clean(node);
    items_mut(node, "parameters").for_each(parameter);
    schemas_within(&OPERATION, node);
}

/// Conforms a parameter.
pub(super) fn parameter(node: &mut Value) {
    clean(node);
    describe(node);
    schemas_within(&PARAMETER, node);
}

/// Conforms a component or a field.
pub(super) fn schema(schema: &mut Value) {
    clean(schema);
    describe(schema);
    schemas_within(&SCHEMA, schema);
}

/// Conforms a component of any section.
pub(super) fn component(section: &str, value: &mut Value) {
    if section == "schemas" {
        return schema(value);
    }
    clean(value);
    let mut doc = json!({ "components": { section: { "X": value.take() } } });
    walk::change_schemas(&mut doc, conform);
    if let Some(component) = doc.pointer_mut(&format!("/components/{section}/X")) {
        *value = component.take();
    }
    if ["parameters", "responses"].contains(&section) {
        describe(value);
    }
}

fn schemas_within(shape: &'static Shape, node: &mut Value) {
    walk::change_within(shape, node, conform);
}

fn conform(schema: &mut Value) -> usize {
    allow_null(schema);
    describe_properties(schema);
    send_defaults(schema);
    0
}

/// Removes the extensions of others, which lint rejects, and examples by name, which may refer to components. Describes
/// responses, and starts prose with a capital.
fn clean(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, value| {
                let is_foreign = key.starts_with("x-") && key != "x-provenance";
                let is_foreign = is_foreign && !extensions::is_ours(key);
                let is_blank = ["summary", "description"].contains(&key.as_str())
                    && value.as_str().is_some_and(|text| text.trim().is_empty());
                !is_foreign && !is_blank && (key != "examples" || !value.is_object())
            });
            for (key, inner) in members {
                match (key.as_str(), inner) {
                    ("default" | "enum" | "example", _) => {}
                    ("summary" | "description", Value::String(text)) => *text = sentence(text),
                    // Their keys are names.
                    ("properties", Value::Object(properties)) => {
                        properties.values_mut().for_each(clean);
                    }
                    ("responses", Value::Object(responses)) => {
                        responses.values_mut().for_each(|response| {
                            describe(response);
                            clean(response);
                        });
                    }
                    (_, inner) => clean(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean),
        _ => {}
    }
}

/// Starts prose with a capital.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.trim_start().chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// Adds a description to a value that has neither a description nor a reference.
fn describe(value: &mut Value) {
    let Some(members) = value.as_object_mut() else {
        return;
    };
    if !members.contains_key("$ref") {
        let description = members.entry("description");
        description.or_insert_with(|| UNDESCRIBED.into());
    }
}

fn describe_properties(schema: &mut Value) {
    members_mut(schema, "properties").for_each(|(_, property)| describe(property));
}

/// Makes the SDK send the default of a required property.
fn send_defaults(schema: &mut Value) {
    let required = owned_strings(schema.get("required"));
    for (name, property) in members_mut(schema, "properties") {
        if required.contains(name) && property.get("default").is_some() {
            set(property, "x-imagine-send-default", true);
        }
    }
}

/// Rewrites `nullable`, which only has an effect beside a single type and whose null must be listed in an enum.
fn allow_null(schema: &mut Value) {
    if !boolean(schema, "nullable") || null::is_null_schema(schema) {
        return;
    }
    if string(schema, "type").is_some() {
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        return;
    }
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    members.remove("nullable");
    let reference = json!({ "$ref": format!("#/components/schemas/{NULL}") });
    let union = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .find_map(|key| Some((key, members.remove(key)?)));
    match union {
        Some(("allOf", Value::Array(parts))) if parts.len() > 1 => {
            set(schema, "anyOf", vec![json!({ "allOf": parts }), reference]);
        }
        Some((key, Value::Array(mut variants))) => {
            variants.push(reference);
            let key = if key == "allOf" { "anyOf" } else { key };
            set(schema, key, variants);
        }
        // Without a type and variants, any value is allowed, including null.
        _ => {}
    }
}

/// Returns the component `Null`.
pub(super) fn null_component() -> Value {
    json!({
        "type": "string",
        "nullable": true,
        "enum": [null],
        "description": "Null, for unions with it.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conformed(mut value: Value) -> Value {
        value["description"] = "X.".into();
        schema(&mut value);
        value.as_object_mut().unwrap().remove("description");
        value
    }

    #[test]
    fn null_is_allowed_in_a_form_that_validators_support() {
        let other = json!({ "$ref": "#/components/schemas/Other" });
        let nothing = json!({ "$ref": "#/components/schemas/Null" });
        for (published, expected) in [
            (
                json!({ "nullable": true, "allOf": [other] }),
                json!({ "anyOf": [other, nothing] }),
            ),
            (
                json!({ "nullable": true, "allOf": [other, { "type": "object" }] }),
                json!({ "anyOf": [{ "allOf": [other, { "type": "object" }] }, nothing] }),
            ),
            (
                json!({ "nullable": true, "oneOf": [{ "type": "string" }, other] }),
                json!({ "oneOf": [{ "type": "string" }, other, nothing] }),
            ),
            (json!({ "nullable": true }), json!({})),
            (
                json!({ "nullable": true, "type": "string" }),
                json!({ "nullable": true, "type": "string" }),
            ),
            (
                json!({ "nullable": true, "type": "string", "enum": ["a"] }),
                json!({ "nullable": true, "type": "string", "enum": ["a", null] }),
            ),
        ] {
            assert_eq!(conformed(published), expected);
        }
    }

    #[test]
    fn properties_without_a_reference_get_a_description() {
        let other = json!({ "$ref": "#/components/schemas/Other" });
        let schema = json!({ "properties": { "a": {}, "b": other, "c": { "description": "C." } } });
        let described = json!({ "properties": {
            "a": { "description": UNDESCRIBED }, "b": other, "c": { "description": "C." },
        } });
        assert_eq!(conformed(schema), described);
    }
}
