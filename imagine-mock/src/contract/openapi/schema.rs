//! Lowers schemas of OpenAPI to JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use super::{ContractError, Node, union};

type Object = Map<String, Value>;

/// Keywords whose value is a schema.
const SCHEMAS: [&str; 5] = [
    "additionalProperties",
    "contains",
    "items",
    "not",
    "propertyNames",
];

/// Keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords whose value is a map of schemas.
const MAPS: [&str; 3] = ["$defs", "patternProperties", "properties"];

/// Keywords that constrain a value by themselves.
const ASSERTIONS: [&str; 23] = [
    "$ref",
    "const",
    "contentEncoding",
    "contentMediaType",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "type",
    "uniqueItems",
];

/// Keywords that other ones express in JSON Schema, or that only describe.
const ANNOTATIONS: [&str; 13] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Lowers a schema and all schemas in it. Rejects unknown keywords, which a validator would ignore.
pub(super) fn lower(node: &Node<'_>) -> Result<Value, ContractError> {
    if node.value.is_boolean() {
        return Ok(node.value.clone());
    }
    let mut lowered = Object::new();
    for (key, value) in node.object()? {
        let child = node.child(key, value);
        let value = match key.as_str() {
            key if SCHEMAS.contains(&key) => lower(&child)?,
            key if LISTS.contains(&key) => lower_list(node, key, &child)?,
            key if MAPS.contains(&key) => lower_map(&child)?,
            key if is_known(key) => value.clone(),
            other => return Err(node.error(format!("the keyword `{other}` is not supported"))),
        };
        lowered.insert(key.clone(), value);
    }
    // The name of an event, which is not part of its data, makes its variants exclusive.
    if lowered.contains_key("x-imagine-events")
        && let Some(variants) = lowered.remove("oneOf")
    {
        lowered.insert("anyOf".to_owned(), variants);
    }
    optional_in_one_direction(&mut lowered);
    add_aliases(&mut lowered);
    lower_exclusive(&mut lowered, "minimum", "exclusiveMinimum");
    lower_exclusive(&mut lowered, "maximum", "exclusiveMaximum");
    Ok(match lowered.remove("nullable") {
        Some(Value::Bool(true)) => allow_null(lowered),
        _ => lowered.into(),
    })
}

fn is_known(key: &str) -> bool {
    key.starts_with("x-") || ASSERTIONS.contains(&key) || ANNOTATIONS.contains(&key)
}

/// Lowers the parts of a schema. Variants get the condition of the discriminator.
fn lower_list(node: &Node<'_>, key: &str, list: &Node<'_>) -> Result<Value, ContractError> {
    let parts = list.value.as_array();
    let parts = parts.ok_or_else(|| list.error("must be a list"))?;
    let parts = parts.iter().enumerate().map(|(at, part)| {
        let part = list.child(&at.to_string(), part);
        let lowered = lower(&part)?;
        let condition = match key {
            "anyOf" | "oneOf" => union::condition(node, &part)?,
            _ => None,
        };
        Ok(match condition {
            Some(condition) => json!({"allOf": [lowered, condition]}),
            None => lowered,
        })
    });
    parts.collect()
}

fn lower_map(map: &Node<'_>) -> Result<Value, ContractError> {
    let members = map.object()?.iter();
    let members = members.map(|(name, schema)| {
        let schema = lower(&map.child(name, schema))?;
        Ok((name.clone(), schema))
    });
    members
        .collect::<Result<Object, ContractError>>()
        .map(Value::Object)
}

/// Requires no property that is sent in one direction only, because a schema applies to both.
fn optional_in_one_direction(schema: &mut Object) {
    let is_one_way = |name: &Value, properties: &Value| {
        let property = name.as_str().and_then(|name| properties.get(name));
        property
            .is_some_and(|property| is_set(property, "readOnly") || is_set(property, "writeOnly"))
    };
    let properties = schema.get("properties").cloned().unwrap_or_default();
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !is_one_way(name, &properties));
    }
}

fn is_set(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&true.into())
}

/// Adds a property for each alias. No name of such a property is required, because a service may use any.
fn add_aliases(schema: &mut Object) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut added = Object::new();
    let mut renamed = Vec::new();
    for (name, property) in properties.iter() {
        let aliases = property.get("x-aliases").and_then(Value::as_array);
        for alias in aliases.into_iter().flatten().filter_map(Value::as_str) {
            added.insert(alias.to_owned(), property.clone());
            renamed.push(name.clone());
        }
    }
    properties.extend(added);
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !renamed.iter().any(|renamed| name == renamed));
    }
}

/// Lowers an exclusive limit: a flag in OpenAPI 3.0, the limit itself in JSON Schema.
fn lower_exclusive(schema: &mut Object, limit: &str, exclusive: &str) {
    if !schema.get(exclusive).is_some_and(Value::is_boolean) {
        return;
    }
    if schema.remove(exclusive) == Some(true.into())
        && let Some(value) = schema.remove(limit)
    {
        schema.insert(exclusive.to_owned(), value);
    }
}

/// Allows null beside the type of a schema, or beside the schemas of its `allOf`.
fn allow_null(mut schema: Object) -> Value {
    if schema.contains_key("allOf") {
        schema.remove("type");
        return json!({"anyOf": [schema, {"type": "null"}]});
    }
    if let Some(Value::String(only)) = schema.get("type") {
        let types = json!([only, "null"]);
        schema.insert("type".to_owned(), types);
        if let Some(Value::Array(values)) = schema.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }
    schema.into()
}
