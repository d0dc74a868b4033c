//! Operations: parameters, bodies, responses, and methods.

use serde_json::{Value, json};

use super::Subject;
use super::contract::{add_security, add_servers};
use super::part::{Content, Part, Position};
use super::schema;
use crate::diagnostic::Location;
use crate::openapi::body::is_success;
use crate::openapi::json::{Object, boolean, items, members, string};
use crate::openapi::names::pascal;
use crate::openapi::reference;

const OF_PARTS: [&str; 6] = [
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "x-imagine-views",
];

pub(super) fn open<'a>(part: &Part<'a>, doc: &'a Value) -> Content<'a> {
    let mut content = Content::default();
    if let Some(node) = part.value.as_object() {
        content.facts.add(node, &OF_PARTS, &part.location, true);
    }
    let (owner, location) = with_servers(part, doc);
    add_servers(&mut content, owner, &location);
    add_security(&mut content, part, doc);
    let mut named = part.clone();
    named.within.type_name = pascal(string(part.value, "operationId").unwrap_or_default());
    content.parts.extend(parameters(&named, doc));
    content.parts.extend(body(&named, doc));
    content.parts.extend(responses(&named, doc));
    content.parts.extend(views(&named));
    content
}

/// Returns the owner of an operation's servers: the operation, or its path.
fn with_servers<'a>(part: &Part<'a>, doc: &'a Value) -> (&'a Value, Location) {
    match shared(part, doc) {
        (Some(item), location) if part.value.get("servers").is_none() => (item, location),
        _ => (part.value, part.location.clone()),
    }
}

/// Returns the path item of an operation.
fn shared<'a>(part: &Part<'a>, doc: &'a Value) -> (Option<&'a Value>, Location) {
    let path = part.key.split_once(' ').map_or("", |(_, path)| path);
    let item = doc.get("paths").and_then(|paths| paths.get(path));
    (item, Location::default().key("paths").key(path))
}

/// Returns the parameters of an operation, then those of its path.
fn parameters<'a>(part: &Part<'a>, doc: &'a Value) -> Vec<Part<'a>> {
    let path = part.key.split_once(' ').map_or("", |(_, path)| path);
    let (shared, shared_location) = shared(part, doc);
    let own = listed(part.value, &part.location, doc);
    let shared = shared.map(|item| listed(item, &shared_location, doc));
    let mut found: Vec<Part<'a>> = Vec::new();
    for (value, location) in own.into_iter().chain(shared.into_iter().flatten()) {
        let parameter = parameter(part, value, location, path);
        if !found.iter().any(|known| known.key == parameter.key) {
            found.push(parameter);
        }
    }
    found
}

fn listed<'a>(node: &'a Value, location: &Location, doc: &'a Value) -> Vec<(&'a Value, Location)> {
    let location = location.key("parameters");
    items(node, "parameters")
        .enumerate()
        .map(|(at, value)| reference::follow(value, location.key(at), doc))
        .collect()
}

fn parameter<'a>(part: &Part<'a>, value: &'a Value, location: Location, path: &str) -> Part<'a> {
    let name = string(value, "name").unwrap_or_default();
    let sent_in = string(value, "in").unwrap_or_default();
    let key = match path_index(path, name).filter(|_| sent_in == "path") {
        Some(at) => format!("path {at}"),
        None => format!("{sent_in} {name}"),
    };
    let mut parameter = part.child(Subject::Parameter, key, value, location);
    parameter.required = boolean(value, "required");
    parameter.within.position = Some(Position::Request);
    parameter.within.type_name += &pascal(name);
    parameter
}

/// Returns the position of a parameter in its path, which identifies it on the wire.
fn path_index(path: &str, name: &str) -> Option<usize> {
    let mut names = path
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0));
    names.position(|other| other == name).map(|at| at + 1)
}

fn body<'a>(part: &Part<'a>, doc: &'a Value) -> Option<Part<'a>> {
    let location = part.location.key("requestBody");
    let (value, location) = reference::follow(part.value.get("requestBody")?, location, doc);
    let mut body = part.child(Subject::Body, "request", value, location);
    body.required = boolean(value, "required");
    body.within.position = Some(Position::Request);
    body.within.type_name += "Body";
    Some(body)
}

