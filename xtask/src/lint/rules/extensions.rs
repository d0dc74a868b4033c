//! Rules for extensions.

use crate::diagnostic::Diagnostic;
use crate::document::extensions::{self, Target};
use crate::lint::Spec;
use crate::openapi::Node;
use crate::openapi::shapes::{OPERATION, PARAMETER, SCHEMA};

const README: &str = "openapi/README.md lists the extensions";

/// Extensions are known and have valid values.
pub(super) fn known(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let diagnostics = extensions::diagnostics(spec.doc).into_iter();
    let mut found: Vec<Diagnostic> = diagnostics
        .map(|diagnostic| Diagnostic {
            help: Some(README.to_owned()),
            ..diagnostic
        })
        .collect();
    for node in &spec.walk.nodes {
        for key in
            extensions(node).filter(|key| *key != "x-provenance" && !extensions::is_ours(key))
        {
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
        for key in extensions(node) {
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

fn extensions<'a>(node: &Node<'a>) -> impl Iterator<Item = &'a str> {
    let keys = node.value.as_object().into_iter().flatten();
    keys.map(|(key, _)| key.as_str())
        .filter(|key| key.starts_with("x-"))
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
