//! Emits the contract of the mock: operations, and schemas lowered from OpenAPI 3.0 to JSON Schema 2020-12.

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Location};
use crate::model::Model;
use crate::openapi::json::{Object, boolean, owned_strings, set, string};
use crate::openapi::lowered::VARIANT;
use crate::openapi::operation::Operation;
use crate::openapi::pagination::{Facts, Pagination};
use crate::openapi::parameter::Parameter;
use crate::openapi::unions::EVENTS;
use crate::openapi::{schema, walk};

/// Keywords that describe a schema and do not constrain it.
const ANNOTATIONS: [&str; 4] = ["default", "deprecated", "description", "title"];

/// Emits the contract of an API. `doc` is the written document with references resolved.
pub(crate) fn table(
    doc: &Value,
    model: &Model<'_>,
    api: &str,
    header: &str,
) -> Result<Value, Diagnostic> {
    let operations = Operation::all(doc)?;
    let operations = operations
        .iter()
        .map(|operation| operation_entry(operation, model, doc))
        .collect::<Result<Vec<Value>, Diagnostic>>()?;
    let schemas = schema::components(doc).into_iter().flatten();
    let schemas: Object = schemas
        .map(|(name, schema)| (name.clone(), lower(schema)))
        .collect();
    check(&schemas)?;
    Ok(json!({ "generated": header, "api": api, "operations": operations, "$defs": schemas }))
}

/// Checks that the mock can compile every schema.
fn check(schemas: &Object) -> Result<(), Diagnostic> {
    let references = schemas.keys();
    let references = references.map(|name| json!({ "$ref": format!("#/$defs/{name}") }));
    let document = json!({ "allOf": references.collect::<Value>(), "$defs": schemas });
    let compiled = jsonschema::draft202012::options().build(&document);
    compiled.map(drop).map_err(|error| {
        let inside = error.instance_path().as_str();
        let inside = inside.trim_start_matches("/$defs");
        let location = Location::at(&format!("/components/schemas{inside}"));
        let message = format!("this is not a valid JSON Schema: {error}");
        Diagnostic::new(&location, message, "fix the keyword, or remove it").with_code("schema")
    })
}

fn operation_entry(
    operation: &Operation,
    model: &Model<'_>,
    doc: &Value,
) -> Result<Value, Diagnostic> {
    let payload = operation.payload.as_ref().map(|payload| {
        json!({ "media": payload.media_type, "required": payload.required, "schema": lower(&payload.schema) })
    });
    Ok(json!({
        "id": operation.site.id,
        "method": operation.site.method.to_uppercase(),
        "path": operation.site.path,
        "retry": operation.retry,
        "authentication": model.authentication(operation)?.name(),
        "exclusive": operation.exclusive,
        "parameters": operation.parameters.iter().map(parameter_entry).collect::<Vec<_>>(),
        "payload": payload,
        "response": operation.response.as_ref().map(lower),
        "response_media": operation.response_media,
        "event": operation.event.as_ref().map(lower),
        "stream_media": operation.event.as_ref().map(|_| &operation.stream_media),
        "event_names": event_names(operation, doc),
        "default_model": model.default_model(&operation.site.id),
        "pagination": operation.pagination.as_ref().map(pagination_entry),
    }))
}

fn pagination_entry(pagination: &Pagination) -> Value {
    let Facts {
        next,
        has_more,
        total,
        pages,
    } = &pagination.facts;
    json!({
        "style": pagination.style.name(),
        "parameter": pagination.parameter,
        "first": pagination.first,
        "items": pagination.items,
        "next": next,
        "has_more": has_more,
        "total": total,
        "pages": pages,
    })
}

/// Returns the names of the events of a stream, in the order of the variants; none if events have no names.
fn event_names(operation: &Operation, doc: &Value) -> Vec<String> {
    let event = operation.event.as_ref();
    let named = event.and_then(|event| schema::components(doc)?.get(schema::component(event)?));
    let union = named.or(event).filter(|union| union.get(EVENTS).is_some());
    let variants = union.and_then(schema::variants);
    let marks = variants.into_iter().flat_map(|(_, variants)| variants);
    let names = marks.filter_map(|variant| {
        let tags = owned_strings(variant.get(VARIANT)?.get("tags"));
        tags.into_iter().next()
    });
    names.collect()
}

