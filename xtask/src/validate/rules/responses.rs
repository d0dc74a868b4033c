//! Rules for responses, which may contain new fields and values in the future.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::{members, string};
use crate::openapi::shapes::RESPONSE;
use crate::openapi::{schema, walk};
use crate::validate::spec::Spec;

/// An enum in a response is a string enum; only those keep unknown values.
pub(super) fn open_enums(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let is_open = |schema: &Value| {
        let values = schema.get("enum").and_then(Value::as_array);
        let is_string = |value: &Value| value.is_string() || value.is_null();
        schema::is_enum(schema) && values.is_some_and(|values| values.iter().all(is_string))
    };
    let closed = in_responses(spec)
        .into_iter()
        .filter(|(_, schema)| schema.get("enum").is_some() && !is_open(schema));
    closed
        .map(|(location, _)| {
            let message = "an enum in a response must be a string enum, to keep unknown values";
            let help = "use `type: string`, or list the values in the description";
            Diagnostic::new(&location.key("enum"), message, help)
        })
        .collect()
}

/// An object in a response permits unknown properties.
pub(super) fn open_objects(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let key = "additionalProperties";
    let closed = in_responses(spec)
        .into_iter()
        .filter(|(_, schema)| schema.get(key) == Some(&Value::Bool(false)));
    closed
        .map(|(location, _)| {
            let message = "an object in a response rejects unknown properties";
            Diagnostic::new(
                &location.key(key),
                message,
                format!("remove `{key}: false`"),
            )
        })
        .collect()
}

/// Returns every schema reachable from a response, except those of hand-written types.
fn in_responses<'a>(spec: &Spec<'a>) -> Vec<(Location, &'a Value)> {
    let mut waiting = Vec::new();
    for response in spec.each(&RESPONSE) {
        let location = response.location.key("content");
        for (media, content) in members(response.value, "content") {
            let schema = content.get("schema");
            waiting.extend(schema.map(|schema| (location.key(media).key("schema"), schema)));
        }
    }
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some((location, schema)) = waiting.pop() {
        if schema::is_by_hand(schema) {
            continue;
        }
        let named = string(schema, "$ref").and_then(|_| schema::component(schema));
        if let Some(name) = named.filter(|name| seen.insert(*name)) {
            let target = schema::components(spec.doc).and_then(|schemas| schemas.get(name));
            waiting.extend(target.map(|target| (Location::schema(name), target)));
        }
        waiting.extend(walk::subschemas(schema, &location));
        found.push((location, schema));
    }
    found
}
