//! Rules for operations.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::openapi::Node;
use crate::openapi::json::{boolean, items, string};
use crate::openapi::shapes::{OPERATION, TAG};
use crate::openapi::{names, operations};
use crate::validate::spec::Spec;

/// The methods of every client, and names that generated modules use.
const RESERVED: [&str; 15] = [
    "all",
    "builder",
    "call",
    "clone",
    "connection",
    "download",
    "fmt",
    "from",
    "from_env",
    "into",
    "media_url",
    "new",
    "wait",
    "wait_all",
    "with_options",
];

/// An operation has a unique name that no method of the client has.
pub(super) fn id(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = missing(
        spec,
        "operationId",
        "add a name in snake_case; the method gets the same name",
    );
    let mut taken = BTreeMap::new();
    for node in spec.each(&OPERATION) {
        let Some(id) = operations::name(node.value) else {
            continue;
        };
        let location = node.location.key("operationId");
        if RESERVED.contains(&id.as_str()) {
            let message = format!("every client already has a method `{id}`");
            found.push(Diagnostic::new(&location, message, RENAME));
        }
        if let Some(first) = taken.insert(id.clone(), node.location.pointer()) {
            let message = format!("the operation `{id}` is already defined at `#{first}`");
            found.push(Diagnostic::new(&location, message, RENAME));
        }
    }
    found
}

/// An operation whose method takes one value lists no arguments.
pub(super) fn arguments(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let both = spec.each(&OPERATION).filter(|node| {
        boolean(node.value, "x-imagine-by-value") && node.value.get("x-imagine-args").is_some()
    });
    let message = "the method takes one value and also arguments";
    both.map(|node| {
        let location = node.location.key("x-imagine-args");
        Diagnostic::new(&location, message, "remove one of the two extensions")
    })
    .collect()
}

const RENAME: &str = "give it another name with `x-imagine-name`";

/// The name of an operation is written as that of the method.
pub(super) fn case(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let ids = spec.each(&OPERATION);
    let ids = ids.filter_map(|node| Some((node, string(node.value, "operationId")?)));
    let others = ids.filter(|(_, id)| !names::is_snake(id));
    others
        .map(|(node, id)| {
            let message = format!("`{id}` is not a valid Rust method name");
            let location = node.location.key("operationId");
            Diagnostic::new(&location, message, "write it in snake_case")
        })
        .collect()
}

/// An operation has a tag that the document describes.
pub(super) fn tag(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let known: Vec<&str> = spec
        .each(&TAG)
        .filter_map(|tag| string(tag.value, "name"))
        .collect();
    let mut found = Vec::new();
    for node in spec.each(&OPERATION) {
        let tags: Vec<_> = items(node.value, "tags").enumerate().collect();
        if tags.is_empty() {
            let message = format!("{} has no tag", name(node));
            let help = format!("add `tags` with one of {}", known.join(", "));
            found.push(Diagnostic::new(&node.location, message, help));
        }
        for (at, tag) in tags {
            if let Some(tag) = tag.as_str().filter(|tag| !known.contains(tag)) {
                let location = node.location.key("tags").key(at);
                let message = format!("the document does not list the tag `{tag}`");
                found.push(Diagnostic::new(
                    &location,
                    message,
                    "add it to `tags` with a description",
                ));
            }
        }
    }
    found
}

/// An operation has a summary.
pub(super) fn summary(spec: &Spec<'_>) -> Vec<Diagnostic> {
    missing(spec, "summary", "describe the operation in one line")
}

/// An operation has a provenance.
pub(super) fn provenance(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let help = "add a grade and a source, as openapi/README.md lists them";
    missing(spec, "x-provenance", help)
}

/// An operation has a retry class.
pub(super) fn retry(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let help = "add `idempotent` if repeating the request is safe, `unstarted` otherwise";
    missing(spec, "x-imagine-retry", help)
}

fn missing(spec: &Spec<'_>, key: &str, help: &str) -> Vec<Diagnostic> {
    let nodes = spec
        .each(&OPERATION)
        .filter(|node| node.value.get(key).is_none());
    nodes
        .map(|node| {
            Diagnostic::new(
                &node.location,
                format!("{} has no `{key}`", name(node)),
                help,
            )
        })
        .collect()
}

fn name(node: &Node<'_>) -> String {
    match string(node.value, "operationId") {
        Some(id) => format!("the operation `{id}`"),
        None => "this operation".to_owned(),
    }
}
