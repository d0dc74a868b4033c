//! Renames properties to their Rust names.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, items_mut, set, string};
use crate::openapi::lowered::WIRE;
use crate::openapi::schema;

/// Renames the properties of components with `x-imagine-name`.
pub(super) fn rename_properties(doc: &mut Value) -> Result<usize, Diagnostic> {
    schema::each_mut(doc)
        .map(|(name, schema)| rename_in(schema, &Location::schema(name)))
        .sum()
}

/// Returns the key of a property and stores its wire name in the property.
pub(super) fn rust_name(wire: &str, property: &mut Value) -> String {
    let Some(name) = string(property, "x-imagine-name").map(str::to_owned) else {
        return wire.to_owned();
    };
    set(property, WIRE, wire);
    name
}

fn rename_in(schema: &mut Value, location: &Location) -> Result<usize, Diagnostic> {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return Ok(0);
    };
    let mut renamed = Object::new();
    let mut renames = Vec::new();
    for (wire, mut property) in std::mem::take(properties) {
        let key = rust_name(&wire, &mut property);
        if renamed.insert(key.clone(), property).is_some() {
            return Err(location
                .key("properties")
                .key(wire)
                .diagnostic(DiagnosticKind::NameTaken(key)));
        }
        if key != wire {
            renames.push((wire, key));
        }
    }
    *properties = renamed;
    for required in items_mut(schema, "required") {
        if let Some((_, key)) = renames
            .iter()
            .find(|(wire, _)| required.as_str() == Some(wire))
        {
            *required = key.as_str().into();
        }
    }
    Ok(renames.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn renames_a_property_and_keeps_its_wire_name() {
        let property = json!({ "type": "string", "x-imagine-name": "since" });
        let mut doc = json!({ "components": { "schemas": {
            "A": { "required": ["from", "to"], "properties": { "from": property, "to": {} } },
        } } });
        assert_eq!(rename_properties(&mut doc).unwrap(), 1);
        let expected = json!({
            "required": ["since", "to"],
            "properties": { "since": { "type": "string", "x-imagine-name": "since", WIRE: "from" }, "to": {} },
        });
        assert_eq!(doc["components"]["schemas"]["A"], expected);
    }

    #[test]
    fn rejects_two_properties_with_one_name() {
        let mut doc = json!({ "components": { "schemas": {
            "A": { "properties": { "since": {}, "from": { "x-imagine-name": "since" } } },
        } } });
        let message = rename_properties(&mut doc).unwrap_err().to_string();
        assert_eq!(
            message,
            "#/components/schemas/A/properties/from: the name `since` is defined twice; `x-imagine-name` gives a field another name; rename anything else"
        );
    }
}
