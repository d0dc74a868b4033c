//! What every operation must say of itself.

use std::collections::BTreeMap;

use crate::lint::Spec;
use crate::lint::finding::Finding;
use crate::openapi::Node;
use crate::openapi::shapes::{OPERATION, TAG};
use crate::spec::json::{items, text};
use crate::spec::names;

/// An operation has a name of its own, from which its method is named.
pub(super) fn id(spec: &Spec<'_>) -> Vec<Finding> {
    let mut found = lacking(
        spec,
        "operationId",
        "name it in snake_case, as its method will be",
    );
    let mut taken = BTreeMap::new();
    for node in spec.each(&OPERATION) {
        let Some(id) = text(node.value, "operationId") else {
            continue;
        };
        let place = node.place.key("operationId");
        if !names::is_snake(id) {
            let what = format!("`{id}` is no name of a Rust method");
            found.push(Finding::new(&place, what, "write it in snake_case"));
        }
        if let Some(first) = taken.insert(id, node.place.pointer()) {
            let what = format!("there is another operation `{id}`, at `#{first}`");
            found.push(Finding::new(&place, what, "rename one of the two"));
        }
    }
    found
}

/// An operation has a tag, and the document says what the tag stands for.
pub(super) fn tag(spec: &Spec<'_>) -> Vec<Finding> {
    let known: Vec<&str> = spec
        .each(&TAG)
        .filter_map(|tag| text(tag.value, "name"))
        .collect();
    let mut found = Vec::new();
    for node in spec.each(&OPERATION) {
        let tags: Vec<_> = items(node.value, "tags").enumerate().collect();
        if tags.is_empty() {
            let what = format!("{} has no tag", name(node));
            let mend = format!("add `tags` with one of {}", known.join(", "));
            found.push(Finding::new(&node.place, what, mend));
        }
        for (at, tag) in tags {
            if let Some(tag) = tag.as_str().filter(|tag| !known.contains(tag)) {
                let place = node.place.key("tags").key(at);
                let what = format!("the document does not list the tag `{tag}`");
                found.push(Finding::new(
                    &place,
                    what,
                    "add it to `tags` with a description",
                ));
            }
        }
    }
    found
}

/// An operation says in a line what it does.
pub(super) fn summary(spec: &Spec<'_>) -> Vec<Finding> {
    lacking(spec, "summary", "say in a line what it does")
}

/// An operation says how well it is known, and from where.
pub(super) fn provenance(spec: &Spec<'_>) -> Vec<Finding> {
    let mend = "add a grade and a source, as openapi/README.md lists them";
    lacking(spec, "x-provenance", mend)
}

/// An operation says when a failed attempt may be repeated.
pub(super) fn retry(spec: &Spec<'_>) -> Vec<Finding> {
    let mend = "add `idempotent` if nothing can happen twice, `unstarted` otherwise";
    lacking(spec, "x-imagine-retry", mend)
}

fn lacking(spec: &Spec<'_>, key: &str, mend: &str) -> Vec<Finding> {
    let lacking = spec
        .each(&OPERATION)
        .filter(|node| node.value.get(key).is_none());
    lacking
        .map(|node| Finding::new(&node.place, format!("{} has no `{key}`", name(node)), mend))
        .collect()
}

fn name(node: &Node<'_>) -> String {
    match text(node.value, "operationId") {
        Some(id) => format!("the operation `{id}`"),
        None => "this operation".to_owned(),
    }
}
