//! An example of a response, derived from its schema.

use serde_json::{Map, Number, Value};

use super::error::{Problem, SchemaError};

/// Derives an instance of a closed schema.
///
/// # Errors
///
/// Fails if the schema has a string with a pattern, or limits that exclude each other.
pub(super) fn example(schema: &Map<String, Value>) -> Result<Value, SchemaError> {
    instance(schema, "$")
}

fn instance(schema: &Map<String, Value>, location: &str) -> Result<Value, SchemaError> {
    if let Some(value) = schema.get("const") {
        return Ok(value.clone());
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        let value = values.iter().find(|value| !value.is_null());
        return value
            .or_else(|| values.first())
            .cloned()
            .ok_or_else(|| none(location, "has no allowed value"));
    }
    if let Some(Value::Array(variants)) = schema.get("anyOf") {
        return any_of(variants, location);
    }
    match kind(schema) {
        "object" => object(schema, location),
        "array" => array(schema, location),
        "string" => string(schema, location),
        "integer" | "number" => number(schema, location),
        "boolean" => Ok(true.into()),
        _ => Ok(Value::Null),
    }
}

/// Returns the type. Of several, `null` is the least useful example.
fn kind(schema: &Map<String, Value>) -> &str {
    let several = match schema.get("type") {
        Some(Value::String(only)) => return only,
        Some(Value::Array(several)) => several.as_slice(),
        _ => &[],
    };
    let mut kinds = several.iter().filter_map(Value::as_str);
    kinds.find(|kind| *kind != "null").unwrap_or("null")
}

/// Returns an instance of the first variant that has one and is not `null`.
fn any_of(variants: &[Value], location: &str) -> Result<Value, SchemaError> {
    let mut failure = none(location, "has no variant");
    let mut null = None;
    for variant in variants.iter().filter_map(Value::as_object) {
        match instance(variant, location) {
            Ok(Value::Null) => null = Some(Value::Null),
            Ok(value) => return Ok(value),
            Err(error) => failure = error,
        }
    }
    null.ok_or(failure)
}

fn object(schema: &Map<String, Value>, location: &str) -> Result<Value, SchemaError> {
    let fields = schema.get("properties").and_then(Value::as_object);
    let mut object = Map::new();
    for (name, field) in fields.into_iter().flatten() {
        let field = field.as_object().cloned().unwrap_or_default();
        let value = instance(&field, &format!("{location}.{name}"))?;
        object.insert(name.clone(), value);
    }
    Ok(object.into())
}

fn array(schema: &Map<String, Value>, location: &str) -> Result<Value, SchemaError> {
    const MAX_ITEMS: u64 = 64;
    let location = format!("{location}[]");
    let fixed = schema.get("prefixItems").and_then(Value::as_array);
    let mut list = Vec::new();
    for item in fixed.into_iter().flatten().filter_map(Value::as_object) {
        list.push(instance(item, &location)?);
    }
    let Some(item) = schema.get("items").and_then(Value::as_object) else {
        return Ok(list.into());
    };
    let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
    let most = limit("maxItems").unwrap_or(u64::MAX);
    let least = limit("minItems").unwrap_or(0);
    if least > most || least > MAX_ITEMS {
        return Err(none(&location, "needs too many items"));
    }
    let count = usize::try_from(least.max(1).min(most)).unwrap_or_default();
    while list.len() < count {
        list.push(instance(item, &location)?);
    }
    Ok(list.into())
}

fn string(schema: &Map<String, Value>, location: &str) -> Result<Value, SchemaError> {
    const MAX_LENGTH: u64 = 1000;
    if schema.contains_key("pattern") {
        return Err(none(location, "has a pattern"));
    }
    let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
    let most = limit("maxLength").unwrap_or(u64::MAX);
    let least = limit("minLength").unwrap_or(0);
    if least > most || least > MAX_LENGTH {
        return Err(none(location, "has a length that is too large"));
    }
    let text = match schema.get("format").and_then(Value::as_str) {
        None => "text",
        Some("date") => "2025-01-31",
        Some("time") => "12:00:00Z",
        Some("date-time") => "2025-01-31T12:00:00Z",
        Some("duration") => "PT1H",
        Some("email") => "name@example.com",
        Some("hostname") => "example.com",
        Some("uri" | "url") => "https://example.com/",
        Some("ipv4" | "ip") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        Some(_) => return Err(none(location, "has an unknown format")),
    };
    let (least, most) = (
        usize::try_from(least).unwrap_or(usize::MAX),
        usize::try_from(most).unwrap_or(usize::MAX),
    );
    if schema.contains_key("format") && !(least..=most).contains(&text.len()) {
        return Err(none(location, "has a format that its length excludes"));
    }
    let length = text.len().max(least).min(most);
    let padded: String = text
        .chars()
        .chain(std::iter::repeat('x'))
        .take(length)
        .collect();
    Ok(padded.into())
}

