//! Rules for the structure of a document.

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::string;
use crate::validate::spec::Spec;

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

/// Every object has no unknown keys, and valid values.
pub(super) fn objects(spec: &Spec<'_>) -> Vec<Diagnostic> {
    spec.walk.diagnostics.clone()
}

/// Every object has its required keys.
pub(super) fn missing(spec: &Spec<'_>) -> Vec<Diagnostic> {
    spec.walk.missing.clone()
}
