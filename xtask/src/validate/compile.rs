//! Checks that a validator can compile the schemas.

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::schema;

/// Checks that every named schema is a valid JSON Schema. OpenAPI 3.0 is based on the fourth draft.
pub(crate) fn compiles(doc: &Value) -> Result<(), Diagnostic> {
    let schemas = schema::components(doc).into_iter().flatten();
    let references =
        schemas.map(|(name, _)| json!({ "$ref": format!("#/components/schemas/{name}") }));
    let references: Vec<Value> = references.collect();
    if references.is_empty() {
        return Ok(());
    }
    let document = json!({ "allOf": references, "components": doc.get("components") });
    let compiled = jsonschema::draft4::options().build(&document);
    compiled.map(drop).map_err(|error| {
        let location = Location::at(error.instance_path().as_str());
        let message = format!("this is not a valid JSON Schema: {error}");
        Diagnostic::new(&location, message, "fix the keyword, or remove it").with_code("schema")
    })
}
