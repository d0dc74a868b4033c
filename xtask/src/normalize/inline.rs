//! Moves inline objects and enums to components.

use serde_json::Value;

use super::merge;
use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::body::{JSON, is_json_lines, is_success};
use crate::openapi::json::{Object, items_mut, members_mut, set, string};
use crate::openapi::lowered::{ORIGIN, VARIANT};
use crate::openapi::names::pascal;
use crate::openapi::operations;
use crate::openapi::schema::{self, is_enum, is_struct, is_union};
use crate::openapi::unions::EVENTS;

/// Keywords of a type's use, besides extensions; all others belong to the type.
const USE_KEYWORDS: [&str; 5] = [
    "default",
    "deprecated",
    "description",
    "example",
    "nullable",
];

/// Names every inline type after its location.
pub(super) fn name_schemas(doc: &mut Value) -> Result<usize, Diagnostic> {
    let mut inline = Inline::default();
    // A hand-written type includes the types it needs.
    let generated = schema::each_mut(doc).filter(|(_, schema)| !schema::is_by_hand(schema));
    for (name, schema) in generated {
        inline.visit(schema, name, &Location::schema(name));
    }
    operations::change_all(doc, |site, node| {
        let mut operation = Value::Object(std::mem::take(node));
        inline.visit_operation(&mut operation, &pascal(&site.id), &site.location);
        *node = operation
            .as_object_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        Ok(0)
    })?;
    let count = inline.found.len();
    for (location, name, schema) in inline.found {
        schema::add(doc, pascal(&name), schema, &location)?;
    }
    Ok(count)
}

/// The inline types, each with its location and new name.
#[derive(Default)]
struct Inline {
    found: Vec<(Location, String, Value)>,
}

impl Inline {
    fn visit_operation(&mut self, node: &mut Value, id: &str, location: &Location) {
        for (at, parameter) in items_mut(node, "parameters").enumerate() {
            let name = format!(
                "{id}{}",
                pascal(string(parameter, "name").unwrap_or_default())
            );
            let location = location.key("parameters").key(at);
            for (media, content) in members_mut(parameter, "content") {
                self.name_schema_of(content, name.clone(), &location.key("content").key(media));
            }
            self.name_schema_of(parameter, name, &location);
        }
        for (media, content) in node
            .get_mut("requestBody")
            .into_iter()
            .flat_map(|body| members_mut(body, "content"))
        {
            let location = location.key("requestBody").key("content").key(media);
            self.name_schema_of(content, format!("{id}Body"), &location);
        }
        let original = node.clone();
        for (status, response) in
            members_mut(node, "responses").filter(|(status, _)| is_success(&original, status))
        {
            for (media, content) in members_mut(response, "content") {
                let kind = match media.as_str() {
                    JSON => "Response",
                    media if is_json_lines(media) => "Line",
                    _ => "Event",
                };
                self.name_schema_of(
                    content,
                    format!("{id}{kind}"),
                    &location
                        .key("responses")
                        .key(status)
                        .key("content")
                        .key(media),
                );
            }
        }
    }

    fn name_schema_of(&mut self, node: &mut Value, name: String, location: &Location) {
        if let Some(schema) = node.get_mut("schema") {
            self.name(schema, name, &location.key("schema"));
        }
    }

    /// Replaces an inline type by a reference, after the types inside it.
    fn name(&mut self, schema: &mut Value, name: String, location: &Location) {
        self.visit(schema, &name, location);
        let is_type = is_struct(schema) || is_enum(schema) || is_union(schema);
        if !is_type && !merge::is_merge(schema) {
            return;
        }
        let (use_keywords, mut type_keywords) = split(schema);
        if let Some(description) = use_keywords.get("description") {
            type_keywords.insert("description".to_owned(), description.clone());
        }
        type_keywords.insert(ORIGIN.to_owned(), location.pointer().into());
        *schema = Value::Object(use_keywords);
        set(schema, "allOf", vec![schema::reference(&pascal(&name))]);
        self.found
            .push((location.clone(), name, Value::Object(type_keywords)));
    }

    fn visit(&mut self, schema: &mut Value, name: &str, location: &Location) {
        for (key, member) in schema.as_object_mut().into_iter().flatten() {
            let location = location.key(key);
            match (key.as_str(), member) {
                ("properties", Value::Object(properties)) => {
                    for (property, schema) in properties {
                        self.name(
                            schema,
                            format!("{name}{}", pascal(property)),
                            &location.key(property),
                        );
                    }
                }
                ("allOf", Value::Array(members)) => {
                    for (at, member) in members.iter_mut().enumerate() {
                        self.visit(member, name, &location.key(at));
                    }
                }
                ("anyOf" | "oneOf", Value::Array(variants)) => {
                    for (at, variant) in variants.iter_mut().enumerate() {
                        let own = variant.get(VARIANT).and_then(|mark| string(mark, "name"));
                        let name = format!("{name}{}", own.unwrap_or_default());
                        self.name(variant, name, &location.key(at));
                    }
                }
                ("items", items) => self.name(items, format!("{name}Item"), &location),
                ("additionalProperties", value) => {
                    self.name(value, format!("{name}Value"), &location)
                }
                _ => {}
            }
        }
    }
}

fn split(schema: &mut Value) -> (Object, Object) {
    let members = schema
        .as_object_mut()
        .map(std::mem::take)
        .unwrap_or_default();
    let belongs_to_use =
        |key: &str| USE_KEYWORDS.contains(&key) || key.starts_with("x-") && key != EVENTS;
    members
        .into_iter()
        .partition(|(key, _)| belongs_to_use(key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_an_inline_type_after_its_location() {
        let mut doc = json!({ "components": { "schemas": { "Job": { "properties": {
            "state": { "type": "string", "enum": ["a"], "description": "How it is.", "nullable": true },
            "parts": { "type": "array", "items": { "type": "object", "properties": { "n": { "type": "integer" } } } },
        } } } } });
        assert_eq!(name_schemas(&mut doc).unwrap(), 2);
        let expected = json!({
            "Job": { "properties": {
                "state": {
                    "description": "How it is.",
                    "nullable": true,
                    "allOf": [{ "$ref": "#/components/schemas/JobState" }],
                },
                "parts": {
                    "type": "array",
                    "items": { "allOf": [{ "$ref": "#/components/schemas/JobPartsItem" }] },
                },
            } },
            "JobState": {
                "type": "string",
                "enum": ["a"],
                "description": "How it is.",
                ORIGIN: "/components/schemas/Job/properties/state",
            },
            "JobPartsItem": {
                "type": "object",
                "properties": { "n": { "type": "integer" } },
                ORIGIN: "/components/schemas/Job/properties/parts/items",
            },
        });
        assert_eq!(doc["components"]["schemas"], expected);
    }

    #[test]
    fn rejects_a_taken_name() {
        let mut doc = json!({ "components": { "schemas": {
            "Job": { "properties": { "state": { "type": "string", "enum": ["a"] } } },
            "JobState": { "type": "string" },
        } } });
        let message = name_schemas(&mut doc).unwrap_err().to_string();
        assert_eq!(
            message,
            "#/components/schemas/Job/properties/state: the name `JobState` is defined twice; `x-imagine-name` gives a field another name; rename anything else"
        );
    }
}
