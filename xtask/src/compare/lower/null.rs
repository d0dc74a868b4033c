//! Null, which OpenAPI 3.1 has as a type and 3.0 as a flag.

use serde_json::{Value, json};

use crate::spec::json::{Object, set};
use crate::spec::schema::component;

/// A list of types is its one type, or a union; null among them is a flag.
pub(super) fn type_lists(schema: &mut Value) -> usize {
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
pub(super) fn null_in_enum(schema: &mut Value) -> usize {
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

/// Null among the variants is a flag; a variant that is left alone is what the schema is.
pub(super) fn null_variants(schema: &mut Value) -> usize {
    ["anyOf", "oneOf"]
        .into_iter()
        .map(|key| null_variant(schema, key))
        .sum()
}

fn null_variant(schema: &mut Value, key: &str) -> usize {
    let Some(Value::Array(variants)) = schema.get_mut(key) else {
        return 0;
    };
    let is_null = |variant: &Value| variant.get("type") == Some(&json!("null"));
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
