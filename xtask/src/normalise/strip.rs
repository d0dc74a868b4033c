//! Leaves of each schema what typify translates into the type that we want, and no more.

use serde_json::{Value, json};

use crate::error::Fault;
use crate::spec::schema::{self, Object, flag, is_enum};

const LIMITS: [&str; 14] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "uniqueItems",
];

/// Types written by hand stay names: their schemas never reach typify.
pub(super) fn replace_rust_types(doc: &mut Value) -> Result<usize, Fault> {
    let schemas = schema::components_mut(doc)
        .into_iter()
        .flat_map(|schemas| schemas.values_mut());
    let replaced = schemas
        .filter(|schema| schema.get("x-imagine-rust").is_some())
        .map(|schema| {
            *schema = json!({ "type": "object", "additionalProperties": false });
        });
    Ok(replaced.count())
}

/// A property that may be null is one that may be absent: both become `None`.
pub(super) fn nullable_is_optional(doc: &mut Value) -> Result<usize, Fault> {
    let whole = schema::components(doc).cloned().unwrap_or_default();
    let properties = schema::change_all(doc, |schema| relax(schema, &whole));
    let components = schema::components_mut(doc)
        .into_iter()
        .flat_map(|schemas| schemas.values_mut());
    Ok(properties
        + components
            .filter_map(|schema| schema.as_object_mut()?.remove("nullable"))
            .count())
}

fn relax(schema: &mut Value, whole: &Object) -> usize {
    let mut relaxed = Vec::new();
    for (name, property) in schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        if schema::is_nullable(property, whole) {
            property
                .as_object_mut()
                .and_then(|property| property.remove("nullable"));
            relaxed.push(name.clone());
        }
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !relaxed.iter().any(|relaxed| name == relaxed.as_str()));
    }
    relaxed.len()
}

/// A reference with a description is a reference.
pub(super) fn plain_references(doc: &mut Value) -> Result<usize, Fault> {
    let plain = |schema: &mut Value| match schema::component(schema).map(schema::reference) {
        Some(reference) if schema.get("allOf").is_some() && !flag(schema, "nullable") => {
            *schema = reference;
            1
        }
        _ => 0,
    };
    Ok(schema::change_all(doc, plain))
}

/// Typify always sends a property that has a default.
pub(super) fn drop_defaults(doc: &mut Value) -> Result<usize, Fault> {
    Ok(drop_members(doc, |key| key == "default"))
}

/// Typify picks other types by limits and formats, some of which panic or refuse to decode.
pub(super) fn drop_limits(doc: &mut Value) -> Result<usize, Fault> {
    Ok(drop_members(doc, |key| LIMITS.contains(&key)))
}

/// Typify makes a type of its own of a number or a boolean with a list of values.
pub(super) fn drop_constants(doc: &mut Value) -> Result<usize, Fault> {
    let drop = |schema: &mut Value| match schema {
        Value::Object(members)
            if members.contains_key("type") && !is_enum(&Value::Object(members.clone())) =>
        {
            usize::from(members.remove("enum").is_some())
        }
        _ => 0,
    };
    Ok(schema::change_all(doc, drop))
}

/// Answers keep unknown properties in a field of our own, and requests have `extra`.
pub(super) fn drop_open_objects(doc: &mut Value) -> Result<usize, Fault> {
    let drop = |schema: &mut Value| match schema {
        Value::Object(members) if has_properties(members) => {
            usize::from(members.remove("additionalProperties").is_some())
        }
        _ => 0,
    };
    Ok(schema::change_all(doc, drop))
}

/// Typify takes names from titles; texts and hints come back in the post-pass.
pub(super) fn drop_annotations(doc: &mut Value) -> Result<usize, Fault> {
    let known = [
        "deprecated",
        "description",
        "discriminator",
        "example",
        "externalDocs",
        "readOnly",
        "title",
        "writeOnly",
        "xml",
    ];
    Ok(drop_members(doc, |key| {
        known.contains(&key) || key.starts_with("x-")
    }))
}

/// We emit the operations ourselves: progenitor knows no forms, no streams and one answer each.
pub(super) fn drop_operations(doc: &mut Value) -> Result<usize, Fault> {
    let count = crate::spec::operations::all(doc)?.len();
    let schemas = schema::components(doc).cloned().unwrap_or_default();
    *doc = json!({
        "openapi": doc.get("openapi"),
        "info": doc.get("info"),
        "paths": {},
        "components": { "schemas": schemas },
    });
    Ok(count)
}

fn has_properties(members: &Object) -> bool {
    let properties = members.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| !properties.is_empty())
}

fn drop_members(doc: &mut Value, is_dropped: impl Fn(&str) -> bool) -> usize {
    schema::change_all(doc, |schema| {
        let Value::Object(members) = schema else {
            return 0;
        };
        let before = members.len();
        members.retain(|key, _| !is_dropped(key));
        before - members.len()
    })
}