fn parameter_entry(parameter: &Parameter) -> Value {
    let mut entry = json!({
        "name": parameter.name,
        "in": parameter.sent_in,
        "required": parameter.required,
        "schema": lower(&parameter.schema),
    });
    for key in ["style", "explode"] {
        if let Some(value) = parameter.node.get(key) {
            set(&mut entry, key, value.clone());
        }
    }
    if parameter.node.get("content").is_some() {
        set(&mut entry, "style", "json");
    }
    entry
}

/// Lowers a schema of OpenAPI 3.0 to JSON Schema 2020-12.
pub(crate) fn lower(schema: &Value) -> Value {
    let mut lowered = schema.clone();
    walk::change_schema(&mut lowered, |schema| {
        lower_one(schema);
        0
    });
    lowered
}

fn lower_one(schema: &mut Value) {
    let nullable = boolean(schema, "nullable");
    let Value::Object(members) = schema else {
        return;
    };
    drop_one_way(members);
    require_tags(members);
    expand_aliases(members);
    members.retain(|key, _| !is_dropped(key));
    if let Some(reference) = members.get_mut("$ref") {
        *reference = reference
            .as_str()
            .unwrap_or_default()
            .replace("#/components/schemas/", "#/$defs/")
            .into();
    }
    lower_exclusive(members, "minimum", "exclusiveMinimum");
    lower_exclusive(members, "maximum", "exclusiveMaximum");
    if nullable {
        // Beside a reference, the type only exists to permit `nullable`.
        if members.contains_key("allOf") {
            members.remove("type");
        }
        *schema = allow_null(std::mem::take(members));
    }
}

/// Requires no property that is sent in one direction only: a schema applies to both.
fn drop_one_way(members: &mut Object) {
    let properties = members.get("properties").cloned().unwrap_or_default();
    let is_one_way = |name: &str| {
        let property = properties.get(name);
        property
            .is_some_and(|property| boolean(property, "readOnly") || boolean(property, "writeOnly"))
    };
    if let Some(Value::Array(required)) = members.get_mut("required") {
        required.retain(|name| !name.as_str().is_some_and(is_one_way));
    }
}

/// Replaces the marks of variants. A union with a discriminator requires the tag of each, which makes them exclusive.
fn require_tags(members: &mut Object) {
    // The name of an event, which is not part of its data, makes its variants exclusive.
    if members.contains_key(EVENTS)
        && let Some(variants) = members.remove("oneOf")
    {
        members.insert("anyOf".to_owned(), variants);
    }
    let is_discriminated = members.contains_key("discriminator");
    for key in ["anyOf", "oneOf"] {
        let variants = members.get_mut(key).and_then(Value::as_array_mut);
        for variant in variants.into_iter().flatten() {
            let mark = variant.as_object_mut().and_then(|one| one.remove(VARIANT));
            let mark = mark.filter(|_| is_discriminated).unwrap_or_default();
            let tags = mark.get("tags").filter(|tags| **tags != json!([]));
            if let (Some(tag), Some(tags)) = (string(&mark, "tag"), tags) {
                let own = json!({ "properties": { tag: { "enum": tags } }, "required": [tag] });
                *variant = json!({ "allOf": [variant, own] });
            }
        }
    }
}

/// The other names of a property.
const ALIASES: &str = "x-aliases";

/// Adds a property for each alias. No name of the property is required then: a service may use any.
fn expand_aliases(members: &mut Object) {
    let Some(Value::Object(properties)) = members.get_mut("properties") else {
        return;
    };
    let mut renamed = Vec::new();
    let mut added = Object::new();
    for (name, property) in properties.iter_mut() {
        let aliases = property.as_object_mut().and_then(|one| one.remove(ALIASES));
        let aliases = owned_strings(aliases.as_ref());
        if !aliases.is_empty() {
            renamed.push(name.clone());
        }
        added.extend(aliases.into_iter().map(|alias| (alias, property.clone())));
    }
    properties.extend(added);
    if let Some(Value::Array(required)) = members.get_mut("required") {
        required.retain(|name| !renamed.iter().any(|renamed| name == renamed.as_str()));
    }
}

