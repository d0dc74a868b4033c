//! What every operation must say of itself.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::document::json::{items, string};
use crate::document::names;
use crate::lint::Spec;
use crate::openapi::Node;
use crate::openapi::shapes::{OPERATION, TAG};

/// An operation has a name of its own, from which its method is named.
pub(super) fn id(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = lacking(
        spec,
        "operationId",
        "name it in snake_case, as its method will be",
    );
    let mut taken = BTreeMap::new();
    for node in spec.each(&OPERATION) {
        let Some(id) = string(node.value, "operationId") else {
            continue;
        };
        let location = node.location.key("operationId");
        if !names::is_snake(id) {
            let what = format!("`{id}` is no name of a Rust method");
            found.push(Diagnostic::new(&location, what, "write it in snake_case"));
        }
        if let Some(first) = taken.insert(id, node.location.pointer()) {
            let what = format!("there is another operation `{id}`, at `#{first}`");
            found.push(Diagnostic::new(&location, what, "rename one of the two"));
        }
    }
    found
}

/// An operation has a tag, and the document says what the tag stands for.
pub(super) fn tag(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let known: Vec<&str> = spec
        .each(&TAG)
        .filter_map(|tag| string(tag.value, "name"))
        .collect();
    let mut found = Vec::new();
    for node in spec.each(&OPERATION) {
        let tags: Vec<_> = items(node.value, "tags").enumerate().collect();
        if tags.is_empty() {
            let what = format!("{} has no tag", name(node));
            let help = format!("add `tags` with one of {}", known.join(", "));
            found.push(Diagnostic::new(&node.location, what, help));
        }
        for (at, tag) in tags {
            if let Some(tag) = tag.as_str().filter(|tag| !known.contains(tag)) {
                let location = node.location.key("tags").key(at);
                let what = format!("the document does not list the tag `{tag}`");
                found.push(Diagnostic::new(
                    &location,
                    what,
                    "add it to `tags` with a description",
                ));
            }
        }
    }
    found
}

/// An operation says in a line what it does.
pub(super) fn summary(spec: &Spec<'_>) -> Vec<Diagnostic> {
    lacking(spec, "summary", "say in a line what it does")
}

/// An operation says how well it is known, and from where.
pub(super) fn provenance(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let help = "add a grade and a source, as openapi/README.md lists them";
    lacking(spec, "x-provenance", help)
}

/// An operation says when a failed attempt may be repeated.
pub(super) fn retry(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let help = "add `idempotent` if nothing can happen twice, `unstarted` otherwise";
    lacking(spec, "x-imagine-retry", help)
}

fn lacking(spec: &Spec<'_>, key: &str, help: &str) -> Vec<Diagnostic> {
    let lacking = spec
        .each(&OPERATION)
        .filter(|node| node.value.get(key).is_none());
    lacking
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
