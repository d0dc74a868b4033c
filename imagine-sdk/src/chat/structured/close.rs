//! Closes a schema, so that it describes everything a response may contain.

use serde_json::{Map, Value};

use super::error::{Problem, SchemaError};

/// Keywords that are kept unchanged.
const KEPT: &[&str] = &[
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "title",
    "description",
];

/// Constraining keywords. A schema must have at least one of them.
const CONSTRAINING: &[&str] = &["type", "enum", "const", "anyOf"];

/// Keywords that are removed: annotations, and those that are set anew for objects.
const REMOVED: &[&str] = &[
    "required",
    "additionalProperties",
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "definitions",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Closes the schema of a response.
pub(super) fn close(schema: Value) -> Result<Map<String, Value>, SchemaError> {
    let closed = close_schema(schema, "$")?;
    if is_of(&closed, "object") {
        return Ok(closed);
    }
    Err(SchemaError::new("$", Problem::NotAnObject))
}

fn close_schema(schema: Value, location: &str) -> Result<Map<String, Value>, SchemaError> {
    let Value::Object(schema) = schema else {
        return Err(SchemaError::new(location, Problem::Unconstrained));
    };
    let is_string = is_of(&schema, "string");
    let mut closed = Map::new();
    for (keyword, value) in schema {
        // The `format` of an integer is its width. It is an annotation, and some servers reject it.
        if keyword != "format" || is_string {
            closed.extend(close_keyword(keyword, value, location)?);
        }
    }
    if is_of(&closed, "object") || closed.contains_key("properties") {
        if closed.contains_key("anyOf") {
            return Err(SchemaError::new(location, Problem::Mixed));
        }
        close_object(&mut closed);
    }
    if CONSTRAINING
        .iter()
        .any(|keyword| closed.contains_key(*keyword))
    {
        Ok(closed)
    } else {
        Err(SchemaError::new(location, Problem::Unconstrained))
    }
}

/// Closes the value of a keyword. Returns `None` for keywords that are removed.
fn close_keyword(
    keyword: String,
    value: Value,
    location: &str,
) -> Result<Option<(String, Value)>, SchemaError> {
    let items = || format!("{location}[]");
    let value = match keyword.as_str() {
        "properties" => close_properties(value, location)?,
        "items" => close_schema(value, &items())?.into(),
        "prefixItems" => close_list(value, &items())?,
        "anyOf" => close_list(value, location)?,
        "oneOf" => return Ok(Some(("anyOf".to_owned(), close_list(value, location)?))),
        "$ref" => return Err(SchemaError::new(location, Problem::Recursive)),
        "additionalProperties" if value != false => {
            return Err(SchemaError::new(location, Problem::Unconstrained));
        }
        known if KEPT.contains(&known) => value,
        known if REMOVED.contains(&known) => return Ok(None),
        _ => return Err(SchemaError::new(location, Problem::Unsupported(keyword))),
    };
    Ok(Some((keyword, value)))
}

/// Requires all properties of an object, and forbids all others.
fn close_object(object: &mut Map<String, Value>) {
    let fields = object.get("properties").and_then(Value::as_object);
    let names: Value = fields.into_iter().flat_map(Map::keys).cloned().collect();
    object.entry("type").or_insert_with(|| "object".into());
    object.insert("required".to_owned(), names);
    object.insert("additionalProperties".to_owned(), false.into());
}

/// Closes the schemas of properties.
fn close_properties(fields: Value, location: &str) -> Result<Value, SchemaError> {
    let Value::Object(fields) = fields else {
        return Err(SchemaError::new(location, Problem::Unconstrained));
    };
    let closed = fields.into_iter().map(|(name, schema)| {
        let schema = close_schema(schema, &format!("{location}.{name}"))?;
        Ok((name, schema.into()))
    });
    closed.collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

/// Closes the schemas in a list.
fn close_list(schemas: Value, location: &str) -> Result<Value, SchemaError> {
    let Value::Array(schemas) = schemas else {
        return Err(SchemaError::new(location, Problem::Unconstrained));
    };
    let closed = schemas
        .into_iter()
        .map(|schema| Ok(close_schema(schema, location)?.into()));
    closed.collect::<Result<Vec<Value>, _>>().map(Value::Array)
}

/// Returns true if a schema allows this type.
fn is_of(schema: &Map<String, Value>, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => false,
    }
}
