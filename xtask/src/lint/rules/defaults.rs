//! A default is documentation unless a hint has it sent, and nothing is sent by accident.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::{boolean, members, string, strings};
use crate::document::schema;
use crate::lint::Spec;
use crate::openapi::shapes::{OPERATION, PARAMETER, SCHEMA};

const SENT: &str = "x-imagine-send-default";

/// A default is a value that its schema allows.
pub(super) fn fitting(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec.each(&SCHEMA) {
        let Some(default) = node.value.get("default") else {
            continue;
        };
        if let Some(expected) = mismatch(spec, node.value, default) {
            let what = format!("the default `{default}` is not {expected}");
            let help = "help the default or the schema";
            found.push(Diagnostic::new(&node.location.key("default"), what, help));
        }
    }
    found
}

/// What is sent unless the caller says otherwise is written down as a single value.
pub(super) fn sent(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (location, property) in arguments(spec)
        .into_iter()
        .filter(|(_, property)| boolean(property, SENT))
    {
        let default = default(property);
        if !default.is_some_and(|default| {
            default.is_string() || default.is_number() || default.is_boolean()
        }) {
            let what = "it says that its default is sent, and has none that can be";
            let help =
                format!("add a `default` of text, a number, true or false, or take `{SENT}` out");
            found.push(Diagnostic::new(&location.key(SENT), what, help));
        }
    }
    found
}

/// A field that must be there and has a default is sent with it only where the specification says so.
pub(super) fn unsent(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let positional: Vec<&str> = spec
        .each(&OPERATION)
        .flat_map(|node| strings(node.value.get("x-imagine-args")))
        .collect();
    let mut found = Vec::new();
    for (location, property) in required(spec) {
        let name = location.pointer().rsplit('/').next().unwrap_or_default();
        let name = string(property, "name").unwrap_or(name);
        if default(property).is_some() && !boolean(property, SENT) && !positional.contains(&name) {
            let what =
                format!("`{name}` must be sent and has a default, and nothing says which is meant");
            let help = format!("add `{SENT}: true`, make it positional, or do not require it");
            found.push(Diagnostic::new(&location, what, help));
        }
    }
    found
}

/// All properties and parameters.
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

/// The default of a property, or of a parameter's schema.
fn default(property: &Value) -> Option<&Value> {
    let schema = property
        .get("schema")
        .filter(|_| property.get("in").is_some());
    schema.unwrap_or(property).get("default")
}

/// What a schema expects, where a value is something else.
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
        (Some(kind), _) => Some(format!("of the type `{kind}`")),
        (None, Some(values)) if !values.contains(value) => Some("among its values".to_owned()),
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
