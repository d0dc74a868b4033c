//! What may be null, and references that say more than where they lead.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::document::json::{Object, boolean, members_mut};
use crate::document::{null, schema};

/// A property that may be null is one that may be absent: both become `None`.
pub(super) fn nullable_is_optional(doc: &mut Value) -> Result<usize, Diagnostic> {
    let whole = schema::components(doc).cloned().unwrap_or_default();
    let properties = schema::change_all(doc, |schema| relax(schema, &whole));
    let components =
        schema::each_mut(doc).filter_map(|(_, schema)| schema.as_object_mut()?.remove("nullable"));
    Ok(properties + components.count())
}

fn relax(schema: &mut Value, whole: &Object) -> usize {
    let mut relaxed = Vec::new();
    for (name, property) in members_mut(schema, "properties") {
        if schema::is_nullable(property, whole) {
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

/// A union with null becomes the rest of it, with the flag that the other rules read.
pub(super) fn null_variants(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(null::null_variants(doc))
}

/// An enum that may be null has null among its values, which is a value of no type.
pub(super) fn null_is_no_value(doc: &mut Value) -> Result<usize, Diagnostic> {
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

/// A reference with a description is a reference.
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
    fn what_may_be_null_may_be_absent() {
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
    fn a_reference_to_what_may_be_null_may_be_absent() {
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
    fn null_is_no_value_of_an_enum() {
        let values = |values: Value| json!({ "type": "string", "nullable": true, "enum": values });
        check(
            null_is_no_value,
            values(json!(["a", null])),
            1,
            values(json!(["a"])),
        );
        let strict = json!({ "type": "string", "enum": ["a", null] });
        check(null_is_no_value, strict.clone(), 0, strict);
    }

    #[test]
    fn a_described_reference_is_a_reference() {
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