fn is_dropped(key: &str) -> bool {
    // The schema around these replaces them.
    key.starts_with("x-") && ![ALIASES, VARIANT].contains(&key)
        || [
            "discriminator",
            "example",
            "externalDocs",
            "nullable",
            "xml",
        ]
        .contains(&key)
}

/// Lowers an exclusive limit: a boolean in OpenAPI 3.0, the limit itself in JSON Schema.
fn lower_exclusive(members: &mut Object, limit: &str, exclusive: &str) {
    if members.remove(exclusive) == Some(Value::Bool(true))
        && let Some(value) = members.remove(limit)
    {
        members.insert(exclusive.to_owned(), value);
    }
}

fn allow_null(mut members: Object) -> Value {
    let plain = string(&Value::Object(members.clone()), "type").map(str::to_owned);
    if let (Some(kind), None) = (plain, members.get("allOf")) {
        members.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(values)) = members.get_mut("enum") {
            values.extend((!values.contains(&Value::Null)).then_some(Value::Null));
        }
        return Value::Object(members);
    }
    let (mut outer, inner): (Object, Object) = members
        .into_iter()
        .partition(|(key, _)| ANNOTATIONS.contains(&key.as_str()));
    outer.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
    Value::Object(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_adds_null_to_a_type_and_its_enum() {
        let lowered = lower(
            &json!({ "type": "string", "enum": ["a"], "nullable": true, "description": "A." }),
        );
        assert_eq!(
            lowered,
            json!({ "type": ["string", "null"], "enum": ["a", null], "description": "A." })
        );
    }

    #[test]
    fn lower_adds_null_beside_a_reference() {
        let all_of = json!([{ "$ref": "#/components/schemas/A" }]);
        let schema =
            json!({ "type": "object", "allOf": all_of, "nullable": true, "description": "A." });
        let lowered = lower(&schema);
        let expected = json!({
            "description": "A.",
            "anyOf": [{ "allOf": [{ "$ref": "#/$defs/A" }] }, { "type": "null" }],
        });
        assert_eq!(lowered, expected);
    }

    #[test]
    fn every_name_of_a_property_is_accepted() {
        let schema = json!({ "required": ["a", "b"], "properties": { "a": { "type": "integer", "x-aliases": ["c"] }, "b": {} } });
        let integer = json!({ "type": "integer" });
        let expected =
            json!({ "required": ["b"], "properties": { "a": integer, "b": {}, "c": integer } });
        assert_eq!(lower(&schema), expected);
    }

    #[test]
    fn variants_of_a_discriminator_require_their_tags() {
        let variant = |tags: Value| json!({ "type": "object", VARIANT: { "name": "A", "tag": "kind", "tags": tags } });
        let union = json!({ "oneOf": [variant(json!(["a"])), variant(json!([]))], "discriminator": { "propertyName": "kind" } });
        let own = json!({ "properties": { "kind": { "enum": ["a"] } }, "required": ["kind"] });
        let object = json!({ "type": "object" });
        assert_eq!(
            lower(&union),
            json!({ "oneOf": [{ "allOf": [object, own] }, object] })
        );
    }

    #[test]
    fn lower_drops_extensions_and_examples_and_keeps_limits() {
        let schema = json!({
            "type": "object",
            "x-imagine-sampling": true,
            "example": {},
            "properties": { "example": { "type": "number", "minimum": 0, "exclusiveMinimum": true, "default": 1 } },
        });
        let expected = json!({
            "type": "object",
            "properties": { "example": { "type": "number", "exclusiveMinimum": 0, "default": 1 } },
        });
        assert_eq!(lower(&schema), expected);
    }
}