fn number(schema: &Map<String, Value>, location: &str) -> Result<Value, SchemaError> {
    let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
    let is_integer = kind(schema) == "integer";
    let step = if is_integer { 1.0 } else { 0.5 };
    let (low, above) = (limit("minimum"), limit("exclusiveMinimum"));
    let (high, below) = (limit("maximum"), limit("exclusiveMaximum"));
    let fits = |number: &f64| {
        low.is_none_or(|low| *number >= low)
            && above.is_none_or(|above| *number > above)
            && high.is_none_or(|high| *number <= high)
            && below.is_none_or(|below| *number < below)
    };
    let limits = [low, high, above, below];
    let near = limits
        .into_iter()
        .flatten()
        .flat_map(|limit| match is_integer {
            true => [
                limit.ceil(),
                limit.floor(),
                (limit + step).floor(),
                (limit - step).ceil(),
            ],
            false => [limit, limit + step, limit - step, limit],
        });
    let middle = above
        .or(low)
        .zip(below.or(high))
        .map(|(low, high)| f64::midpoint(low, high));
    let middle = middle.filter(|_| !is_integer);
    let mut candidates = [1.0, 0.0].into_iter().chain(near).chain(middle);
    let number = candidates
        .find(fits)
        .ok_or_else(|| none(location, "has limits that exclude each other"))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "integers are near the limits of the schema"
    )]
    let value = match is_integer {
        true => Some(Number::from(number as i64)),
        false => Number::from_f64(number),
    };
    value
        .map(Value::Number)
        .ok_or_else(|| none(location, "has limits that are no numbers"))
}

fn none(location: &str, reason: &'static str) -> SchemaError {
    SchemaError::new(location, Problem::NoExample(reason))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(field: &Value) -> Result<Value, SchemaError> {
        let schema = json!({"type": "object", "properties": {"a": field}});
        example(schema.as_object().unwrap()).map(|object| object["a"].clone())
    }

    #[test]
    fn an_example_fits_its_schema() {
        let cases = [
            (json!({"type": "string"}), json!("text")),
            (json!({"type": "string", "minLength": 6}), json!("textxx")),
            (json!({"type": "string", "maxLength": 2}), json!("te")),
            (
                json!({"type": "string", "format": "date"}),
                json!("2025-01-31"),
            ),
            (json!({"enum": [null, "goat"]}), json!("goat")),
            (json!({"const": 7, "type": "integer"}), json!(7)),
            (json!({"type": "integer"}), json!(1)),
            (json!({"type": "integer", "minimum": 5}), json!(5)),
            (json!({"type": "integer", "exclusiveMinimum": 5}), json!(6)),
            (json!({"type": "integer", "maximum": -3}), json!(-3)),
            (
                json!({"type": "integer", "exclusiveMaximum": -3}),
                json!(-4),
            ),
            (
                json!({"type": "integer", "minimum": 2.5, "maximum": 3.5}),
                json!(3),
            ),
            (
                json!({"type": "number", "exclusiveMinimum": 4, "exclusiveMaximum": 4.2}),
                json!(4.1),
            ),
            (json!({"type": ["null", "boolean"]}), json!(true)),
            (
                json!({"anyOf": [{"type": "null"}, {"type": "integer"}]}),
                json!(1),
            ),
            (json!({"type": "null"}), json!(null)),
            (
                json!({"type": "array", "items": {"type": "boolean"}}),
                json!([true]),
            ),
            (
                json!({"type": "array", "items": {"type": "boolean"}, "minItems": 2}),
                json!([true, true]),
            ),
            (
                json!({"type": "array", "items": {"type": "boolean"}, "maxItems": 0}),
                json!([]),
            ),
            (
                json!({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}),
                json!([1, "text"]),
            ),
            (
                json!({"type": "object", "properties": {"b": {"type": "integer"}}}),
                json!({"b": 1}),
            ),
        ];
        for (schema, expected) in cases {
            assert_eq!(of(&schema).unwrap(), expected, "{schema}");
        }
    }

    #[test]
    fn a_schema_without_an_example_is_an_error_with_its_location() {
        for schema in [
            json!({"type": "string", "pattern": "^x+$"}),
            json!({"type": "string", "format": "regex"}),
            json!({"type": "string", "format": "uuid", "maxLength": 3}),
            json!({"type": "string", "minLength": 3, "maxLength": 2}),
            json!({"type": "integer", "minimum": 3, "maximum": 2}),
            json!({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4}),
            json!({"enum": []}),
            json!({"anyOf": []}),
        ] {
            let error = of(&schema).unwrap_err();
            assert_eq!(error.location(), "$.a", "{schema}");
            assert!(error.to_string().contains("no example"), "{error}");
        }
        let list = json!({"type": "array", "items": {"type": "string", "pattern": "x"}});
        assert_eq!(of(&list).unwrap_err().location(), "$.a[]");
    }
}
