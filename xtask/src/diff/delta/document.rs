//! The document as a part: its operations, and the facts of its components.

use serde_json::Value;

use super::Subject;
use super::contract::{add_schemes, add_servers};
use super::part::{Content, Part, Within};
use crate::diagnostic::Location;
use crate::openapi::json::{Object, members};
use crate::openapi::operations::METHODS;
use crate::openapi::{reference, schema};

/// The keys of a component that its uses replace with their own.
const OF_THE_TYPE: [&str; 5] = [
    "description",
    "title",
    "x-imagine-python",
    "x-imagine-sampling",
    "x-provenance",
];

/// Creates the part of a document.
pub(super) fn root(doc: &Value) -> Part<'_> {
    Part {
        subject: Subject::Document,
        key: String::new(),
        value: doc,
        location: Location::default(),
        required: true,
        within: Within {
            typed: true,
            generated: true,
            ..Within::default()
        },
    }
}

pub(super) fn open<'a>(part: &Part<'a>) -> Content<'a> {
    let mut content = Content::default();
    let of_parts = ["paths", "components", "security", "servers"];
    let members = part.value.as_object();
    if let Some(members) = members {
        content.facts.add(members, &of_parts, &part.location, true);
    }
    add_schemes(&mut content, part.value);
    add_servers(&mut content, part.value, &part.location);
    content.parts.extend(operations(part));
    let components = schema::components(part.value).into_iter().flatten();
    content.parts.extend(
        components.map(|(name, value)| {
            part.child(Subject::Component, name, value, Location::schema(name))
        }),
    );
    content
}

fn operations<'a>(part: &Part<'a>) -> Vec<Part<'a>> {
    let mut found = Vec::new();
    for (path, item) in members(part.value, "paths") {
        let location = part.location.key("paths").key(path);
        let (item, location) = reference::follow(item, location, part.value);
        let nodes = item.as_object().into_iter().flatten();
        for (method, node) in nodes.filter(|(key, _)| METHODS.contains(&key.as_str())) {
            let key = format!("{} {path}", method.to_uppercase());
            found.push(part.child(Subject::Operation, key, node, location.key(method)));
        }
    }
    found
}

/// Opens the facts of a component; its contents are compared where it is used.
pub(super) fn open_component<'a>(part: &Part<'a>) -> Content<'a> {
    let mut content = Content::default();
    let facts: Object = part
        .value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| OF_THE_TYPE.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    content.facts.add(&facts, &[], &part.location, true);
    content
}
