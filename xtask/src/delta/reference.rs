//! Follows references inside a document.

use serde_json::Value;

use crate::error::Place;
use crate::spec::json::text;

/// More references in a row than anyone writes.
const LONGEST: usize = 32;

/// The place that a reference inside of the document names.
pub(super) fn place(target: &str) -> Place {
    let keys = target.trim_start_matches('#').split('/').skip(1);
    keys.fold(Place::default(), |place, key| {
        place.key(key.replace("~1", "/").replace("~0", "~"))
    })
}

/// What a reference names, where it names something in the document.
pub(super) fn target<'a>(value: &Value, doc: &'a Value) -> Option<(&'a Value, Place)> {
    let target = text(value, "$ref")?;
    let found = doc.pointer(target.strip_prefix('#')?)?;
    Some((found, place(target)))
}

/// The value itself, or what it refers to in the end.
pub(super) fn resolve<'a>(
    mut value: &'a Value,
    mut at: Place,
    doc: &'a Value,
) -> (&'a Value, Place) {
    for _ in 0..LONGEST {
        match target(value, doc) {
            Some((next, place)) => (value, at) = (next, place),
            None => break,
        }
    }
    (value, at)
}
