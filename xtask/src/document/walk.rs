//! Finds the schemas of a document, including those of OpenAPI 3.1.

use serde_json::Value;

/// Keywords that contain a schema.
const ONE: [&str; 11] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

/// Keywords that contain a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords that contain schemas by name.
const NAMED: [&str; 4] = [
    "$defs",
    "dependentSchemas",
    "patternProperties",
    "properties",
];

/// Keywords whose booleans are not schemas.
const FLAGS: [&str; 1] = ["additionalProperties"];

/// Keywords with data of the service, whose keys are not keywords.
const DATA: [&str; 4] = ["default", "enum", "example", "examples"];

/// Changes the schemas of a document, subschemas first, and sums the counts that `apply` returns.
pub(crate) fn change_all(doc: &mut Value, apply: &mut impl FnMut(&mut Value) -> usize) -> usize {
    match doc {
        Value::Object(members) => members
            .iter_mut()
            .filter(|(key, _)| !DATA.contains(&key.as_str()) && !key.starts_with("x-"))
            .map(|(key, member)| match (key.as_str(), member) {
                ("schema", schema) => change(schema, apply),
                ("schemas", Value::Object(named)) => change_each(named.values_mut(), apply),
                (_, member) => change_all(member, apply),
            })
            .sum(),
        Value::Array(items) => items.iter_mut().map(|item| change_all(item, apply)).sum(),
        _ => 0,
    }
}

fn change(schema: &mut Value, apply: &mut impl FnMut(&mut Value) -> usize) -> usize {
    let members = schema.as_object_mut().into_iter().flatten();
    let inner: usize = members
        .map(|(key, member)| match (key.as_str(), member) {
            (key, Value::Bool(_)) if FLAGS.contains(&key) => 0,
            (key, one) if ONE.contains(&key) => change(one, apply),
            (key, Value::Array(list)) if LIST.contains(&key) => change_each(list, apply),
            (key, Value::Object(named)) if NAMED.contains(&key) => {
                change_each(named.values_mut(), apply)
            }
            _ => 0,
        })
        .sum();
    inner + apply(schema)
}

fn change_each<'a>(
    schemas: impl IntoIterator<Item = &'a mut Value>,
    apply: &mut impl FnMut(&mut Value) -> usize,
) -> usize {
    schemas
        .into_iter()
        .map(|schema| change(schema, apply))
        .sum()
}
