//! Renames components to the names that typify gives their types.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, items_mut, set, string};
use crate::openapi::names::pascal;
use crate::openapi::operations;
use crate::openapi::schema;
use crate::openapi::walk;

/// Renames the components whose names are not those of types, and the references to them.
pub(super) fn rename(doc: &mut Value) -> Result<usize, Diagnostic> {
    let Some(schemas) = schema::components_mut(doc) else {
        return Ok(0);
    };
    let mut renamed = Object::new();
    let mut names = BTreeMap::new();
    for (name, schema) in std::mem::take(schemas) {
        let new = pascal(&name);
        if renamed.insert(new.clone(), schema).is_some() {
            return Err(Location::schema(&name).diagnostic(DiagnosticKind::NameTaken(new)));
        }
        if new != name {
            names.insert(name, new);
        }
    }
    *schemas = renamed;
    if names.is_empty() {
        return Ok(0);
    }
    walk::change_schemas(doc, |schema| redirect(schema, &names));
    operations::change_all(doc, |_, node| {
        let mut operation = Value::Object(std::mem::take(node));
        for view in items_mut(&mut operation, "x-imagine-views") {
            if let Some(new) = string(view, "response").and_then(|name| names.get(name)) {
                set(view, "response", new.as_str());
            }
        }
        *node = operation
            .as_object_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        Ok(0)
    })?;
    Ok(names.len())
}

fn redirect(schema: &mut Value, names: &BTreeMap<String, String>) -> usize {
    let target = string(schema, "$ref").and(schema::component(schema));
    let Some(new) = target.and_then(|name| names.get(name)) else {
        return 0;
    };
    *schema = schema::reference(new);
    1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn renames_components_and_references() {
        let mut doc = json!({ "components": { "schemas": {
            "URLInfo": { "type": "object" },
            "A": { "properties": { "b": { "allOf": [{ "$ref": "#/components/schemas/URLInfo" }] } } },
        } } });
        assert_eq!(rename(&mut doc).unwrap(), 1);
        let expected = json!({
            "UrlInfo": { "type": "object" },
            "A": { "properties": { "b": { "allOf": [{ "$ref": "#/components/schemas/UrlInfo" }] } } },
        });
        assert_eq!(doc["components"]["schemas"], expected);
    }

    #[test]
    fn rejects_components_of_one_name() {
        let mut doc = json!({ "components": { "schemas": { "URLInfo": {}, "UrlInfo": {} } } });
        let message = rename(&mut doc).unwrap_err().to_string();
        assert!(
            message
                .starts_with("#/components/schemas/UrlInfo: the name `UrlInfo` is defined twice"),
            "{message}"
        );
    }
}
