//! Merges the objects of an `allOf`.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, boolean, owned_strings, set, string};
use crate::openapi::lowered::{FROM_SAMPLING, SAMPLING};
use crate::openapi::{schema, walk};

/// Merges the components with several schemas in `allOf`.
pub(super) fn merge_all_of(doc: &mut Value) -> Result<usize, Diagnostic> {
    let components = schema::components(doc).cloned().unwrap_or_default();
    let mut count = 0;
    for (name, schema) in schema::each_mut(doc) {
        if is_merge(schema) || extends(schema, &components) {
            let mut merge = Merge {
                components: &components,
                path: vec![name.clone()],
            };
            *schema = Value::Object(merge.object(schema, &Location::schema(name))?);
            count += 1;
        }
    }
    Ok(count)
}

/// Returns true if an `allOf` merges schemas, instead of describing a reference.
pub(super) fn is_merge(schema: &Value) -> bool {
    schema.get("allOf").is_some() && schema::component(schema).is_none()
}

/// Merges the keywords of an `allOf` of schemas that are no objects, such as a type and its limits.
pub(super) fn merge_scalars(doc: &mut Value) -> Result<usize, Diagnostic> {
    let merged = |schema: &mut Value| {
        let parts = schema.get("allOf").and_then(Value::as_array).cloned();
        let parts = parts.filter(|_| is_merge(schema)).unwrap_or_default();
        let types: Vec<&str> = parts
            .iter()
            .filter_map(|part| string(part, "type"))
            .collect();
        let is_plain = |part: &Value| {
            part.get("$ref").is_none()
                && part.get("properties").is_none()
                && part.get("allOf").is_none()
        };
        let own = string(schema, "type").is_none_or(|own| types.contains(&own));
        let one_type = types
            .first()
            .is_some_and(|first| *first != "object" && types.iter().all(|other| other == first));
        if !one_type || !own || !parts.iter().all(is_plain) {
            return 0;
        }
        if let Value::Object(members) = schema {
            let own = std::mem::take(members);
            let parts = parts.iter().filter_map(Value::as_object).flatten();
            members.extend(parts.map(|(key, value)| (key.clone(), value.clone())));
            members.extend(own.into_iter().filter(|(key, _)| key != "allOf"));
        }
        1
    };
    Ok(walk::change_schemas(doc, merged))
}

/// Returns true if a component is another object under a new name.
fn extends(schema: &Value, components: &Object) -> bool {
    let base = schema.get("allOf").and_then(|_| schema::component(schema));
    base.and_then(|name| components.get(name))
        .is_some_and(|base| is_merge(base) || schema::is_struct(base))
}

struct Merge<'a> {
    components: &'a Object,
    /// The components on the path, none of which may contain itself.
    path: Vec<String>,
}

impl Merge<'_> {
    /// Merges the parts' properties and the schema's own into an object.
    fn object(&mut self, schema: &Value, location: &Location) -> Result<Object, Diagnostic> {
        if let Some((key, _)) = schema::variants(schema) {
            let help = "make the union a property, or the schema a component with `x-imagine-rust`";
            return Err(location.key(key).unsupported("a union in an `allOf`", help));
        }
        let mut merged = schema.as_object().cloned().unwrap_or_default();
        let parts = merged.remove("allOf");
        let own = ["properties", "required"].map(|key| Some((key.to_owned(), merged.remove(key)?)));
        merged.insert("type".to_owned(), "object".into());
        for (at, part) in parts
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let location = location.key("allOf").key(at);
            let part = match schema::component(part) {
                Some(name) => self.base(name, &location)?,
                None => self.object(part, &location)?,
            };
            absorb(&mut merged, part, &location)?;
        }
        absorb(&mut merged, own.into_iter().flatten().collect(), location)?;
        Ok(merged)
    }

    /// Returns the contribution of a component in an `allOf`.
    fn base(&mut self, name: &str, location: &Location) -> Result<Object, Diagnostic> {
        if self.path.iter().any(|seen| seen == name) {
            return Err(location.diagnostic(DiagnosticKind::Recursive(name.to_owned())));
        }
        let is_object =
            |schema: &&Value| schema::is_struct(schema) || schema.get("allOf").is_some();
        let help = "merge only objects, or name the type with `x-imagine-rust`";
        let schema = self.components.get(name).filter(is_object);
        let schema = schema.ok_or_else(|| location.unsupported("this part", help))?;
        self.path.push(name.to_owned());
        let mut base = self.object(schema, location)?;
        self.path.pop();
        if boolean(schema, "x-imagine-sampling") {
            mark_sampling(&mut base, name);
        }
        Ok(base)
    }
}

fn mark_sampling(base: &mut Object, name: &str) {
    let properties = base.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten() {
        set(property, FROM_SAMPLING, true);
    }
    base.insert(SAMPLING.to_owned(), name.into());
}

/// Adds the properties of a part. Keywords of a later one with the same name win.
fn absorb(merged: &mut Object, mut part: Object, location: &Location) -> Result<(), Diagnostic> {
    let mut required = owned_strings(merged.get("required"));
    required.extend(owned_strings(part.get("required")));
    merged.insert("required".to_owned(), unique(required).into());
    let mut properties = take_object(merged, "properties");
    for (name, property) in take_object(&mut part, "properties") {
        match properties.get_mut(&name) {
            Some(earlier) => {
                override_property(earlier, property, &location.key("properties").key(&name))?
            }
            None => drop(properties.insert(name, property)),
        }
    }
    merged.insert("properties".to_owned(), properties.into());
    let sampling = part.remove(SAMPLING);
    if sampling.is_some() && merged.contains_key(SAMPLING) {
        return Err(location.unsupported("a second sampling schema", "merge the two"));
    }
    merged.extend(sampling.map(|name| (SAMPLING.to_owned(), name)));
    Ok(())
}

