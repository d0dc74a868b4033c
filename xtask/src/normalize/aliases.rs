//! Inlines components that have no type of their own.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, string};
use crate::openapi::schema::{self, is_by_hand, is_enum, is_struct, is_union};

/// Inlines every component that is a string, a number, a list or a map, because typify would wrap it in a struct.
pub(super) fn inline_aliases(doc: &mut Value) -> Result<usize, Diagnostic> {
    let aliases = take_aliases(doc);
    let mut latest = String::new();
    let mut count = 0;
    // Each round resolves one step of aliases of aliases.
    for _ in 0..=aliases.len() {
        match schema::change_all(doc, |schema| replace(schema, &aliases, &mut latest)) {
            0 => return Ok(count),
            replaced => count += replaced,
        }
    }
    Err(Location::schema(&latest).diagnostic(DiagnosticKind::Recursive(latest)))
}

fn take_aliases(doc: &mut Value) -> Object {
    let all = schema::components_mut(doc)
        .map(std::mem::take)
        .unwrap_or_default();
    let is_type = |schema: &Value| {
        is_by_hand(schema) || is_struct(schema) || is_enum(schema) || is_union(schema)
    };
    let (types, aliases): (Object, Object) =
        all.into_iter().partition(|(_, schema)| is_type(schema));
    if let Some(schemas) = schema::components_mut(doc) {
        *schemas = types;
    }
    aliases
}

fn replace(schema: &mut Value, aliases: &Object, latest: &mut String) -> usize {
    if let Some((name, alias)) =
        string(schema, "$ref").and_then(|_| aliases.get_key_value(schema::component(schema)?))
    {
        latest.clone_from(name);
        *schema = alias.clone();
        return 1;
    }
    unwrap(schema);
    0
}

/// Merges the description of a reference into the inlined schema.
fn unwrap(schema: &mut Value) {
    if schema::component(schema).is_some() {
        return;
    }
    let Some(Value::Array(parts)) = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("allOf"))
    else {
        return;
    };
    let siblings = schema.as_object().cloned().unwrap_or_default();
    let part = parts.into_iter().next().unwrap_or_default();
    let mut members = part.as_object().cloned().unwrap_or_default();
    members.extend(siblings);
    *schema = Value::Object(members);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inlined(schemas: Value) -> Result<(usize, Value), String> {
        let mut doc = json!({ "components": { "schemas": schemas } });
        let count = inline_aliases(&mut doc).map_err(|diagnostic| diagnostic.to_string())?;
        Ok((count, doc["components"]["schemas"].take()))
    }

    #[test]
    fn inlines_an_alias_of_an_alias() {
        let (count, schemas) = inlined(json!({
            "Name": { "type": "string", "description": "A name." },
            "Names": { "type": "array", "items": { "$ref": "#/components/schemas/Name" } },
            "A": { "properties": { "n": { "allOf": [{ "$ref": "#/components/schemas/Names" }], "description": "All." } } },
        }))
        .unwrap();
        assert_eq!(count, 2);
        let items = json!({ "type": "string", "description": "A name." });
        let names = json!({ "type": "array", "items": items, "description": "All." });
        assert_eq!(schemas, json!({ "A": { "properties": { "n": names } } }));
    }

    #[test]
    fn rejects_a_list_of_itself() {
        let message = inlined(json!({
            "Tree": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
            "A": { "properties": { "tree": { "$ref": "#/components/schemas/Tree" } } },
        }));
        let expected =
            "#/components/schemas/Tree: `Tree` refers to itself without an object in between";
        assert_eq!(message.unwrap_err(), expected);
    }
}
