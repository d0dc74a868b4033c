//! Follows references inside a document.

use serde_json::Value;

use crate::diagnostic::Location;
use crate::document::json::string;

/// The longest supported chain of references.
pub(super) const LONGEST: usize = 32;

/// Returns the keys of a location.
pub(crate) fn keys(location: &Location) -> Vec<String> {
    of_pointer(location.pointer())
}

fn of_pointer(pointer: &str) -> Vec<String> {
    let keys = pointer.split('/').skip(1);
    keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// Returns the target of a reference inside the document.
pub(super) fn target<'a>(value: &Value, doc: &'a Value) -> Option<(&'a Value, Location)> {
    let pointer = string(value, "$ref")?.strip_prefix('#')?;
    let location = of_pointer(pointer)
        .into_iter()
        .fold(Location::default(), |location, key| location.key(key));
    Some((doc.pointer(pointer)?, location))
}

/// Follows references to the end.
pub(super) fn resolve<'a>(
    mut value: &'a Value,
    mut at: Location,
    doc: &'a Value,
) -> (&'a Value, Location) {
    for _ in 0..LONGEST {
        match target(value, doc) {
            Some((next, location)) => (value, at) = (next, location),
            None => break,
        }
    }
    (value, at)
}
