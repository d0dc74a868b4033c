//! Decodes responses in which the value of a field does not fit its type.
//!
//! The field is left unset, and its value is kept under its name among the unknown fields. A response is rejected only
//! if a required field is missing then.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::Key;

/// Marks the name of a field whose value does not fit, so that the decoder treats the field as unknown.
const MARK: &str = "\u{0}mismatch:";

/// The number of fields that may not fit, and the number of bytes that are decoded to find them. They bound the time of
/// a response that consists of mismatches.
const MAX_FIELDS: usize = 64;
const MAX_BYTES: usize = 64 << 20;

/// Returns the name of an unknown field, without the mark.
pub(super) fn name(key: Key<'_>) -> String {
    match key.as_str().strip_prefix(MARK) {
        Some(name) => name.to_owned(),
        None => key.into_string(),
    }
}

/// Decodes JSON, and leaves those fields unset whose values do not fit. `None` if a required value is missing then.
pub(super) fn decode<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let mut value: Value = serde_json::from_slice(json).ok()?;
    let attempts = (MAX_BYTES / json.len().max(1)).min(MAX_FIELDS);
    for _ in 0..attempts {
        match serde_path_to_error::deserialize(&value) {
            Ok(decoded) => return Some(decoded),
            Err(error) => mark(&mut value, error.path())?,
        }
    }
    None
}

/// Marks the innermost field on a path. An entry of a map fails also under a marked name: then the field with the map
/// is marked instead.
fn mark(value: &mut Value, path: &serde_path_to_error::Path) -> Option<()> {
    let mut segments: Vec<_> = path.iter().collect();
    while let Some(segment) = segments.pop() {
        let Segment::Map { key } = segment else {
            continue;
        };
        let object = resolve(value, &segments)?.as_object_mut()?;
        let unfit = object.remove(key)?;
        match key.strip_prefix(MARK) {
            Some(name) => object.insert(name.to_owned(), unfit),
            None => {
                object.insert(format!("{MARK}{key}"), unfit);
                return Some(());
            }
        };
    }
    None
}

fn resolve<'a>(value: &'a mut Value, path: &[&Segment]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Map { key } => value.get_mut(key),
        Segment::Seq { index } => value.get_mut(index),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}
