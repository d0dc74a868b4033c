//! JSON comparisons for conditions.

use serde_json::Value;

/// Returns whether two values are equal. `1` equals `1.0`.
pub(super) fn is_equal(left: &Value, right: &Value) -> bool {
    let same_size = match (left, right) {
        (Value::Object(left), Value::Object(right)) => left.len() == right.len(),
        _ => true,
    };
    same_size && matches_with(left, right, is_equal)
}

/// Returns whether a value includes another: objects may have additional fields, arrays no additional items.
pub(super) fn includes(actual: &Value, expected: &Value) -> bool {
    matches_with(actual, expected, includes)
}

/// Compares the members of `expected` with those of `actual` by a function for nested values.
fn matches_with(actual: &Value, expected: &Value, nested: fn(&Value, &Value) -> bool) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(name, expected)| {
                actual
                    .get(name)
                    .is_some_and(|actual| nested(actual, expected))
            })
        }
        (Value::Array(actual), Value::Array(expected)) => {
            actual.len() == expected.len()
                && actual
                    .iter()
                    .zip(expected)
                    .all(|(actual, expected)| nested(actual, expected))
        }
        (Value::Number(actual), Value::Number(expected))
            if actual.is_f64() || expected.is_f64() =>
        {
            actual.as_f64() == expected.as_f64()
        }
        _ => actual == expected,
    }
}

/// Returns whether a string occurs in a value, at any depth.
pub(super) fn contains_string(value: &Value, string: &str) -> bool {
    match value {
        Value::String(own) => own.contains(string),
        Value::Array(items) => items.iter().any(|item| contains_string(item, string)),
        Value::Object(fields) => fields.values().any(|field| contains_string(field, string)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{contains_string, includes, is_equal};

    #[test]
    fn equality_ignores_the_notation_of_numbers() {
        assert!(is_equal(&json!({"n": [1, 2.0]}), &json!({"n": [1.0, 2]})));
        assert!(!is_equal(&json!(1), &json!(1.5)));
        assert!(!is_equal(&json!(u64::MAX), &json!(u64::MAX - 1)));
    }

    #[test]
    fn inclusion_allows_additional_fields_but_no_additional_items() {
        let value = json!({"a": {"b": 1, "c": 2}, "l": [1, 2]});
        assert!(includes(&value, &json!({"a": {"b": 1}})));
        assert!(!is_equal(&value, &json!({"a": {"b": 1, "c": 2}})));
        assert!(!includes(&value, &json!({"l": [1]})));
        assert!(!includes(&value, &json!({"a": {"d": null}})));
    }

    #[test]
    fn finds_a_string_at_any_depth_but_not_in_names() {
        let value = json!([{"content": [{"text": "the best cheese"}]}]);
        assert!(contains_string(&value, "cheese"));
        assert!(!contains_string(&value, "content"));
    }
}
