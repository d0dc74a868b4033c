//! Rules for the structure of a document.

use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::string;
use crate::lint::Spec;

/// The document has version 3.0.
pub(super) fn version(spec: &Spec<'_>) -> Vec<Diagnostic> {
    match string(spec.doc, "openapi") {
        Some(version) if !version.starts_with("3.0.") => vec![Diagnostic::new(
            &Location::default().key("openapi"),
            format!("OpenAPI {version} is not supported"),
            "use 3.0.3",
        )],
        _ => Vec::new(),
    }
}

/// Every object has its required keys, no unknown ones, and valid values.
pub(super) fn objects(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let found = spec.walk.diagnostics.iter().chain(&spec.walk.missing);
    found.cloned().collect()
}
