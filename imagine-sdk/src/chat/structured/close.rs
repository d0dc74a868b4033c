//! Makes a schema say all that a response may have.

use serde_json::{Map, Value};

use super::error::{Problem, SchemaError};

/// Keywords that stay as they are.
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

/// Keywords of which a schema must have one to say anything.
const SAYING: &[&str] = &["type", "enum", "const", "anyOf"];

/// Keywords that only annotate, or that an object is given anew.
const LEFT_OUT: &[&str] = &[
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
    let closed = closed(schema, "$")?;
    if is_of(&closed, "object") {
        return Ok(closed);
    }
    Err(SchemaError::new("$", Problem::NoObject))
}

fn closed(schema: Value, place: &str) -> Result<Map<String, Value>, SchemaError> {
    let Value::Object(schema) = schema else {
        return Err(SchemaError::new(place, Problem::Open));
    };
    let is_text = is_of(&schema, "string");
    let mut closed = Map::new();
    for (keyword, value) in schema {
        // An integer's width is a `format` too: an annotation, which some servers refuse.
        if keyword != "format" || is_text {
            closed.extend(member(keyword, value, place)?);
        }
    }
    if is_of(&closed, "object") || closed.contains_key("properties") {
        if closed.contains_key("anyOf") {
            return Err(SchemaError::new(place, Problem::Mixed));
        }
        seal(&mut closed);
    }
    if SAYING.iter().any(|keyword| closed.contains_key(*keyword)) {
        Ok(closed)
    } else {
        Err(SchemaError::new(place, Problem::Open))
    }
}

/// What becomes of one keyword.
fn member(
    keyword: String,
    value: Value,
    place: &str,
) -> Result<Option<(String, Value)>, SchemaError> {
    let items = || format!("{place}[]");
    let value = match keyword.as_str() {
        "properties" => each(value, place)?,
        "items" => closed(value, &items())?.into(),
        "prefixItems" => all(value, &items())?,
        "anyOf" => all(value, place)?,
        "oneOf" => return Ok(Some(("anyOf".to_owned(), all(value, place)?))),
        "$ref" => return Err(SchemaError::new(place, Problem::Recursive)),
        "additionalProperties" if value != false => {
            return Err(SchemaError::new(place, Problem::Open));
        }
        known if KEPT.contains(&known) => value,
        known if LEFT_OUT.contains(&known) => return Ok(None),
        _ => return Err(SchemaError::new(place, Problem::Unsupported(keyword))),
    };
    Ok(Some((keyword, value)))
}

/// Requires all fields of an object, and allows no others.
fn seal(object: &mut Map<String, Value>) {
    let fields = object.get("properties").and_then(Value::as_object);
    let names: Value = fields.into_iter().flat_map(Map::keys).cloned().collect();
    object.entry("type").or_insert_with(|| "object".into());
    object.insert("required".to_owned(), names);
    object.insert("additionalProperties".to_owned(), false.into());
}

/// Closes the schemas of fields.
fn each(fields: Value, place: &str) -> Result<Value, SchemaError> {
    let Value::Object(fields) = fields else {
        return Err(SchemaError::new(place, Problem::Open));
    };
    let closed = fields.into_iter().map(|(name, schema)| {
        let schema = closed(schema, &format!("{place}.{name}"))?;
        Ok((name, schema.into()))
    });
    closed.collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

/// Closes the schemas of a list.
fn all(schemas: Value, place: &str) -> Result<Value, SchemaError> {
    let Value::Array(schemas) = schemas else {
        return Err(SchemaError::new(place, Problem::Open));
    };
    let closed = schemas
        .into_iter()
        .map(|schema| Ok(closed(schema, place)?.into()));
    closed.collect::<Result<Vec<Value>, _>>().map(Value::Array)
}

/// Whether a schema is of this type, or of this and others.
fn is_of(schema: &Map<String, Value>, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => false,
    }
}
