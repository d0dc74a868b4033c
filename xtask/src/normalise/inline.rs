//! Gives a component of its own to every object and enum that is written inside another schema.

use serde_json::Value;

use super::{ORIGIN, merge};
use crate::error::{Fault, Place};
use crate::spec::json::{Object, items_mut, members_mut, set, text};
use crate::spec::names::pascal;
use crate::spec::operations;
use crate::spec::schema::{self, is_enum, is_struct};

/// What belongs to the use of a type and not to the type, besides the hints.
const OF_THE_USE: [&str; 5] = [
    "default",
    "deprecated",
    "description",
    "example",
    "nullable",
];

/// Names every inline type after the place where it is written.
pub(super) fn name_schemas(doc: &mut Value) -> Result<usize, Fault> {
    let mut inline = Inline::default();
    // A type that is written by hand contains the types that it needs.
    let generated = schema::each_mut(doc).filter(|(_, schema)| !schema::is_by_hand(schema));
    for (name, schema) in generated {
        inline.look_into(schema, name, &Place::schema(name));
    }
    operations::change_all(doc, |site, node| {
        let mut operation = Value::Object(std::mem::take(node));
        inline.look_into_operation(&mut operation, &pascal(&site.id), &site.place);
        *node = operation
            .as_object_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        Ok(0)
    })?;
    let count = inline.found.len();
    for (place, name, schema) in inline.found {
        schema::add(doc, name, schema, &place)?;
    }
    Ok(count)
}

/// The types that were found, each with its place and its new name.
#[derive(Default)]
struct Inline {
    found: Vec<(Place, String, Value)>,
}

impl Inline {
    fn look_into_operation(&mut self, node: &mut Value, id: &str, place: &Place) {
        for (at, parameter) in items_mut(node, "parameters").enumerate() {
            let name = format!(
                "{id}{}",
                pascal(text(parameter, "name").unwrap_or_default())
            );
            self.name_schema_of(parameter, name, &place.key("parameters").key(at));
        }
        for (media, content) in node
            .get_mut("requestBody")
            .into_iter()
            .flat_map(|body| members_mut(body, "content"))
        {
            let place = place.key("requestBody").key("content").key(media);
            self.name_schema_of(content, format!("{id}Body"), &place);
        }
        for (status, response) in
            members_mut(node, "responses").filter(|(status, _)| status.starts_with('2'))
        {
            for (media, content) in members_mut(response, "content") {
                let kind = if media == "application/json" {
                    "Response"
                } else {
                    "Event"
                };
                self.name_schema_of(
                    content,
                    format!("{id}{kind}"),
                    &place.key("responses").key(status).key("content").key(media),
                );
            }
        }
    }

    fn name_schema_of(&mut self, node: &mut Value, name: String, place: &Place) {
        if let Some(schema) = node.get_mut("schema") {
            self.name(schema, name, &place.key("schema"));
        }
    }

    /// Puts a reference in the place of a schema that is a type, after those inside of it.
    fn name(&mut self, schema: &mut Value, name: String, place: &Place) {
        self.look_into(schema, &name, place);
        if !is_struct(schema) && !is_enum(schema) && !merge::is_merge(schema) {
            return;
        }
        let (of_the_use, mut of_the_type) = split(schema);
        if let Some(description) = of_the_use.get("description") {
            of_the_type.insert("description".to_owned(), description.clone());
        }
        of_the_type.insert(ORIGIN.to_owned(), place.pointer().into());
        *schema = Value::Object(of_the_use);
        set(schema, "allOf", vec![schema::reference(&name)]);
        self.found
            .push((place.clone(), name, Value::Object(of_the_type)));
    }

    fn look_into(&mut self, schema: &mut Value, name: &str, place: &Place) {
        for (key, member) in schema.as_object_mut().into_iter().flatten() {
            let place = place.key(key);
            match (key.as_str(), member) {
                ("properties", Value::Object(properties)) => {
                    for (property, schema) in properties {
                        self.name(
                            schema,
                            format!("{name}{}", pascal(property)),
                            &place.key(property),
                        );
                    }
                }
                ("allOf", Value::Array(members)) => {
                    for (at, member) in members.iter_mut().enumerate() {
                        self.look_into(member, name, &place.key(at));
                    }
                }
                ("items", items) => self.name(items, format!("{name}Item"), &place),
                ("additionalProperties", value) => self.name(value, format!("{name}Value"), &place),
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
    let is_of_the_use = |key: &str| OF_THE_USE.contains(&key) || key.starts_with("x-");
    members.into_iter().partition(|(key, _)| is_of_the_use(key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_is_named_after_its_place() {
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
    fn a_name_that_is_taken_is_an_error() {
        let mut doc = json!({ "components": { "schemas": {
            "Job": { "properties": { "state": { "type": "string", "enum": ["a"] } } },
            "JobState": { "type": "string" },
        } } });
        let message = name_schemas(&mut doc).unwrap_err().to_string();
        assert_eq!(
            message,
            "#/components/schemas/Job/properties/state: there are two of the name `JobState`"
        );
    }
}