/// Adds the keywords of a property to an earlier one, which must have the same type.
fn override_property(
    earlier: &mut Value,
    later: Value,
    location: &Location,
) -> Result<(), Diagnostic> {
    let types = [&*earlier, &later].map(|property| string(property, "type").map(str::to_owned));
    let is_reference = |property: &Value| schema::component(property).is_some();
    let is_narrower =
        matches!(&types, [Some(old), Some(new)] if old == "number" && new == "integer");
    let differs = matches!(&types, [Some(old), Some(new)] if old != new) && !is_narrower;
    let retyped = is_reference(&later) && schema::component(&later) != schema::component(earlier);
    if differs || retyped && (types[0].is_some() || is_reference(earlier)) {
        let message = "the parts of the `allOf` give this property different types";
        return Err(Diagnostic::new(
            location,
            message,
            "give it one type, or two names",
        ));
    }
    match (earlier, later) {
        (Value::Object(earlier), Value::Object(later)) => {
            // The type of a sampling parameter here may differ from that of the sampling schema.
            earlier.remove(FROM_SAMPLING);
            earlier.extend(later);
        }
        (earlier, later) => *earlier = later,
    }
    Ok(())
}

fn take_object(from: &mut Object, key: &str) -> Object {
    match from.remove(key) {
        Some(Value::Object(members)) => members,
        _ => Object::new(),
    }
}

fn unique(names: Vec<String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(schemas: Value) -> Result<(usize, Value), String> {
        let mut doc = json!({ "components": { "schemas": schemas } });
        let count = merge_all_of(&mut doc).map_err(|diagnostic| diagnostic.to_string())?;
        Ok((count, doc["components"]["schemas"].take()))
    }

    #[test]
    fn merges_properties_and_marks_sampling_parameters() {
        let base = json!({ "type": "object", "x-imagine-sampling": true, "required": ["n"], "properties": { "n": {}, "m": {} } });
        let (count, schemas) = merged(json!({
            "Base": base,
            "Request": {
                "description": "A request.",
                "allOf": [{ "$ref": "#/components/schemas/Base" }, { "required": ["m", "n"], "properties": { "m": { "type": "string" } } }],
            },
        }))
        .unwrap();
        assert_eq!(count, 1);
        assert_eq!(schemas["Base"], base);
        let expected = json!({
            "description": "A request.",
            "type": "object",
            "required": ["n", "m"],
            "properties": { "n": { FROM_SAMPLING: true }, "m": { "type": "string" } },
            SAMPLING: "Base",
        });
        assert_eq!(schemas["Request"], expected);
    }

    #[test]
    fn keeps_a_described_reference() {
        let schemas = json!({ "Kind": { "type": "string" }, "Alias": { "allOf": [{ "$ref": "#/components/schemas/Kind" }] } });
        assert_eq!(merged(schemas.clone()).unwrap(), (0, schemas));
    }

    // P5
    #[test]
    fn rejects_properties_of_different_types() {
        let part = |property: Value| json!({ "properties": { "k": property } });
        let merged = |one: Value, other: Value| {
            merged(json!({ "A": { "allOf": [part(one), part(other)] } }))
                .map(|(_, mut schemas)| schemas["A"]["properties"]["k"].take())
        };
        let conflict = merged(json!({ "type": "string" }), json!({ "type": "integer" }));
        let expected = "#/components/schemas/A/allOf/1/properties/k: the parts of the `allOf` give this property \
                        different types; give it one type, or two names";
        assert_eq!(conflict.unwrap_err(), expected);
        let reference = schema::reference("B");
        assert!(merged(json!({ "type": "string" }), reference).is_err());
        let described = merged(json!({ "type": "integer" }), json!({ "description": "A." }));
        assert_eq!(
            described.unwrap(),
            json!({ "type": "integer", "description": "A." })
        );
        let narrowed = merged(json!({ "type": "number" }), json!({ "type": "integer" }));
        assert_eq!(narrowed.unwrap(), json!({ "type": "integer" }));
    }

    #[test]
    fn merges_the_keywords_of_scalars() {
        let mut doc = json!({ "components": { "schemas": {
            "A": { "properties": { "a": { "allOf": [{ "type": "string" }, { "maxLength": 5 }], "description": "A." } } },
        } } });
        assert_eq!(merge_scalars(&mut doc).unwrap(), 1);
        let expected = json!({ "type": "string", "maxLength": 5, "description": "A." });
        assert_eq!(
            doc["components"]["schemas"]["A"]["properties"]["a"],
            expected
        );
    }

    #[test]
    fn rejects_an_object_that_contains_itself() {
        let part = json!({ "$ref": "#/components/schemas/A" });
        let message = merged(json!({ "A": { "allOf": [part, {}] } })).unwrap_err();
        assert_eq!(
            message,
            "#/components/schemas/A/allOf/0: `A` refers to itself without an object in between"
        );
    }
}
