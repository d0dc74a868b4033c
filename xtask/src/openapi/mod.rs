//! OpenAPI 3.0.3: its objects, and the walk over those of a document.

pub(crate) mod shapes;
mod walk;

use serde_json::Value;

pub(crate) use walk::{Node, Walk};

use crate::error::{Fault, Problem};
use crate::spec::json::text;
use shapes::REFERENCE;

/// Refuses a document whose objects hold what they cannot, or whose operations refer to nothing. What is
/// missing is told by who needs it.
pub(crate) fn check(doc: &Value) -> Result<(), Fault> {
    let walk = Walk::over(doc);
    if let Some(misfit) = walk.misfits.into_iter().next() {
        let problem = Problem::NoOpenApi(misfit.what, misfit.mend);
        return Err(misfit.place.fault(problem));
    }
    let lost = |node: &&Node<'_>| node.is(&REFERENCE) && resolve(doc, node.value).is_none();
    let mut inside = walk.nodes.iter().filter(|node| node.place.has_operation());
    match inside.find(lost) {
        Some(node) => {
            let target = text(node.value, "$ref").unwrap_or_default().to_owned();
            let place = node.place.key("$ref");
            Err(place.fault(Problem::DanglingReference(target)))
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
