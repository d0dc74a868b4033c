//! Compares JSON in the ways in which tests mean it.

use serde_json::Value;

/// Whether two values are the same. JSON does not tell `1` from `1.0`.
pub(super) fn is_equal(one: &Value, other: &Value) -> bool {
    let same_size = match (one, other) {
        (Value::Object(one), Value::Object(other)) => one.len() == other.len(),
        _ => true,
    };
    same_size && fits(one, other, is_equal)
}

/// Whether a value has all of another: objects may have more fields, lists may not have more items.
pub(super) fn includes(value: &Value, part: &Value) -> bool {
    fits(value, part, includes)
}

/// Whether each part of `wanted` fits the part of `value` at the same place.
fn fits(value: &Value, wanted: &Value, inner: fn(&Value, &Value) -> bool) -> bool {
    match (value, wanted) {
        (Value::Object(own), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| own.get(name).is_some_and(|own| inner(own, wanted))),
        (Value::Array(own), Value::Array(wanted)) => {
            own.len() == wanted.len()
                && own
                    .iter()
                    .zip(wanted)
                    .all(|(own, wanted)| inner(own, wanted))
        }
        (Value::Number(own), Value::Number(wanted)) if own.is_f64() || wanted.is_f64() => {
            own.as_f64() == wanted.as_f64()
        }
        _ => value == wanted,
    }
}

/// Whether a text stands in a value, or anywhere within it.
pub(super) fn has_text(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own.contains(text),
        Value::Array(items) => items.iter().any(|item| has_text(item, text)),
        Value::Object(fields) => fields.values().any(|field| has_text(field, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{has_text, includes, is_equal};

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        assert!(is_equal(&json!({"n": [1, 2.0]}), &json!({"n": [1.0, 2]})));
        assert!(!is_equal(&json!(1), &json!(1.5)));
        assert!(!is_equal(&json!(u64::MAX), &json!(u64::MAX - 1)));
    }

    #[test]
    fn a_part_leaves_out_fields_and_no_items() {
        let value = json!({"a": {"b": 1, "c": 2}, "l": [1, 2]});
        assert!(includes(&value, &json!({"a": {"b": 1}})));
        assert!(!is_equal(&value, &json!({"a": {"b": 1, "c": 2}})));
        assert!(!includes(&value, &json!({"l": [1]})));
        assert!(!includes(&value, &json!({"a": {"d": null}})));
    }

    #[test]
    fn a_text_is_found_however_deep_it_lies() {
        let value = json!([{"content": [{"text": "the best cheese"}]}]);
        assert!(has_text(&value, "cheese"));
        assert!(!has_text(&value, "content"));
    }
}
