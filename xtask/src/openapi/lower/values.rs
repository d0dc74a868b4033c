//! Lowers keywords that OpenAPI 3.0 spells differently.

use serde_json::{Value, json};

use crate::openapi::json::{Object, set, string};

/// Replaces a boolean schema: true allows any value, false none.
pub(super) fn boolean_schemas(schema: &mut Value) -> usize {
    let lowered = match schema {
        Value::Bool(true) => json!({}),
        Value::Bool(false) => json!({ "not": {} }),
        _ => return 0,
    };
    *schema = lowered;
    1
}

/// Drops comments.
pub(super) fn drop_comments(schema: &mut Value) -> usize {
    let members = schema.as_object_mut().into_iter();
    members
        .map(|members| {
            let dropped = ["$comment", "$schema"].map(|key| members.remove(key));
            dropped.iter().flatten().count()
        })
        .sum()
}

/// Replaces `const` by an `enum` of one value.
pub(super) fn const_is_enum(schema: &mut Value) -> usize {
    let Some(value) = remove(schema, "const") else {
        return 0;
    };
    let name = match &value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    if let (Some(name), None) = (name, schema.get("type")) {
        set(schema, "type", name);
    }
    set(schema, "enum", vec![value]);
    1
}

/// Replaces a numeric exclusive limit by a limit with a boolean.
pub(super) fn exclusive_limits(schema: &mut Value) -> usize {
    [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ]
    .into_iter()
    .map(|(exclusive, limit)| exclusive_limit(schema, exclusive, limit))
    .sum()
}

fn exclusive_limit(schema: &mut Value, exclusive: &str, limit: &str) -> usize {
    let number = schema.get(exclusive).filter(|value| value.is_number());
    let Some(number) = number.cloned() else {
        return 0;
    };
    let beyond = |other: &Value| match exclusive {
        "exclusiveMinimum" => other.as_f64() > number.as_f64(),
        _ => other.as_f64() < number.as_f64(),
    };
    if schema.get(limit).is_some_and(beyond) {
        // The inclusive limit is the narrower of the two.
        remove(schema, exclusive);
        return 1;
    }
    set(schema, limit, number);
    set(schema, exclusive, true);
    1
}

/// Replaces a schema for each item by one schema for any item.
pub(super) fn prefix_items(schema: &mut Value) -> usize {
    let Some(Value::Array(prefix)) = remove(schema, "prefixItems") else {
        return 0;
    };
    let mut kinds: Vec<Value> = Vec::new();
    let rest = remove(schema, "items").filter(|rest| *rest != json!({ "not": {} }));
    for kind in prefix.into_iter().chain(rest) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let items = match kinds.as_slice() {
        [only] => only.clone(),
        several => json!({ "anyOf": several }),
    };
    set(schema, "items", items);
    1
}

/// Replaces the encoding of a string by a format.
pub(super) fn content_keywords(schema: &mut Value) -> usize {
    let format = match (
        string(schema, "contentEncoding"),
        string(schema, "contentMediaType"),
    ) {
        (Some("base64"), _) => "byte",
        (None, Some(_)) => "binary",
        _ => return 0,
    };
    remove(schema, "contentEncoding");
    remove(schema, "contentMediaType");
    if schema.get("format").is_none() {
        set(schema, "format", format);
    }
    1
}

/// Keeps the first of several examples.
pub(super) fn examples_is_example(schema: &mut Value) -> usize {
    let Some(Value::Array(examples)) = remove(schema, "examples") else {
        return 0;
    };
    if let (Some(first), None) = (examples.first(), schema.get("example")) {
        set(schema, "example", first.clone());
    }
    1
}

/// Drops a schema of keys that only requires strings.
pub(super) fn string_keys(schema: &mut Value) -> usize {
    if schema.get("propertyNames") != Some(&json!({ "type": "string" })) {
        return 0;
    }
    remove(schema, "propertyNames");
    1
}

fn remove(schema: &mut Value, key: &str) -> Option<Value> {
    schema
        .as_object_mut()
        .and_then(|schema: &mut Object| schema.remove(key))
}
