//! Small questions about a schema, and the one walk over its parts.

use serde_json::{Value, json};

use super::json::{Object, boolean, string, strings};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

const PREFIX: &str = "#/components/schemas/";

/// The component that a schema stands for: a plain `$ref`, or an `allOf` of nothing else.
pub(crate) fn component(schema: &Value) -> Option<&str> {
    match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) => referenced(only),
        _ => referenced(schema),
    }
}

/// A reference to a component.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{PREFIX}{name}") })
}

/// Whether a property of an object must be there.
pub(crate) fn is_required(object: &Value, property: &str) -> bool {
    strings(object.get("required")).contains(&property)
}

/// Whether a schema, or the component it stands for, allows null.
pub(crate) fn is_nullable(schema: &Value, components: &Object) -> bool {
    let named = component(schema).and_then(|name| components.get(name));
    boolean(schema, "nullable") || named.is_some_and(|named| boolean(named, "nullable"))
}

/// Whether a schema becomes a struct.
pub(crate) fn is_struct(schema: &Value) -> bool {
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    schema.get("properties").is_some() || (string(schema, "type") == Some("object") && closed)
}

/// Whether a schema becomes an enum.
pub(crate) fn is_enum(schema: &Value) -> bool {
    string(schema, "type") == Some("string") && schema.get("enum").is_some()
}

/// Whether a type that is written by hand stands for a schema.
pub(crate) fn is_by_hand(schema: &Value) -> bool {
    schema.get("x-imagine-rust").is_some()
}

/// The schemas that a schema consists of, with their locations.
pub(crate) fn parts<'a>(schema: &'a Value, location: &Location) -> Vec<(Location, &'a Value)> {
    let mut parts = Vec::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        let location = location.key(key);
        match (key.as_str(), value) {
            ("properties", Value::Object(named)) => {
                parts.extend(named.iter().map(|(name, part)| (location.key(name), part)));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                parts.extend(
                    list.iter()
                        .enumerate()
                        .map(|(at, part)| (location.key(at), part)),
                );
            }
            ("additionalProperties" | "items" | "not", Value::Object(_)) => {
                parts.push((location, value))
            }
            _ => {}
        }
    }
    parts
}

/// The schemas that a schema consists of, to be changed.
fn parts_mut(schema: &mut Value) -> Vec<&mut Value> {
    let mut parts = Vec::new();
    for (key, value) in schema.as_object_mut().into_iter().flatten() {
        match (key.as_str(), value) {
            ("properties", Value::Object(named)) => parts.extend(named.values_mut()),
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => parts.extend(list),
            ("additionalProperties" | "items" | "not", part @ Value::Object(_)) => parts.push(part),
            _ => {}
        }
    }
    parts
}

/// Changes a schema and all its parts, the parts first, and adds up what `apply` counts.
pub(crate) fn change(schema: &mut Value, apply: &mut impl FnMut(&mut Value) -> usize) -> usize {
    let inner: usize = parts_mut(schema)
        .into_iter()
        .map(|part| change(part, apply))
        .sum();
    inner + apply(schema)
}

/// The component schemas of a document.
pub(crate) fn components(doc: &Value) -> Option<&Object> {
    doc.pointer("/components/schemas")
        .and_then(Value::as_object)
}

/// The component schemas of a document, to be changed.
pub(crate) fn components_mut(doc: &mut Value) -> Option<&mut Object> {
    doc.pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
}

/// Every component with its name, to be changed.
pub(crate) fn each_mut(doc: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    components_mut(doc).into_iter().flatten()
}

/// Changes every schema of every component, and adds up what `apply` counts.
pub(crate) fn change_all(doc: &mut Value, mut apply: impl FnMut(&mut Value) -> usize) -> usize {
    each_mut(doc)
        .map(|(_, schema)| change(schema, &mut apply))
        .sum()
}

/// Adds a component; its name must be free.
pub(crate) fn add(
    doc: &mut Value,
    name: String,
    schema: Value,
    location: &Location,
) -> Result<(), Diagnostic> {
    let Some(schemas) = components_mut(doc) else {
        return Err(location.diagnostic(DiagnosticKind::Missing("components")));
    };
    if schemas.contains_key(&name) {
        return Err(location.diagnostic(DiagnosticKind::NameTaken(name)));
    }
    schemas.insert(name, schema);
    Ok(())
}

fn referenced(schema: &Value) -> Option<&str> {
    string(schema, "$ref")?.strip_prefix(PREFIX)
}
