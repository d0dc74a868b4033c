//! The named schemas of an API and queries on schemas that refer to them.

use serde_json::{Value, json};

/// The maximum depth of references, which bounds recursive schemas.
const MAX_DEPTH: usize = 16;

/// The named schemas, the targets of `#/components/schemas/…` references.
#[derive(Clone, Debug, Default)]
pub struct Definitions(Value);

impl Definitions {
    pub(super) fn new(schemas: Value) -> Self {
        Self(json!({"components": {"schemas": schemas}}))
    }

    /// Returns the schema with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get("components")?.get("schemas")?.get(name)
    }

    /// Returns a self-contained schema document for a validator.
    pub(super) fn embedded_in(&self, schema: &Value) -> Value {
        json!({"allOf": [schema], "components": self.0.get("components")})
    }

    /// Resolves references, `allOf` and nullable `anyOf` up to the schema that defines the type of the value.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut current = schema;
        for _ in 0..MAX_DEPTH {
            match self.resolve_step(current) {
                Some(next) => current = next,
                None => break,
            }
        }
        current
    }

    /// Returns the target of a reference.
    pub(super) fn target<'a>(&'a self, schema: &Value) -> Option<&'a Value> {
        let reference = schema.get("$ref")?.as_str()?;
        self.0.pointer(reference.strip_prefix('#')?)
    }

    fn resolve_step<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        if schema.get("$ref").is_some() {
            return self.target(schema);
        }
        if schema.get("type").is_some() || schema.get("properties").is_some() {
            return None;
        }
        ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .find_map(|keyword| schema.get(keyword)?.as_array()?.first())
    }

    /// Returns the variants of a union; none for another schema.
    pub(crate) fn variants<'a>(&'a self, schema: &'a Value) -> &'a [Value] {
        let mut current = schema;
        for _ in 0..MAX_DEPTH {
            let is_alias = current.get("$ref").is_some() || is_wrapper(current);
            match self.resolve_step(current).filter(|_| is_alias) {
                Some(next) => current = next,
                None => break,
            }
        }
        let is_object = current.get("type").is_some() || current.get("properties").is_some();
        let keys = ["anyOf", "oneOf"].iter().filter(|_| !is_object);
        let variants = keys.filter_map(|key| current.get(*key)?.as_array()).next();
        variants.map_or(&[], Vec::as_slice)
    }

    /// Returns the properties of an object schema, including those of all parts of an `allOf`.
    pub fn properties<'a>(&'a self, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let mut properties = Vec::new();
        self.collect_properties(schema, MAX_DEPTH, &mut properties);
        properties
    }

    fn collect_properties<'a>(
        &'a self,
        schema: &'a Value,
        depth: usize,
        properties: &mut Vec<(&'a str, &'a Value)>,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if let Some(target) = self.target(schema) {
            self.collect_properties(target, depth, properties);
        }
        if let Some(own) = schema.get("properties").and_then(Value::as_object) {
            properties.extend(own.iter().map(|(name, value)| (name.as_str(), value)));
        }
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.collect_properties(part, depth, properties);
        }
    }

    /// Returns the schema of a property of an object schema.
    pub fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        self.properties(schema)
            .into_iter()
            .find_map(|(own, value)| (own == name).then_some(value))
    }

    /// Returns whether a schema describes an uploaded file.
    pub(super) fn is_file(&self, schema: &Value) -> bool {
        self.resolve(schema).get("format").and_then(Value::as_str) == Some("binary")
    }

    /// Converts a string of a query or a form into the JSON type of its schema.
    ///
    /// A string that cannot be converted stays a string, which the schema then rejects.
    pub(crate) fn coerce(&self, schema: &Value, string: &str) -> Value {
        let resolved = self.resolve(schema);
        let allows = |json_type: &str| has_type(resolved, json_type);
        let parsed = serde_json::from_str::<Value>(string).ok().filter(|value| {
            (value.is_number() && (allows("integer") || allows("number")))
                || (value.is_boolean() && allows("boolean"))
        });
        parsed.unwrap_or_else(|| string.into())
    }
}

/// Returns true if the own types of a schema include this one.
pub(super) fn has_type(schema: &Value, json_type: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == json_type,
        Some(Value::Array(several)) => several.iter().any(|allowed| allowed == json_type),
        _ => false,
    }
}

/// Returns true if a schema only annotates another one.
fn is_wrapper(schema: &Value) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    parts.is_some_and(|parts| parts.len() == 1)
}
