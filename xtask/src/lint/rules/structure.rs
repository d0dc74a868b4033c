//! Whether a document is OpenAPI 3.0 at all.

use crate::error::Place;
use crate::lint::Spec;
use crate::lint::finding::Finding;
use crate::spec::json::text;

/// The document says that it is of version 3.0.
pub(super) fn version(spec: &Spec<'_>) -> Vec<Finding> {
    match text(spec.doc, "openapi") {
        Some(version) if !version.starts_with("3.0.") => vec![Finding::new(
            &Place::default().key("openapi"),
            format!("OpenAPI {version} is not understood"),
            "write the specification in 3.0.3",
        )],
        _ => Vec::new(),
    }
}

/// Every object has the keys that it must have, no other, and in them what belongs there.
pub(super) fn objects(spec: &Spec<'_>) -> Vec<Finding> {
    let found = spec.walk.misfits.iter().chain(&spec.walk.missing);
    found
        .map(|found| Finding::new(&found.place, &found.what, &found.mend))
        .collect()
}
