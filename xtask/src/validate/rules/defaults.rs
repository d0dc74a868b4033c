//! Rules for defaults: a default is documentation unless an extension makes the SDK send it.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::{boolean, members, string, strings};
use crate::openapi::schema;
use crate::openapi::shapes::{OPERATION, PARAMETER, SCHEMA};
use crate::validate::spec::Spec;

const SENT: &str = "x-imagine-send-default";

/// A default must match its schema.
pub(super) fn matching(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec.each(&SCHEMA) {
        let Some(default) = node.value.get("default") else {
            continue;
        };
        if let Some(expected) = mismatch(spec, node.value, default) {
            let message = format!("the default `{default}` is not {expected}");
            let help = "fix the default or the schema";
            found.push(Diagnostic::new(
                &node.location.key("default"),
                message,
                help,
            ));
        }
    }
    found
}

/// A default that the SDK sends must be a string, a number or a boolean.
pub(super) fn sent(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (location, property) in arguments(spec)
        .into_iter()
        .filter(|(_, property)| boolean(property, SENT))
    {
        let default = default(property);
        if let Some(expected) =
            default.and_then(|default| mismatch(spec, schema_of(property), default))
        {
            let message = format!("the default that is sent is not {expected}");
            let help = "fix the default or the schema";
            found.push(Diagnostic::new(&location.key("default"), message, help));
        } else if !default.is_some_and(|default| {
            default.is_string() || default.is_number() || default.is_boolean()
        }) {
            let message =
                "the default is sent but is missing or not a string, a number or a boolean";
            let help = format!("add a `default`, or remove `{SENT}`");
            found.push(Diagnostic::new(&location.key(SENT), message, help));
        }
    }
    found
}

/// A required field with a default must specify whether the SDK sends the default.
pub(super) fn unsent(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let args: Vec<&str> = spec
        .each(&OPERATION)
        .flat_map(|node| strings(node.value.get("x-imagine-args")))
        .collect();
    let mut found = Vec::new();
    for (location, property) in required(spec) {
        let name = location.pointer().rsplit('/').next().unwrap_or_default();
        let name = string(property, "name").unwrap_or(name);
        if default(property).is_some() && !boolean(property, SENT) && !args.contains(&name) {
            let message = format!("`{name}` is required and has a default that is not sent");
            let help =
                format!("add `{SENT}: true`, list it in `x-imagine-args`, or make it optional");
            found.push(Diagnostic::new(&location, message, help));
        }
    }
    found
}

/// Returns all properties and parameters.
fn arguments<'a>(spec: &Spec<'a>) -> Vec<(Location, &'a Value)> {
    let parameters = spec
        .each(&PARAMETER)
        .map(|node| (node.location.clone(), node.value));
    let objects = spec.each(&SCHEMA);
    let properties = objects.flat_map(|node| {
        let location = node.location.key("properties");
        members(node.value, "properties")
            .map(move |(name, property)| (location.key(name), property))
    });
    parameters.chain(properties).collect()
}

fn required<'a>(spec: &Spec<'a>) -> Vec<(Location, &'a Value)> {
    let parameters = spec
        .each(&PARAMETER)
        .filter(|node| boolean(node.value, "required"));
    let parameters = parameters.map(|node| (node.location.clone(), node.value));
    let objects = spec.each(&SCHEMA);
    let properties = objects.flat_map(|node| {
        let location = node.location.key("properties");
        let required = members(node.value, "properties")
            .filter(|(name, _)| schema::is_required(node.value, name));
        required.map(move |(name, property)| (location.key(name), property))
    });
    parameters.chain(properties).collect()
}

/// Returns the default of a property, or of a parameter's schema.
fn default(property: &Value) -> Option<&Value> {
    schema_of(property).get("default")
}

fn schema_of(property: &Value) -> &Value {
    let schema = property
        .get("schema")
        .filter(|_| property.get("in").is_some());
    schema.unwrap_or(property)
}

/// Describes the expected value if a schema does not allow the value.
fn mismatch(spec: &Spec<'_>, schema: &Value, value: &Value) -> Option<String> {
    let named = schema::component(schema)
        .and_then(|name| schema::components(spec.doc)?.get(name))
        .unwrap_or(schema);
    let nullable = boolean(schema, "nullable") && value.is_null();
    let kind = string(named, "type").filter(|kind| !nullable && !is_of(kind, value));
    let listed = named.get("enum").and_then(Value::as_array);
    let limit = |key: &str| named.get(key).and_then(Value::as_f64);
    let number = value.as_f64();
    let below = number
        .zip(limit("minimum"))
        .is_some_and(|(number, min)| number < min);
    let above = number
        .zip(limit("maximum"))
        .is_some_and(|(number, max)| number > max);
    match (kind, listed) {
        (Some(kind), _) => Some(format!("of type `{kind}`")),
        (None, Some(values)) if !values.contains(value) => Some("one of its values".to_owned()),
        _ if below || above => Some("within its limits".to_owned()),
        _ => None,
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        _ => true,
    }
}
