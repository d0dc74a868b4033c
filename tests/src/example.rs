//! Requests with every documented field.

use imagine_mock::contract::{Definitions, OperationSpec, ParameterLocation};
use serde_json::{Map, Value, json};

/// The maximum depth of nested fields.
const MAX_DEPTH: usize = 6;

/// Returns an example of every field of a JSON body and of every query parameter of an operation, by name.
pub fn documented_fields(
    operation: &OperationSpec,
    definitions: &Definitions,
) -> Map<String, Value> {
    let payload = operation.payload.as_ref();
    let body = payload.filter(|payload| payload.media_type == "application/json");
    let body = body.map(|payload| definitions.properties(payload.schema.source()));
    let parameters = operation.parameters.iter();
    let query = parameters.filter(|parameter| parameter.location == ParameterLocation::Query);
    let query = query.map(|parameter| (parameter.name.as_str(), parameter.schema.source()));
    let is_sent = |schema: &Value| {
        let marks = [
            "x-imagine-stream-flag",
            "x-imagine-response-only",
            "readOnly",
        ];
        marks.iter().all(|mark| schema[*mark] != true)
    };
    let fields = body.into_iter().flatten().chain(query);
    fields
        .filter(|(_, schema)| is_sent(schema))
        .map(|(name, schema)| (name.to_owned(), example(schema, definitions, MAX_DEPTH)))
        .collect()
}

/// Returns the example or the default of a schema, or a value of its type with all fields.
fn example(schema: &Value, definitions: &Definitions, depth: usize) -> Value {
    let resolved = definitions.resolve(schema);
    let written = [schema, resolved].into_iter().find_map(|schema| {
        let written = schema.get("example").or_else(|| schema.get("default"))?;
        (!written.is_null()).then(|| written.clone())
    });
    if let Some(written) = written {
        return written;
    }
    if let Some(options) = resolved["enum"].as_array() {
        return options[0].clone();
    }
    let kind = match &resolved["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    match kind {
        Some("integer") => resolved.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        Some("number") => resolved
            .get("minimum")
            .cloned()
            .unwrap_or_else(|| json!(0.5)),
        Some("boolean") => json!(true),
        Some("array") if depth > 0 => json!([example(&resolved["items"], definitions, depth - 1)]),
        Some("array") => json!([]),
        Some("object") => {
            let fields = definitions
                .properties(resolved)
                .into_iter()
                .filter(|_| depth > 0);
            let fields = fields.map(|(name, schema)| {
                let value = example(schema, definitions, depth - 1);
                (name.to_owned(), value)
            });
            Value::Object(fields.collect())
        }
        _ => json!("https://example.com/a.png"),
    }
}
