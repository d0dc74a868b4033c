//! Gives a component of its own to every object and enum that is written inside another schema.

use serde_json::Value;

use super::merge;
use crate::error::{Fault, Place};
use crate::spec::names::pascal;
use crate::spec::operations;
use crate::spec::schema::{self, is_enum, is_struct};

/// What belongs to the use of a type and not to the type.
const OF_THE_USE: [&str; 5] = [
    "default",
    "deprecated",
    "description",
    "example",
    "nullable",
];

/// A new component, and where it was written.
type Lifted = Vec<(Place, String, Value)>;

/// Names every inline type after the place where it is written.
pub(super) fn name_schemas(doc: &mut Value) -> Result<usize, Fault> {
    let mut lifted = Vec::new();
    for (name, schema) in schema::components_mut(doc).into_iter().flatten() {
        name_parts(schema, name, &Place::schema(name), &mut lifted);
    }
    operations::change_all(doc, |site, node| {
        name_in_operation(node, &pascal(&site.id), &site.place, &mut lifted);
        Ok(0)
    })?;
    let count = lifted.len();
    for (place, name, schema) in lifted {
        schema::add_component(doc, name, schema, &place)?;
    }
    Ok(count)
}

fn name_in_operation(node: &mut schema::Object, id: &str, place: &Place, lifted: &mut Lifted) {
    for parameter in node
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let name = format!(
            "{id}{}",
            pascal(schema::text(parameter, "name").unwrap_or_default())
        );
        name_schema_of(parameter, &name, &place.key("parameters"), lifted);
    }
    for body in node.get_mut("requestBody").into_iter().flat_map(contents) {
        name_schema_of(
            body.1,
            &format!("{id}Body"),
            &place.key("requestBody"),
            lifted,
        );
    }
    let responses = node.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
    {
        for (media, content) in contents(response) {
            let kind = if media == "text/event-stream" {
                "Event"
            } else {
                "Response"
            };
            name_schema_of(
                content,
                &format!("{id}{kind}"),
                &place.key("responses").key(status),
                lifted,
            );
        }
    }
}

fn contents(node: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    node.get_mut("content")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
}

fn name_schema_of(node: &mut Value, name: &str, place: &Place, lifted: &mut Lifted) {
    if let Some(schema) = node.get_mut("schema") {
        name_schema(schema, name, &place.key("schema"), lifted);
    }
}

fn name_parts(schema: &mut Value, name: &str, place: &Place, lifted: &mut Lifted) {
    for (key, member) in schema.as_object_mut().into_iter().flatten() {
        let place = place.key(key);
        match (key.as_str(), member) {
            ("properties", Value::Object(properties)) => {
                for (property, schema) in properties {
                    name_schema(
                        schema,
                        &format!("{name}{}", pascal(property)),
                        &place.key(property),
                        lifted,
                    );
                }
            }
            ("allOf", Value::Array(members)) => {
                for (at, member) in members.iter_mut().enumerate() {
                    name_parts(member, name, &place.key(at), lifted);
                }
            }
            ("items", items) => name_schema(items, &format!("{name}Item"), &place, lifted),
            ("additionalProperties", value) => {
                name_schema(value, &format!("{name}Value"), &place, lifted)
            }
            _ => {}
        }
    }
}

fn name_schema(schema: &mut Value, name: &str, place: &Place, lifted: &mut Lifted) {
    name_parts(schema, name, place, lifted);
    if !is_struct(schema) && !is_enum(schema) && !merge::is_merge(schema) {
        return;
    }
    let (of_the_use, mut of_the_type) = split(schema.take());
    if let (Some(description), Value::Object(of_the_type)) =
        (of_the_use.get("description"), &mut of_the_type)
    {
        of_the_type.insert("description".to_owned(), description.clone());
    }
    lifted.push((place.clone(), name.to_owned(), of_the_type));
    let mut reference = schema::Object::new();
    reference.insert(
        "allOf".to_owned(),
        Value::Array(vec![schema::reference(name)]),
    );
    reference.extend(of_the_use);
    *schema = Value::Object(reference);
}

fn split(schema: Value) -> (schema::Object, Value) {
    let Value::Object(members) = schema else {
        return (schema::Object::new(), schema);
    };
    let (of_the_use, of_the_type): (schema::Object, schema::Object) = members
        .into_iter()
        .partition(|(key, _)| OF_THE_USE.contains(&key.as_str()) || key.starts_with("x-"));
    (of_the_use, Value::Object(of_the_type))
}
