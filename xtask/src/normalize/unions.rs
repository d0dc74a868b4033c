//! Unions: marks for the emitters, and unions that are no types of their own.

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::{Object, boolean, set, string, strings};
use crate::openapi::lowered::VARIANT;
use crate::openapi::shapes::SCHEMA;
use crate::openapi::unions::{Union, is_constraint};
use crate::openapi::{Walk, schema, walk};

/// Marks the variants of unions with their names and tags, and moves null from variants to their union.
pub(super) fn mark_variants(doc: &mut Value) -> Result<usize, Diagnostic> {
    let none = Object::new();
    let components = schema::components(doc).unwrap_or(&none);
    let mut marked: Vec<(Location, &str, Vec<Value>, bool)> = Vec::new();
    let walk = Walk::over(doc);
    let by_hand = walk
        .each(&SCHEMA)
        .filter(|node| schema::is_by_hand(node.value));
    let by_hand: Vec<String> = by_hand
        .map(|node| format!("{}/", node.location.pointer()))
        .collect();
    for node in walk.each(&SCHEMA) {
        let Some((key, variants)) = schema::variants(node.value) else {
            continue;
        };
        let within = format!("{}/", node.location.pointer());
        if by_hand.iter().any(|by_hand| within.starts_with(by_hand)) || is_constraint(variants) {
            continue;
        }
        let union = Union::read(node.value, variants, components, &node.location)?;
        let is_null = variants.iter().any(|variant| boolean(variant, "nullable"));
        let variants = variants.iter().zip(union.variants);
        let variants = variants.map(|(variant, read)| {
            let mark = json!({ "name": read.name, "tag": union.tag, "tags": read.tags });
            with_mark(variant, mark)
        });
        marked.push((node.location.clone(), key, variants.collect(), is_null));
    }
    let count = marked.len();
    // The walk finds a schema before its subschemas, whose marks must not be lost.
    for (location, key, variants, is_null) in marked {
        let Some(schema) = doc.pointer_mut(location.pointer()) else {
            continue;
        };
        set(schema, key, variants);
        if is_null {
            set(schema, "nullable", true);
        }
    }
    Ok(count)
}

/// Marks a variant. A reference, which has no other members, is wrapped.
fn with_mark(variant: &Value, mark: Value) -> Value {
    let mut variant = match string(variant, "$ref") {
        Some(_) => json!({ "allOf": [variant] }),
        None => variant.clone(),
    };
    if let Value::Object(members) = &mut variant {
        members.remove("nullable");
    }
    set(&mut variant, VARIANT, mark);
    variant
}

/// Drops unions that only list required properties: the object beside them is the type.
pub(super) fn drop_constraints(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(walk::change_schemas(doc, |schema| {
        let found = schema::variants(schema).filter(|(_, variants)| is_constraint(variants));
        let key = found.map(|(key, _)| key);
        let removed = key.and_then(|key| schema.as_object_mut()?.remove(key));
        removed.into_iter().count()
    }))
}

/// Replaces a union of strings by one enum, which accepts other strings too.
pub(super) fn merge_strings(doc: &mut Value) -> Result<usize, Diagnostic> {
    let components = schema::components(doc).cloned().unwrap_or_default();
    Ok(walk::change_schemas(doc, |schema| {
        let Some((key, variants)) = schema::variants(schema).filter(|_| schema::is_union(schema))
        else {
            return 0;
        };
        let resolved = variants.iter().map(|variant| {
            let named = schema::component(variant).and_then(|name| components.get(name));
            named.unwrap_or(variant)
        });
        let resolved: Vec<&Value> = resolved.collect();
        let is_string = |schema: &&Value| {
            string(schema, "type") == Some("string") && !schema::is_by_hand(schema)
        };
        if !resolved.iter().all(is_string) {
            return 0;
        }
        let enums: Vec<usize> = (0..resolved.len())
            .filter(|at| resolved.get(*at).is_some_and(|one| schema::is_enum(one)))
            .collect();
        let only = match enums.as_slice() {
            [only] => variants.get(*only).cloned(),
            _ => None,
        };
        let mut values: Vec<&str> = Vec::new();
        for value in resolved.iter().flat_map(|one| strings(one.get("enum"))) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let merged = match (only, values.is_empty()) {
            (Some(only), _) => only,
            (None, true) => json!({ "type": "string" }),
            (None, false) => json!({ "type": "string", "enum": values }),
        };
        if let (Value::Object(members), Value::Object(mut merged)) = (schema, merged) {
            merged.remove(VARIANT);
            members.remove(key);
            for (name, value) in merged {
                members.entry(name).or_insert(value);
            }
        }
        1
    }))
}

/// Replaces a union by an object with a property per variant: typify finds the types of the variants, and the emitter
/// makes an enum of them.
pub(super) fn variants_as_fields(doc: &mut Value) -> Result<usize, Diagnostic> {
    let unions = schema::each_mut(doc).filter(|(_, schema)| schema::is_union(schema));
    let replaced = unions.map(|(_, schema)| {
        let (_, variants) = schema::variants(schema).unwrap_or(("", NO_VARIANTS));
        let properties: Object = variants
            .iter()
            .enumerate()
            .map(|(at, variant)| (field(at), variant.clone()))
            .collect();
        let required: Vec<&String> = properties.keys().collect();
        *schema = json!({
            "type": "object",
            "required": required,
            "properties": properties,
            "additionalProperties": false,
        });
    });
    Ok(replaced.count())
}

const NO_VARIANTS: &Vec<Value> = &Vec::new();

/// Returns the name of the field that stands for a variant.
pub(crate) fn field(at: usize) -> String {
    format!("v{at}")
}
