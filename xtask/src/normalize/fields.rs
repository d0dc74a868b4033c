//! Renames properties to their Rust names.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, boolean, items_mut, members_mut, set, string};
use crate::openapi::lowered::{ARGUMENTS, IDENT, WIRE};
use crate::openapi::operation::Operation;
use crate::openapi::{names, operations, schema};

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

/// The methods of every builder; a setter needs another name.
const BUILDER_METHODS: [&str; 16] = [
    "from",
    "into_future",
    "into_request",
    "new",
    "request",
    "sampling",
    "send",
    "send_raw",
    "send_with_response",
    "with_extra_field",
    "with_extra_query",
    "with_field_omitted",
    "with_header",
    "with_idle_timeout",
    "with_max_retries",
    "with_timeout",
];

/// The field with the unknown fields of a response.
const EXTRA: &str = "extra";

/// Returns the further methods of the builder of an operation.
fn further_methods(operation: &Operation) -> Vec<&'static str> {
    let methods = [
        (operation.event.is_some(), &["stream"][..]),
        (operation.is_download(), &["download", "save_to"]),
        (operation.pagination.is_some(), &["all", "pages"]),
    ];
    let methods = methods.into_iter().filter(|(exist, _)| *exist);
    methods.flat_map(|(_, names)| names).copied().collect()
}

/// Renames arguments named like a method of builders, and fields named like the one for unknown fields.
pub(super) fn rename_reserved(doc: &mut Value) -> Result<usize, Diagnostic> {
    let arguments = arguments(doc)?;
    let mut renamed = 0;
    for (name, schema) in schema::each_mut(doc) {
        let further = arguments.get(name).cloned();
        let further = further.or(boolean(schema, "x-imagine-sampling").then(Vec::new));
        for (key, property) in members_mut(schema, "properties") {
            let rust = names::snake(string(property, "x-imagine-name").unwrap_or(key));
            let without_setter = ["x-imagine-stream-flag", "x-imagine-response-only"];
            let has_setter = !without_setter.iter().any(|key| boolean(property, key));
            let is_method = BUILDER_METHODS.contains(&rust.as_str())
                || further
                    .as_ref()
                    .is_some_and(|names| names.contains(&rust.as_str()));
            if further.is_some() && has_setter && is_method || rust == EXTRA {
                set(property, IDENT, format!("{rust}_"));
                renamed += 1;
            }
        }
    }
    Ok(renamed)
}

/// Returns the components with arguments, and the further methods of their builders.
fn arguments(doc: &Value) -> Result<BTreeMap<String, Vec<&'static str>>, Diagnostic> {
    let mut arguments = BTreeMap::new();
    for (site, node) in operations::all(doc)? {
        let further = further_methods(&Operation::read(site, node)?);
        let views = node.get("x-imagine-views").and_then(Value::as_array);
        let own = std::iter::once(node).chain(views.into_iter().flatten());
        let names = own.filter_map(|node| string(node, ARGUMENTS));
        arguments.extend(names.map(|name| (name.to_owned(), further.clone())));
    }
    Ok(arguments)
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
