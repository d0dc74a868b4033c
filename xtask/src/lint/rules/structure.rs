//! Whether a document is OpenAPI 3.0 at all.

use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::string;
use crate::lint::Spec;

/// The document says that it is of version 3.0.
pub(super) fn version(spec: &Spec<'_>) -> Vec<Diagnostic> {
    match string(spec.doc, "openapi") {
        Some(version) if !version.starts_with("3.0.") => vec![Diagnostic::new(
            &Location::default().key("openapi"),
            format!("OpenAPI {version} is not understood"),
            "write the specification in 3.0.3",
        )],
        _ => Vec::new(),
    }
}

/// Every object has the keys that it must have, no other, and in them what belongs there.
pub(super) fn objects(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let found = spec.walk.diagnostics.iter().chain(&spec.walk.missing);
    found.cloned().collect()
}
