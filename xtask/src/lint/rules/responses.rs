//! A response may say more one day than it does now.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::{members, string};
use crate::document::schema;
use crate::lint::Spec;
use crate::openapi::shapes::RESPONSE;

/// An enum in a response is one of texts: only such an enum keeps a value that it does not name.
pub(super) fn open_enums(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let is_open = |schema: &Value| {
        let values = schema.get("enum").and_then(Value::as_array);
        let is_text = |value: &Value| value.is_string() || value.is_null();
        schema::is_enum(schema) && values.is_some_and(|values| values.iter().all(is_text))
    };
    let closed = in_responses(spec)
        .into_iter()
        .filter(|(_, schema)| schema.get("enum").is_some() && !is_open(schema));
    closed
        .map(|(location, _)| {
            let what = "an enum in a response is closed unless it is one of texts";
            let help = "make it `type: string`, or list the values in the description instead";
            Diagnostic::new(&location.key("enum"), what, help)
        })
        .collect()
}

/// An object in a response may have properties that are not listed.
pub(super) fn open_objects(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let key = "additionalProperties";
    let closed = in_responses(spec)
        .into_iter()
        .filter(|(_, schema)| schema.get(key) == Some(&Value::Bool(false)));
    closed
        .map(|(location, _)| {
            let what = "an object in a response refuses properties that it does not list";
            Diagnostic::new(&location.key(key), what, format!("take `{key}: false` out"))
        })
        .collect()
}

/// Every schema that a response can lead to, but for those whose types are written by hand.
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
        waiting.extend(schema::parts(schema, &location));
        found.push((location, schema));
    }
    found
}
