//! Strips schemas to the keywords that typify translates to the intended types.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::openapi::json::{members, set, string};
use crate::openapi::operations;
use crate::openapi::schema::{self, is_by_hand, is_enum, is_struct};

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

/// Replaces the schemas of hand-written types by a placeholder; typify only needs their names.
pub(super) fn replace_rust_types(doc: &mut Value) -> Result<usize, Diagnostic> {
    let by_hand = schema::each_mut(doc).filter(|(_, schema)| is_by_hand(schema));
    let replaced = by_hand
        .map(|(_, schema)| *schema = json!({ "type": "object", "additionalProperties": false }));
    Ok(replaced.count())
}

/// Drops defaults: typify always sends a property with a default.
pub(super) fn drop_defaults(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| key == "default"))
}

/// Drops limits and formats: typify selects other types for them, some of which panic or fail to decode.
pub(super) fn drop_limits(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| LIMITS.contains(&key)))
}

/// Drops the values of numbers and booleans: typify generates a type for them.
pub(super) fn drop_constants(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, schema| {
        key == "enum" && !is_enum(schema)
    }))
}

/// Replaces the values of enums by numbered ones: typify fails if two values make one name. The emitter has its own
/// names.
pub(super) fn number_values(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(schema::change_all(doc, |schema| {
        if !is_enum(schema) {
            return 0;
        }
        let values = schema.get_mut("enum").and_then(Value::as_array_mut);
        for (at, value) in values.into_iter().flatten().enumerate() {
            *value = format!("v{at}").into();
        }
        1
    }))
}

/// Drops `additionalProperties` beside properties: responses keep unknown fields in `extra`, requests have extra
/// fields.
pub(super) fn drop_open_objects(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, schema| {
        key == "additionalProperties" && has_properties(schema)
    }))
}

/// Closes objects without properties: typify treats open ones as maps.
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

/// Drops the annotations that earlier rules added for the emitters.
pub(super) fn drop_marks(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| key.starts_with("x-lowered-")))
}

/// Drops annotations: typify derives names from titles. The emitters restore prose and extensions.
pub(super) fn drop_annotations(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(drop_members(doc, |key, _| {
        ANNOTATIONS.contains(&key) || key.starts_with("x-")
    }))
}

/// Drops the operations. The SDK generates its own client: progenitor supports no forms, no streams and one
/// response.
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
        let original = schema.clone();
        let Value::Object(members) = schema else {
            return 0;
        };
        members.retain(|key, _| !is_dropped(key, &original));
        original
            .as_object()
            .map_or(0, |original| original.len() - members.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_rule as check, component};

    #[test]
    fn replaces_a_hand_written_type_by_a_placeholder() {
        let schema = json!({ "oneOf": [], "x-imagine-rust": "crate::A" });
        check(
            replace_rust_types,
            schema,
            1,
            json!({ "type": "object", "additionalProperties": false }),
        );
    }

    #[test]
    fn drops_keywords_but_not_properties_of_the_same_name() {
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
    fn closes_an_open_object_with_properties_but_not_a_map() {
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
    fn closes_an_object_without_properties() {
        let empty =
            |closed| json!({ "type": "object", "properties": {}, "additionalProperties": closed });
        check(close_empty_objects, empty(true), 1, empty(false));
        let full = json!({ "type": "object", "properties": { "a": { "type": "object" } } });
        check(close_empty_objects, full.clone(), 0, full);
    }

    #[test]
    fn drops_prose_and_extensions() {
        let schema =
            json!({ "type": "string", "title": "T", "description": "D.", "x-imagine-python": [] });
        check(drop_annotations, schema, 3, json!({ "type": "string" }));
    }

    #[test]
    fn drop_marks_keeps_extensions() {
        let schema = json!({ "type": "string", "x-lowered-origin": "/a", "x-imagine-python": [] });
        let expected = json!({ "type": "string", "x-imagine-python": [] });
        check(drop_marks, schema, 1, expected);
    }

    #[test]
    fn drops_operations() {
        let mut doc = crate::testing::spec("{}");
        assert_eq!(drop_operations(&mut doc).unwrap(), 1);
        assert_eq!(doc["paths"], json!({}));
        assert_eq!(doc["components"]["schemas"]["Body"]["type"], "object");
    }
}
