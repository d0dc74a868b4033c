//! Resolves references inside a document.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::json::string;
use crate::diagnostic::Location;

/// The longest supported chain of references.
pub(crate) const LONGEST: usize = 32;

/// Returns the target of a reference and its location.
pub(crate) fn target<'a>(value: &Value, doc: &'a Value) -> Option<(&'a Value, Location)> {
    let fragment = string(value, "$ref")?.strip_prefix('#')?;
    let pointer = percent_decode_str(fragment).decode_utf8().ok()?;
    Some((doc.pointer(&pointer)?, Location::at(&pointer)))
}

/// Follows references to the end; returns other values unchanged. A dangling or endless reference is returned itself.
pub(crate) fn follow<'a>(
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

/// Resolves a reference; returns other values unchanged, and `None` for a dangling or endless reference.
pub(crate) fn resolve<'a>(doc: &'a Value, value: &'a Value) -> Option<&'a Value> {
    let (value, _) = follow(value, Location::default(), doc);
    value.get("$ref").is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn follows_chains_and_percent_encoding_to_the_end() {
        let doc = json!({ "a": { "$ref": "#/b~1%7Bc%7D" }, "b/{c}": { "$ref": "#/d" }, "d": 1, "e": { "$ref": "#/e" } });
        let (value, location) = follow(&doc["a"], Location::default(), &doc);
        assert_eq!((value, location.pointer()), (&json!(1), "/d"));
        assert_eq!(resolve(&doc, &doc["a"]), Some(&json!(1)));
        assert_eq!(resolve(&doc, &json!({ "$ref": "#/nowhere" })), None);
        assert_eq!(resolve(&doc, &doc["e"]), None, "an endless reference");
    }
}
