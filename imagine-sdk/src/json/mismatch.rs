//! Decodes responses in which the value of a field does not fit its type.
//!
//! The field is left unset, and its value is kept under its name among the unknown fields. A response is rejected only
//! if a required field is missing then.

use std::cell::Cell;

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

thread_local! {
    /// The number of marked fields that the current attempt has kept.
    static KEPT: Cell<usize> = const { Cell::new(0) };
}

/// Returns the name of an unknown field, without the mark.
pub(super) fn name(key: Key<'_>) -> String {
    match key.as_str().strip_prefix(MARK) {
        Some(name) => {
            KEPT.set(KEPT.get() + 1);
            name.to_owned()
        }
        None => key.into_string(),
    }
}

/// Decodes JSON, and leaves those fields unset whose values do not fit. `None` if a required value is missing then.
pub(super) fn decode<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let mut value: Value = serde_json::from_slice(json).ok()?;
    let attempts = (MAX_BYTES / json.len().max(1)).min(MAX_FIELDS);
    for _ in 0..attempts {
        KEPT.set(0);
        match serde_path_to_error::deserialize(&value) {
            // A type that does not derive `Response` ignores unknown fields, and would lose the value.
            Ok(decoded) => return (KEPT.get() == remove_marks(&mut value)).then_some(decoded),
            Err(error) => mark(&mut value, error.path())?,
        }
    }
    None
}

/// Marks the innermost field on a path. An entry of a map fails also under a marked name: then the field with the map is
/// marked instead.
fn mark(value: &mut Value, path: &serde_path_to_error::Path) -> Option<()> {
    let mut segments: Vec<_> = path.iter().collect();
    while let Some(segment) = segments.pop() {
        let Segment::Map { key } = segment else {
            continue;
        };
        let object = resolve(value, &segments)?.as_object_mut()?;
        let mut unfit = object.remove(key)?;
        // The value is kept as it was sent.
        remove_marks(&mut unfit);
        if let Some(name) = key.strip_prefix(MARK) {
            object.insert(name.to_owned(), unfit);
            continue;
        }
        object.insert(format!("{MARK}{key}"), unfit);
        return Some(());
    }
    None
}

/// Removes the marks inside a value, and returns their number.
fn remove_marks(value: &mut Value) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(remove_marks).sum(),
        Value::Object(members) => {
            let is_marked = |key: &&String| key.starts_with(MARK);
            let marked: Vec<_> = members.keys().filter(is_marked).cloned().collect();
            for key in &marked {
                if let (Some(name), Some(value)) = (key.strip_prefix(MARK), members.remove(key)) {
                    members.insert(name.to_owned(), value);
                }
            }
            marked.len() + members.values_mut().map(remove_marks).sum::<usize>()
        }
        _ => 0,
    }
}

fn resolve<'a>(value: &'a mut Value, path: &[&Segment]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Map { key } => value.get_mut(key),
        Segment::Seq { index } => value.get_mut(index),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}
