//! Rules for operations.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::openapi::Node;
use crate::openapi::json::{items, string};
use crate::openapi::names;
use crate::openapi::shapes::{OPERATION, TAG};
use crate::validate::spec::Spec;

/// An operation has a unique name, which is a valid method name.
pub(super) fn id(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = missing(
        spec,
        "operationId",
        "add a name in snake_case; the method gets the same name",
    );
    let mut taken = BTreeMap::new();
    for node in spec.each(&OPERATION) {
        let Some(id) = string(node.value, "operationId") else {
            continue;
        };
        let location = node.location.key("operationId");
        if !names::is_snake(id) {
            let message = format!("`{id}` is not a valid Rust method name");
            found.push(Diagnostic::new(
                &location,
                message,
                "write it in snake_case",
            ));
        }
        if let Some(first) = taken.insert(id, node.location.pointer()) {
            let message = format!("the operation `{id}` is already defined at `#{first}`");
            found.push(Diagnostic::new(&location, message, "rename one of the two"));
        }
    }
    found
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
