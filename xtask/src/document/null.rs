//! Lowers null, which OpenAPI 3.1 has as a type and 3.0 as a flag, to the flag.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::json::{Object, boolean, set, string};
use super::schema::{self, component};
use super::walk;

/// A list of types is its one type, or a union; null among them is a flag.
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
        // Nothing but null is nothing that OpenAPI 3.0 can say.
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

/// Null among the values is a flag.
pub(crate) fn null_in_enum(schema: &mut Value) -> usize {
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return 0;
    };
    // Nothing but null is no list of values that may be null besides.
    if values.iter().all(Value::is_null) || !values.contains(&Value::Null) {
        return 0;
    }
    values.retain(|value| !value.is_null());
    set(schema, "nullable", true);
    1
}

/// Replaces null among the variants of every union by the flag; a single remaining variant replaces the union.
///
/// A null variant is `type: "null"` of OpenAPI 3.1, or the only form in which 3.0 allows null beside a reference:
/// a schema, or a reference to a component, whose one value is null.
pub(crate) fn null_variants(doc: &mut Value) -> usize {
    let components = schema::components(doc).into_iter().flatten();
    let null_components: BTreeSet<String> = components
        .filter(|(_, schema)| is_null_schema(schema))
        .map(|(name, _)| name.clone())
        .collect();
    walk::change_all(doc, &mut |schema| {
        ["anyOf", "oneOf"]
            .into_iter()
            .map(|key| null_variant(schema, key, &null_components))
            .sum()
    })
}

/// Replaces the type `null` by the flag on an enumeration of null.
pub(crate) fn null_type(schema: &mut Value) -> usize {
    if string(schema, "type") != Some("null") {
        return 0;
    }
    set(schema, "type", "string");
    set(schema, "nullable", true);
    set(schema, "enum", vec![Value::Null]);
    1
}

/// Whether a schema allows null and nothing else.
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
    let left = variants.clone();
    if let ([only], Some(members)) = (left.as_slice(), schema.as_object_mut()) {
        members.remove(key);
        absorb(members, only);
    }
    set(schema, "nullable", true);
    1
}

/// Makes a schema what its only variant is. What it says itself goes before.
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
    fn a_reference_to_a_null_component_is_the_flag() {
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