fn responses<'a>(part: &Part<'a>, doc: &'a Value) -> impl Iterator<Item = Part<'a>> {
    let location = part.location.key("responses");
    members(part.value, "responses").map(move |(status, value)| {
        let is_success = is_success(part.value, status);
        let subject = if is_success {
            Subject::Success
        } else {
            Subject::Failure
        };
        let (value, location) = reference::follow(value, location.key(status), doc);
        let mut response = part.child(subject, status, value, location);
        response.within.position = Some(Position::Response);
        response.within.typed = is_success;
        response.within.generated = is_success;
        response
    })
}

fn views<'a>(part: &Part<'a>) -> impl Iterator<Item = Part<'a>> {
    let location = part.location.key("x-imagine-views");
    items(part.value, "x-imagine-views")
        .enumerate()
        .map(move |(at, view)| {
            let method = string(view, "method").unwrap_or_default();
            part.child(Subject::View, method, view, location.key(at))
        })
}

pub(super) fn open_view<'a>(part: &Part<'a>) -> Content<'a> {
    let mut content = Content::default();
    let facts = [
        ("summary", Subject::Prose),
        ("response", Subject::RustType),
        ("python", Subject::PythonNames),
    ];
    for (key, subject) in facts {
        if let Some(value) = part.value.get(key) {
            content
                .facts
                .imply(key, subject, value.clone(), &part.location);
        }
    }
    content
}

/// Opens a body or a response, with its media types.
pub(super) fn open_message<'a>(part: &Part<'a>, doc: &'a Value) -> Content<'a> {
    let mut content = Content::default();
    let of_parts = ["content", "headers", "required"];
    if let Some(node) = part.value.as_object() {
        let generated = part.within.generated;
        content
            .facts
            .add(node, &of_parts, &part.location, generated);
    }
    let location = part.location.key("content");
    for (media, value) in members(part.value, "content") {
        // Parameters such as a charset do not change the content.
        let essence = media.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let mut form = part.child(Subject::Content, essence, value, location.key(media));
        if part.subject == Subject::Success {
            let is_events = media == "text/event-stream";
            form.within.type_name += if is_events { "Event" } else { "Response" };
        }
        content.parts.push(form);
    }
    let location = part.location.key("headers");
    for (name, value) in members(part.value, "headers") {
        let (value, location) = reference::follow(value, location.key(name), doc);
        let key = name.to_ascii_lowercase();
        let mut header = part.child(Subject::Header, key, value, location);
        header.within.generated = false;
        header.required = boolean(value, "required");
        content.parts.push(header);
    }
    content
}

/// Opens the schema of a parameter, a header or a media type.
pub(super) fn open_carrier<'a>(part: &Part<'a>, doc: &'a Value) -> Content<'a> {
    let mut content = match part.value.get("schema") {
        Some(schema) => {
            schema::open_schema(schema, &part.location.key("schema"), &part.within, doc)
        }
        None => Content::default(),
    };
    let of_parts = ["schema", "name", "in", "required"];
    if let Some(node) = part.value.as_object() {
        let generated = part.within.generated;
        let node = without_default_style(node);
        content
            .facts
            .add(&node, &of_parts, &part.location, generated);
    }
    if part.key.starts_with("path ") {
        let name = json!(string(part.value, "name"));
        let subject = Subject::ParameterName;
        content.facts.imply("name", subject, name, &part.location);
    }
    content
}

/// Removes a style that is the default of its location.
fn without_default_style(node: &Object) -> Object {
    let mut node = node.clone();
    let is = |key: &str, value: Value| node.get(key) == Some(&value);
    let is_form = match node.get("in").and_then(Value::as_str) {
        Some("query" | "cookie") => true,
        Some("path" | "header") => false,
        _ => return node,
    };
    let style = if is_form { "form" } else { "simple" };
    let has_default_style = node.get("style").is_none() || is("style", json!(style));
    let has_default_explode = has_default_style && is("explode", json!(is_form));
    if has_default_style {
        node.remove("style");
    }
    if has_default_explode {
        node.remove("explode");
    }
    node
}
