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
    let all = values.len();
    values.retain(|value| !value.is_null());
    if values.len() == all || values.is_empty() {
        return 0;
    }
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
    let all = variants.len();
    variants.retain(|variant| variant.get("type") != Some(&json!("null")));
    let left = variants.clone();
    if left.len() == all || left.is_empty() {
        return 0;
    }
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
