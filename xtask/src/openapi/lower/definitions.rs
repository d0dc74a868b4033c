//! Lowers definitions and references.

use serde_json::{Value, json};

use crate::openapi::json::{Object, set, string};
use crate::openapi::schema::reference;
use crate::openapi::walk;

/// Moves the definitions of schemas to components, unless the name is taken.
pub(super) fn move_to_components(doc: &mut Value) -> usize {
    let known = doc.pointer("/components/schemas").cloned();
    let known = known.and_then(|known| known.as_object().cloned());
    let mut moved = Object::new();
    walk::change_schemas(doc, |schema| {
        take_definitions(schema, known.as_ref(), &mut moved);
        0
    });
    if moved.is_empty() {
        return 0;
    }
    let count = moved.len();
    put_in_components(doc, moved);
    walk::change_schemas(doc, redirect);
    count
}

/// Removes the definitions of a schema, unless a name is taken by another schema.
fn take_definitions(schema: &mut Value, known: Option<&Object>, moved: &mut Object) {
    let Some(Value::Object(own)) = schema.get("$defs").cloned() else {
        return;
    };
    let is_other = |name: &str, value: &Value| {
        let there = moved
            .get(name)
            .or_else(|| known.and_then(|known| known.get(name)));
        there.is_some_and(|there| there != value)
    };
    if own.iter().any(|(name, value)| is_other(name, value)) {
        return;
    }
    moved.extend(own);
    schema.as_object_mut().map(|schema| schema.remove("$defs"));
}

fn put_in_components(doc: &mut Value, moved: Object) {
    let Value::Object(doc) = doc else {
        return;
    };
    let components = doc.entry("components").or_insert_with(|| json!({}));
    if let Value::Object(components) = components {
        let schemas = components.entry("schemas").or_insert_with(|| json!({}));
        schemas
            .as_object_mut()
            .into_iter()
            .for_each(|schemas| schemas.extend(moved.clone()));
    }
}

/// Redirects a reference from a definition to its component.
fn redirect(schema: &mut Value) -> usize {
    let name = string(schema, "$ref").and_then(|target| target.split("/$defs/").nth(1));
    let Some(target) = name.map(reference) else {
        return 0;
    };
    if let Some(target) = string(&target, "$ref") {
        set(schema, "$ref", target);
    }
    1
}

/// Wraps a reference with siblings in an `allOf`, the only form in which OpenAPI 3.0 respects the siblings.
pub(super) fn reference_siblings(schema: &mut Value) -> usize {
    let Value::Object(members) = schema else {
        return 0;
    };
    if members.len() < 2 || members.contains_key("allOf") {
        return 0;
    }
    let Some(target) = members.remove("$ref") else {
        return 0;
    };
    members.insert("allOf".to_owned(), json!([{ "$ref": target }]));
    1
}
