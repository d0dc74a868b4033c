//! Leaves of each schema what typify translates into the type that we want, and no more.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::document::json::{members, set, string};
use crate::document::operations;
use crate::document::schema::{self, is_by_hand, is_enum, is_struct};

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

const ANNOTATIONS: [&str; 9] = [
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

/// Types written by hand stay names: their schemas never reach typify.
pub(super) fn replace_rust_types(doc: &mut Value) -> Result<usize, Diagnostic> {
    let by_hand = schema::each_mut(doc).filter(|(_, schema)| is_by_hand(schema));
    let replaced = by_hand
        .map(|(_, schema)| *schema = json!({ "type": "object", "additionalProperties": false }));
    Ok(replaced.count())
}

/// Typify always sends a property that has a default.
pub(super) fn drop_defaults(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| key == "default"))
}

/// Typify picks other types by limits and formats, some of which panic or refuse to decode.
pub(super) fn drop_limits(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| LIMITS.contains(&key)))
}

/// Typify makes a type of its own of a number or a boolean with a list of values.
pub(super) fn drop_constants(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, schema| {
        key == "enum" && !is_enum(schema)
    }))
}

/// Answers keep unknown properties in a field of our own, and requests have `extra`.
pub(super) fn drop_open_objects(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, schema| {
        key == "additionalProperties" && has_properties(schema)
    }))
}

/// Typify takes an object without properties for a map, unless it is closed.
pub(super) fn close_empty_objects(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(schema::change_all(doc, |schema| {
        let empty = is_struct(schema) && !has_properties(schema);
        if empty {
            set(schema, "additionalProperties", false);
        }
        usize::from(empty)
    }))
}

fn has_properties(schema: &Value) -> bool {
    members(schema, "properties").next().is_some()
}

/// What the rules before left for the post-pass is nothing that was written.
pub(super) fn drop_marks(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| key.starts_with("x-lowered-")))
}

/// Typify takes names from titles; texts and hints come back in the post-pass.
pub(super) fn drop_annotations(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| {
        ANNOTATIONS.contains(&key) || key.starts_with("x-")
    }))
}

/// We emit the operations ourselves: progenitor knows no forms, no streams and one response each.
pub(super) fn drop_operations(doc: &mut Value) -> Result<usize, Diagnostic> {
    let count = operations::all(doc)?.len();
    *doc = json!({
        "openapi": string(doc, "openapi"),
        "info": { "title": "", "version": "" },
        "paths": {},
        "components": { "schemas": schema::components(doc) },
    });
    Ok(count)
}

fn drop_members(doc: &mut Value, is_dropped: impl Fn(&str, &Value) -> bool) -> usize {
    schema::change_all(doc, |schema| {
        let whole = schema.clone();
        let Value::Object(members) = schema else {
            return 0;
        };
        members.retain(|key, _| !is_dropped(key, &whole));
        whole
            .as_object()
            .map_or(0, |whole| whole.len() - members.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_rule as check, component};

    #[test]
    fn a_type_written_by_hand_is_a_placeholder() {
        let schema = json!({ "oneOf": [], "x-imagine-rust": "crate::A" });
        check(
            replace_rust_types,
            schema,
            1,
            json!({ "type": "object", "additionalProperties": false }),
        );
    }

    #[test]
    fn defaults_limits_and_constants_go_but_not_the_properties_of_their_names() {
        let all = json!({
            "type": "object",
            "properties": {
                "default": { "type": "integer", "default": 1, "minimum": 0, "format": "int32", "enum": [1, 2] },
                "enum": { "type": "string", "enum": ["a"] },
            },
        });
        let strings = json!({ "type": "string", "enum": ["a"] });
        let mut doc = component(all);
        assert_eq!(drop_defaults(&mut doc).unwrap(), 1);
        assert_eq!(drop_limits(&mut doc).unwrap(), 2);
        assert_eq!(drop_constants(&mut doc).unwrap(), 1);
        let expected = json!({ "default": { "type": "integer" }, "enum": strings });
        assert_eq!(doc["components"]["schemas"]["A"]["properties"], expected);
    }

    #[test]
    fn an_open_object_with_properties_is_closed_and_a_map_stays() {
        let map = json!({ "type": "object", "additionalProperties": true });
        let schema = json!({ "properties": { "map": map }, "additionalProperties": true });
        check(
            drop_open_objects,
            schema,
            1,
            json!({ "properties": { "map": map } }),
        );
    }

    #[test]
    fn an_object_without_properties_is_closed() {
        let empty =
            |closed| json!({ "type": "object", "properties": {}, "additionalProperties": closed });
        check(close_empty_objects, empty(true), 1, empty(false));
        let full = json!({ "type": "object", "properties": { "a": { "type": "object" } } });
        check(close_empty_objects, full.clone(), 0, full);
    }

    #[test]
    fn texts_and_hints_go() {
        let schema =
            json!({ "type": "string", "title": "T", "description": "D.", "x-imagine-python": [] });
        check(drop_annotations, schema, 3, json!({ "type": "string" }));
    }

    #[test]
    fn marks_go_and_hints_stay() {
        let schema = json!({ "type": "string", "x-lowered-origin": "/a", "x-imagine-python": [] });
        let expected = json!({ "type": "string", "x-imagine-python": [] });
        check(drop_marks, schema, 1, expected);
    }

    #[test]
    fn operations_go() {
        let mut doc = crate::testing::spec("{}");
        assert_eq!(drop_operations(&mut doc).unwrap(), 1);
        assert_eq!(doc["paths"], json!({}));
        assert_eq!(doc["components"]["schemas"]["Body"]["type"], "object");
    }
}
