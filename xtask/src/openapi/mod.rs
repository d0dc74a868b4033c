//! OpenAPI 3.0.3: its objects and a walk over them.

pub(crate) mod shapes;
mod walk;

use serde_json::Value;

pub(crate) use walk::{Node, Walk};

use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::document::json::string;
use shapes::REFERENCE;

/// Rejects a document whose objects are invalid or whose operations have dangling references. The readers of required
/// keys report missing ones.
pub(crate) fn check(doc: &Value) -> Result<(), Diagnostic> {
    let walk = Walk::over(doc);
    if let Some(diagnostic) = walk.diagnostics.into_iter().next() {
        return Err(diagnostic);
    }
    let dangling = |node: &&Node<'_>| node.is(&REFERENCE) && resolve(doc, node.value).is_none();
    let mut inside = walk
        .nodes
        .iter()
        .filter(|node| node.location.has_operation());
    match inside.find(dangling) {
        Some(node) => {
            let target = string(node.value, "$ref").unwrap_or_default().to_owned();
            let location = node.location.key("$ref");
            Err(location.diagnostic(DiagnosticKind::DanglingReference(target)))
        }
        None => Ok(()),
    }
}

/// Resolves a reference; returns other values unchanged.
pub(crate) fn resolve<'a>(doc: &'a Value, value: &'a Value) -> Option<&'a Value> {
    match value.get("$ref") {
        None => Some(value),
        Some(target) => doc.pointer(target.as_str()?.strip_prefix('#')?),
    }
}
