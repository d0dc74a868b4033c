//! Nullable properties and described references.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::openapi::json::{Object, boolean, members_mut};
use crate::openapi::lower::null;
use crate::openapi::{schema, walk};

/// Makes nullable properties optional: null and absence both decode to `None`.
pub(super) fn nullable_is_optional(doc: &mut Value) -> Result<usize, Diagnostic> {
    let components = schema::components(doc).cloned().unwrap_or_default();
    let properties = schema::change_all(doc, |schema| relax(schema, &components));
    let components =
        schema::each_mut(doc).filter_map(|(_, schema)| schema.as_object_mut()?.remove("nullable"));
    Ok(properties + components.count())
}

fn relax(schema: &mut Value, components: &Object) -> usize {
    let mut relaxed = Vec::new();
    for (name, property) in members_mut(schema, "properties") {
        if schema::is_nullable(property, components) {
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

/// Replaces a union with null by the rest of the union and `nullable`.
pub(super) fn null_variants(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(null::null_variants(doc))
}

/// Replaces a union of one variant by the variant.
pub(super) fn single_variants(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(walk::change_schemas(doc, |schema| {
        ["anyOf", "oneOf"]
            .into_iter()
            .map(|key| null::single_variant(schema, key))
            .sum()
    }))
}

/// Drops null from the values of nullable enums; null is not a value of a type.
pub(super) fn drop_null_values(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(schema::change_all(doc, |schema| {
        let nullable = boolean(schema, "nullable");
        let Some(Value::Array(values)) = schema.get_mut("enum").filter(|_| nullable) else {
            return 0;
        };
        let before = values.len();
        values.retain(|value| !value.is_null());
        before - values.len()
    }))
}

/// Replaces a described reference by the reference.
pub(super) fn plain_references(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(schema::change_all(doc, |schema| {
        let described = schema.get("allOf").is_some() && !boolean(schema, "nullable");
        match schema::component(schema)
            .filter(|_| described)
            .map(schema::reference)
        {
            Some(reference) => {
                *schema = reference;
                1
            }
            None => 0,
        }
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::check_rule as check;

    #[test]
    fn a_nullable_property_becomes_optional() {
        let schema =
            json!({ "required": ["a", "b"], "properties": { "a": { "nullable": true }, "b": {} } });
        check(
            nullable_is_optional,
            schema,
            1,
            json!({ "required": ["b"], "properties": { "a": {}, "b": {} } }),
        );
    }

    #[test]
    fn a_reference_to_a_nullable_component_becomes_optional() {
        let reference = schema::reference("A");
        let schema =
            json!({ "nullable": true, "required": ["a"], "properties": { "a": reference } });
        check(
            nullable_is_optional,
            schema,
            2,
            json!({ "required": [], "properties": { "a": reference } }),
        );
    }

    #[test]
    fn drops_null_from_a_nullable_enum() {
        let values = |values: Value| json!({ "type": "string", "nullable": true, "enum": values });
        check(
            drop_null_values,
            values(json!(["a", null])),
            1,
            values(json!(["a"])),
        );
        let strict = json!({ "type": "string", "enum": ["a", null] });
        check(drop_null_values, strict.clone(), 0, strict);
    }

    #[test]
    fn a_described_reference_becomes_a_reference() {
        let reference = schema::reference("B");
        let schema =
            json!({ "properties": { "b": { "allOf": [reference], "description": "B." } } });
        check(
            plain_references,
            schema,
            1,
            json!({ "properties": { "b": reference } }),
        );
    }
}
