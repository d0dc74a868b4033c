//! A response may say more one day than it does now.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Place;
use crate::lint::Spec;
use crate::lint::finding::Finding;
use crate::openapi::shapes::RESPONSE;
use crate::spec::json::{members, text};
use crate::spec::schema;

/// An enum in a response is one of texts: only such an enum keeps a value that it does not name.
pub(super) fn open_enums(spec: &Spec<'_>) -> Vec<Finding> {
    let is_open = |schema: &Value| {
        let values = schema.get("enum").and_then(Value::as_array);
        let is_text = |value: &Value| value.is_string() || value.is_null();
        schema::is_enum(schema) && values.is_some_and(|values| values.iter().all(is_text))
    };
    let closed = in_responses(spec)
        .into_iter()
        .filter(|(_, schema)| schema.get("enum").is_some() && !is_open(schema));
    closed
        .map(|(place, _)| {
            let what = "an enum in a response is closed unless it is one of texts";
            let mend = "make it `type: string`, or list the values in the description instead";
            Finding::new(&place.key("enum"), what, mend)
        })
        .collect()
}

/// An object in a response may have properties that are not listed.
pub(super) fn open_objects(spec: &Spec<'_>) -> Vec<Finding> {
    let key = "additionalProperties";
    let closed = in_responses(spec)
        .into_iter()
        .filter(|(_, schema)| schema.get(key) == Some(&Value::Bool(false)));
    closed
        .map(|(place, _)| {
            let what = "an object in a response refuses properties that it does not list";
            Finding::new(&place.key(key), what, format!("take `{key}: false` out"))
        })
        .collect()
}

/// Every schema that a response can lead to, but for those whose types are written by hand.
fn in_responses<'a>(spec: &Spec<'a>) -> Vec<(Place, &'a Value)> {
    let mut waiting = Vec::new();
    for response in spec.each(&RESPONSE) {
        let place = response.place.key("content");
        for (media, content) in members(response.value, "content") {
            let schema = content.get("schema");
            waiting.extend(schema.map(|schema| (place.key(media).key("schema"), schema)));
        }
    }
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some((place, schema)) = waiting.pop() {
        if schema::is_by_hand(schema) {
            continue;
        }
        let named = text(schema, "$ref").and_then(|_| schema::component(schema));
        if let Some(name) = named.filter(|name| seen.insert(*name)) {
            let target = schema::components(spec.doc).and_then(|schemas| schemas.get(name));
            waiting.extend(target.map(|target| (Place::schema(name), target)));
        }
        waiting.extend(schema::parts(schema, &place));
        found.push((place, schema));
    }
    found
}
