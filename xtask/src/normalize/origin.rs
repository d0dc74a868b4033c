//! The original locations of schemas, independent of the rules that move them.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::Walk;
use crate::openapi::json::{set, string};
use crate::openapi::lowered::ORIGIN;
use crate::openapi::shapes::SCHEMA;

/// Marks every schema of a component or an argument with its location. Schemas inside responses are marked when they
/// get names: two responses must not differ only by their locations.
pub(super) fn mark(doc: &mut Value) -> Result<usize, Diagnostic> {
    let walk = Walk::over(doc);
    let schemas = walk.nodes.iter().filter(|node| node.is(&SCHEMA));
    let pointers = schemas.map(|node| node.location.pointer().to_owned());
    let pointers: Vec<String> = pointers
        .filter(|pointer| !pointer.contains("/responses/"))
        .collect();
    for pointer in &pointers {
        if let Some(schema) = doc.pointer_mut(pointer) {
            set(schema, ORIGIN, pointer.as_str());
        }
    }
    Ok(pointers.len())
}

/// Returns the original location of the value that is now at `location`.
pub(crate) fn origin(doc: &Value, location: &Location) -> Location {
    let mut origin = Location::default();
    let mut at = Some(doc);
    for key in location.keys() {
        at = at.and_then(|at| match at {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?),
            _ => at.get(&key),
        });
        origin = match at.and_then(|at| string(at, ORIGIN)) {
            Some(pointer) => Location::at(pointer),
            None => origin.key(key),
        };
    }
    origin.in_operation_of(location)
}

/// Moves a diagnostic to the original location of its value.
pub(crate) fn at_origin(diagnostic: Diagnostic, doc: &Value) -> Diagnostic {
    let location = origin(doc, &diagnostic.location);
    diagnostic.relocated(location)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing;

    #[test]
    fn a_moved_schema_keeps_its_original_location() {
        let mut doc = testing::spec(
            "{paths: {/ask: {post: {parameters: [{name: a, in: query, schema: {type: string}}]}}},
              components: {schemas: {Body: {properties: {b/c: {type: array, items: {type: string}}}}}}}",
        );
        assert_eq!(mark(&mut doc).unwrap(), 4);
        let body = doc["components"]["schemas"]["Body"]["properties"]["b/c"].take();
        let query = doc["paths"]["/ask"]["post"]["parameters"][0]["schema"].take();
        let moved = json!({ "components": { "schemas": { "New": { "properties": { "x": body, "y": query } } } } });
        let origin = |property: &str, key: &str| {
            let location = Location::schema("New")
                .key("properties")
                .key(property)
                .key(key);
            origin(&moved, &location.in_operation("ask")).to_string()
        };
        assert_eq!(
            origin("x", "items"),
            "#/components/schemas/Body/properties/b~1c/items (operation `ask`)"
        );
        assert_eq!(
            origin("y", "minimum"),
            "#/paths/~1ask/post/parameters/0/schema/minimum (operation `ask`)"
        );
        assert_eq!(
            origin("z", "type"),
            "#/components/schemas/New/properties/z/type (operation `ask`)"
        );
    }
}
