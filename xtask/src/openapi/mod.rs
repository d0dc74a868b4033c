//! OpenAPI 3.0.3: its objects, and the walk over those of a document.

pub(crate) mod shapes;
mod walk;

use serde_json::Value;

pub(crate) use walk::{Node, Walk};

use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::document::json::string;
use shapes::REFERENCE;

/// Refuses a document whose objects hold what they cannot, or whose operations refer to nothing. What is
/// missing is told by who needs it.
pub(crate) fn check(doc: &Value) -> Result<(), Diagnostic> {
    let walk = Walk::over(doc);
    if let Some(diagnostic) = walk.diagnostics.into_iter().next() {
        return Err(diagnostic);
    }
    let lost = |node: &&Node<'_>| node.is(&REFERENCE) && resolve(doc, node.value).is_none();
    let mut inside = walk
        .nodes
        .iter()
        .filter(|node| node.location.has_operation());
    match inside.find(lost) {
        Some(node) => {
            let target = string(node.value, "$ref").unwrap_or_default().to_owned();
            let location = node.location.key("$ref");
            Err(location.diagnostic(DiagnosticKind::DanglingReference(target)))
        }
        None => Ok(()),
    }
}

/// What a reference leads to, or the value itself.
pub(crate) fn resolve<'a>(doc: &'a Value, value: &'a Value) -> Option<&'a Value> {
    match value.get("$ref") {
        None => Some(value),
        Some(target) => doc.pointer(target.as_str()?.strip_prefix('#')?),
    }
}
