//! Follows references inside a document.

use serde_json::Value;

use crate::error::Place;
use crate::spec::json::text;

/// More references in a row than anyone writes.
pub(super) const LONGEST: usize = 32;

/// The keys that lead to a place.
pub(crate) fn keys(place: &Place) -> Vec<String> {
    of_pointer(place.pointer())
}

fn of_pointer(pointer: &str) -> Vec<String> {
    let keys = pointer.split('/').skip(1);
    keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// What a reference names, where it names something in the document.
pub(super) fn target<'a>(value: &Value, doc: &'a Value) -> Option<(&'a Value, Place)> {
    let pointer = text(value, "$ref")?.strip_prefix('#')?;
    let place = of_pointer(pointer)
        .into_iter()
        .fold(Place::default(), |place, key| place.key(key));
    Some((doc.pointer(pointer)?, place))
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
