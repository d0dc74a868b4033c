//! The named schemas of an API, and questions about schemas that refer to them.

use serde_json::{Map, Value, json};

/// References are followed this far, so that a schema that refers to itself ends.
const MAX_DEPTH: usize = 16;

/// The schemas that `#/$defs/…` references name.
#[derive(Clone, Debug, Default)]
pub struct Definitions(Map<String, Value>);

impl Definitions {
    pub(super) fn new(schemas: Map<String, Value>) -> Self {
        Self(schemas)
    }

    /// The schema of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A schema together with the definitions, which is what a validator is built from.
    pub(super) fn embedded_in(&self, schema: &Value) -> Value {
        json!({"allOf": [schema], "$defs": self.0})
    }

    /// The schema that says what a value is, behind references, `allOf` and `anyOf` with null.
    pub fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut current = schema;
        for _ in 0..MAX_DEPTH {
            match self.step(current) {
                Some(next) => current = next,
                None => break,
            }
        }
        current
    }

    fn step<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.get(reference.strip_prefix("#/$defs/")?);
        }
        if schema.get("type").is_some() || schema.get("properties").is_some() {
            return None;
        }
        ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .find_map(|keyword| schema.get(keyword)?.as_array()?.first())
    }

    /// The properties of an object's schema, those of every part of an `allOf` included.
    pub fn properties<'a>(&'a self, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let mut found = Vec::new();
        self.collect(schema, MAX_DEPTH, &mut found);
        found
    }

    fn collect<'a>(
        &'a self,
        schema: &'a Value,
        depth: usize,
        found: &mut Vec<(&'a str, &'a Value)>,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if let Some(target) = schema.get("$ref").and_then(|_| self.step(schema)) {
            self.collect(target, depth, found);
        }
        if let Some(own) = schema.get("properties").and_then(Value::as_object) {
            found.extend(own.iter().map(|(name, value)| (name.as_str(), value)));
        }
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.collect(part, depth, found);
        }
    }

    /// The schema of one property of an object.
    pub fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        self.properties(schema)
            .into_iter()
            .find_map(|(own, value)| (own == name).then_some(value))
    }

    /// Whether a schema describes an uploaded file.
    pub(super) fn is_file(&self, schema: &Value) -> bool {
        self.follow(schema).get("format").and_then(Value::as_str) == Some("binary")
    }

    /// Reads a text of a query or a form as the JSON value that its schema asks for.
    ///
    /// A text that is no such value stays a text, for the schema to refuse.
    pub(crate) fn read_text(&self, schema: &Value, text: &str) -> Value {
        let kinds = self.follow(schema).get("type");
        let allows = |kind: &str| match kinds {
            Some(Value::String(only)) => only == kind,
            Some(Value::Array(several)) => several.iter().any(|one| one == kind),
            _ => false,
        };
        let parsed = serde_json::from_str::<Value>(text).ok().filter(|value| {
            (value.is_number() && (allows("integer") || allows("number")))
                || (value.is_boolean() && allows("boolean"))
        });
        parsed.unwrap_or_else(|| text.into())
    }
}
