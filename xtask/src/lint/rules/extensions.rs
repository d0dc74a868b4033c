//! Hints and other extensions: each is known, of the right form, and where it does something.

use crate::diagnostic::Diagnostic;
use crate::document::extensions::{self, On};
use crate::lint::Spec;
use crate::openapi::Node;
use crate::openapi::shapes::{OPERATION, PARAMETER, SCHEMA};

const README: &str = "openapi/README.md lists the hints";

/// Every hint is one that there is, and holds what it may hold.
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
            extensions(node).filter(|key| *key != "x-provenance" && !extensions::is_hint(key))
        {
            let what = format!("no extension is called `{key}`");
            found.push(Diagnostic::new(&node.location.key(key), what, README));
        }
    }
    found
}

/// Every hint stands on an object that it says something about.
pub(super) fn placed(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in &spec.walk.nodes {
        let allowed = locations(node);
        for key in extensions(node) {
            if extensions::locations(key)
                .is_some_and(|on| !on.iter().any(|on| allowed.contains(on)))
            {
                let what = format!("`{key}` does nothing on this {}", node.shape.name);
                found.push(Diagnostic::new(&node.location.key(key), what, README));
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

/// What an object counts as. A property is a schema too.
fn locations(node: &Node<'_>) -> &'static [On] {
    let pointer = node.location.pointer();
    let mut above = pointer.rsplit('/').skip(1);
    match node {
        _ if node.is(&OPERATION) => &[On::Operation],
        _ if node.is(&PARAMETER) => &[On::Property],
        _ if node.is(&SCHEMA) && above.next() == Some("properties") => &[On::Property, On::Schema],
        _ if node.is(&SCHEMA) => &[On::Schema],
        _ => &[],
    }
}
