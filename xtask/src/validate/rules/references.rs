//! Rules for references.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::{members, string};
use crate::openapi::reach::edges;
use crate::openapi::shapes::REFERENCE;
use crate::openapi::{reference, schema};
use crate::validate::spec::Spec;

/// Every reference resolves inside the document.
pub(super) fn dangling(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let dangling = spec
        .each(&REFERENCE)
        .filter(|node| reference::target(node.value, spec.doc).is_none());
    dangling
        .map(|node| {
            let target = string(node.value, "$ref").unwrap_or_default();
            Diagnostic::new(
                &node.location.key("$ref"),
                format!("`{target}` points to nothing in this document"),
                "add the target, or fix the name",
            )
        })
        .collect()
}

/// Every component is used, by a reference or as an argument of a Rust type.
pub(super) fn unused(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let used = used(spec);
    let mut found = Vec::new();
    for (kind, named) in members(spec.doc, "components") {
        for name in named
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            let pointer = Location::default().key("components").key(kind).key(name);
            if kind != "securitySchemes" && !used.contains(pointer.pointer()) {
                let message = format!("nothing refers to `{name}`");
                found.push(Diagnostic::new(
                    &pointer,
                    message,
                    "refer to it, or remove it",
                ));
            }
        }
    }
    found
}

fn used(spec: &Spec<'_>) -> BTreeSet<String> {
    let references = spec
        .each(&REFERENCE)
        .filter_map(|node| string(node.value, "$ref"));
    let references = references.filter_map(|target| target.strip_prefix('#'));
    let mut used: BTreeSet<String> = references.map(str::to_owned).collect();
    let schemas = schema::components(spec.doc).into_iter().flatten();
    let by_hand = schemas.flat_map(|(_, schema): (_, &Value)| edges(schema));
    used.extend(by_hand.map(|name| Location::schema(&name).pointer().to_owned()));
    for view in views(spec) {
        used.insert(Location::schema(view).pointer().to_owned());
    }
    used
}

/// Iterates over the response types of views.
fn views<'a>(spec: &'a Spec<'_>) -> impl Iterator<Item = &'a str> {
    let nodes = spec.walk.nodes.iter();
    let views = nodes.filter_map(|node| node.value.get("x-imagine-views")?.as_array());
    views.flatten().filter_map(|view| string(view, "response"))
}
