//! Rules for extensions.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::openapi::Node;
use crate::openapi::extensions::{self, Target};
use crate::openapi::shapes::{OPERATION, PARAMETER, SCHEMA};
use crate::validate::spec::Spec;

const README: &str = "openapi/README.md lists the extensions";

/// Our extensions are known and have valid values.
pub(super) fn known(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let nodes = spec.walk.nodes.iter();
    let used = nodes.flat_map(|node| extensions(node).map(move |(key, value)| (node, key, value)));
    let used = used.filter(|(_, key, _)| extensions::is_ours(key));
    let invalid = used.filter_map(|(node, key, value)| {
        let diagnostic = extensions::check(key, value, &node.location.key(key))?;
        let help = Some(README.to_owned());
        Some(Diagnostic { help, ..diagnostic })
    });
    invalid.collect()
}

/// The specifications contain no extensions of other tools.
pub(super) fn foreign(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in &spec.walk.nodes {
        for (key, _) in extensions(node).filter(|(key, _)| !extensions::is_ours(key)) {
            let message = format!("unknown extension `{key}`");
            found.push(Diagnostic::new(&node.location.key(key), message, README));
        }
    }
    found
}

/// Extensions of ours are on objects that they apply to.
pub(super) fn applicable(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in &spec.walk.nodes {
        let allowed = targets(node);
        for (key, _) in extensions(node) {
            if extensions::targets(key)
                .is_some_and(|targets| !targets.iter().any(|target| allowed.contains(target)))
            {
                let message = format!("`{key}` has no effect on this {}", node.shape.name);
                found.push(Diagnostic::new(&node.location.key(key), message, README));
            }
        }
    }
    found
}

fn extensions<'a>(node: &Node<'a>) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let members = node.value.as_object().into_iter().flatten();
    let members = members.map(|(key, value)| (key.as_str(), value));
    members.filter(|(key, _)| key.starts_with("x-") && *key != "x-provenance")
}

/// Returns the targets that an object represents. A property is also a schema.
fn targets(node: &Node<'_>) -> &'static [Target] {
    let pointer = node.location.pointer();
    let mut above = pointer.rsplit('/').skip(1);
    match node {
        _ if node.is(&OPERATION) => &[Target::Operation],
        _ if node.is(&PARAMETER) => &[Target::Property],
        _ if node.is(&SCHEMA) && above.next() == Some("properties") => {
            &[Target::Property, Target::Schema]
        }
        _ if node.is(&SCHEMA) => &[Target::Schema],
        _ => &[],
    }
}
