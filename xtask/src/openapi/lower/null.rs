//! Lowers null, a type of OpenAPI 3.1, to `nullable` of 3.0.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::openapi::json::{Object, boolean, set, string};
use crate::openapi::schema::{self, component};
use crate::openapi::walk;

/// Replaces a list of types by its only type or a union; null becomes `nullable`.
pub(crate) fn type_lists(schema: &mut Value) -> usize {
    let Some(Value::Array(types)) = schema.get("type").cloned() else {
        return 0;
    };
    let rest: Vec<Value> = types
        .iter()
        .filter(|name| *name != "null")
        .cloned()
        .collect();
    if rest.len() < types.len() && !rest.is_empty() {
        set(schema, "nullable", true);
    }
    match rest.as_slice() {
        // OpenAPI 3.0 cannot express null alone.
        [] => set(schema, "type", "null"),
        [only] => set(schema, "type", only.clone()),
        several => {
            let variants: Vec<Value> = several.iter().map(|name| json!({ "type": name })).collect();
            set(schema, "anyOf", variants);
            schema.as_object_mut().map(|schema| schema.remove("type"));
        }
    }
    1
}

/// Replaces null among enum values by `nullable`.
pub(crate) fn null_in_enum(schema: &mut Value) -> usize {
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return 0;
    };
    // An enum of null alone stays.
    if values.iter().all(Value::is_null) || !values.contains(&Value::Null) {
        return 0;
    }
    values.retain(|value| !value.is_null());
    set(schema, "nullable", true);
    1
}

/// Replaces null among the variants of every union by `nullable`; a single remaining variant replaces the union.
///
/// A null variant is `type: "null"` of OpenAPI 3.1, or the only form in which 3.0 allows null beside a reference: a
/// schema, or a reference to a component, whose only value is null.
pub(crate) fn null_variants(doc: &mut Value) -> usize {
    let components = schema::components(doc).into_iter().flatten();
    let null_components: BTreeSet<String> = components
        .filter(|(_, schema)| is_null_schema(schema))
        .map(|(name, _)| name.clone())
        .collect();
    walk::change_schemas(doc, |schema| {
        ["anyOf", "oneOf"]
            .into_iter()
            .map(|key| null_variant(schema, key, &null_components))
            .sum()
    })
}

/// Replaces the type `null` by a nullable enum of null.
pub(crate) fn null_type(schema: &mut Value) -> usize {
    if string(schema, "type") != Some("null") {
        return 0;
    }
    set(schema, "type", "string");
    set(schema, "nullable", true);
    set(schema, "enum", vec![Value::Null]);
    1
}

/// Returns true if a schema allows only null.
pub(crate) fn is_null_schema(schema: &Value) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    let only_null =
        values.is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_null));
    match string(schema, "type") {
        Some("null") => true,
        Some(_) => only_null && boolean(schema, "nullable"),
        None => only_null,
    }
}

fn null_variant(schema: &mut Value, key: &str, null_components: &BTreeSet<String>) -> usize {
    let Some(Value::Array(variants)) = schema.get_mut(key) else {
        return 0;
    };
    let is_null = |variant: &Value| {
        is_null_schema(variant)
            || component(variant).is_some_and(|name| null_components.contains(name))
    };
    if variants.iter().all(is_null) || !variants.iter().any(is_null) {
        return 0;
    }
    variants.retain(|variant| !is_null(variant));
    single_variant(schema, key);
    set(schema, "nullable", true);
    1
}

/// Replaces a union by its only variant.
pub(crate) fn single_variant(schema: &mut Value, key: &str) -> usize {
    let variants = schema.get(key).and_then(Value::as_array).cloned();
    if let (Some([only]), Some(members)) = (variants.as_deref(), schema.as_object_mut()) {
        members.remove(key);
        absorb(members, only);
        return 1;
    }
    0
}

/// Replaces a schema by its only variant. The schema's own members win.
fn absorb(schema: &mut Object, only: &Value) {
    if component(only).is_some() {
        schema.insert("allOf".to_owned(), json!([only]));
        return;
    }
    for (key, value) in only.as_object().into_iter().flatten() {
        schema.entry(key).or_insert_with(|| value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_null_component_becomes_nullable() {
        let reference = json!({ "$ref": "#/components/schemas/Other" });
        let mut doc = json!({ "components": { "schemas": {
            "Null": { "type": "string", "nullable": true, "enum": [null] },
            "A": { "anyOf": [reference, { "$ref": "#/components/schemas/Null" }], "description": "A." },
            "B": { "anyOf": [{ "type": "string" }, { "type": "integer" }, { "enum": [null] }] },
        } } });
        assert_eq!(null_variants(&mut doc), 2);
        let schemas = &doc["components"]["schemas"];
        let expected = json!({ "allOf": [reference], "nullable": true, "description": "A." });
        assert_eq!(schemas["A"], expected);
        let union = json!([{ "type": "string" }, { "type": "integer" }]);
        assert_eq!(schemas["B"], json!({ "anyOf": union, "nullable": true }));
    }
}
