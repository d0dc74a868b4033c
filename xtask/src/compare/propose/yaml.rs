//! Formats values as YAML in the style of our specifications: short values in flow style.

use serde_json::Value;

use crate::openapi::json::Object;

/// The longest value in flow style.
const LINE: usize = 120;

/// Formats a map as lines, without indentation.
pub(super) fn map(members: &Object) -> Vec<String> {
    members
        .iter()
        .flat_map(|(key, value)| member(key, value))
        .collect()
}

/// Formats a list as lines.
pub(super) fn list(items: &[Value]) -> Vec<String> {
    items.iter().flat_map(item).collect()
}

fn item(value: &Value) -> Vec<String> {
    let lines = match value {
        Value::Object(members) if !is_short(value) => map(members),
        other => vec![flow(other)],
    };
    let lines = lines.into_iter().enumerate();
    lines
        .map(|(at, line)| format!("{}{line}", if at == 0 { "- " } else { "  " }))
        .collect()
}

fn member(key: &str, value: &Value) -> Vec<String> {
    let key = scalar(key);
    let inner = match value {
        value if is_short(value) => return vec![format!("{key}: {}", flow(value))],
        Value::Object(members) => map(members),
        Value::Array(items) => list(items),
        other => return vec![format!("{key}: {}", flow(other))],
    };
    let inner = inner.into_iter().map(|line| format!("  {line}"));
    std::iter::once(format!("{key}:")).chain(inner).collect()
}

/// Returns true if a value fits on a line and nests at most two levels.
fn is_short(value: &Value) -> bool {
    let is_flat = |inner: &Value| match inner {
        Value::Object(members) => members.values().all(is_plain),
        Value::Array(items) => items.iter().all(is_plain),
        _ => true,
    };
    let flat = match value {
        Value::Object(members) => members.values().all(is_flat),
        Value::Array(items) => items.iter().all(is_flat),
        _ => true,
    };
    flat && flow(value).chars().count() <= LINE
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Formats a value in flow style.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let inner = members
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key), flow(value)));
            format!("{{{}}}", inner.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let inner: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", inner.join(", "))
        }
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// Formats a string, quoted unless it can only be a string.
fn scalar(text: &str) -> String {
    let can_start = |c: char| c.is_ascii_alphabetic() || "/$_".contains(c);
    let can_contain = |c: char| c.is_ascii_alphanumeric() || " /$_-.'()".contains(c);
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_plain_string = text.starts_with(can_start)
        && text.chars().all(can_contain)
        && !text.ends_with(' ')
        && !words.contains(&text.to_lowercase().as_str());
    if is_plain_string {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn formatted_values_parse_to_the_same_value() {
        let long = "word ".repeat(40);
        let value = json!({
            "$ref": "#/components/schemas/A",
            "/a/{id}": { "get": { "responses": { "200": { "description": long, "empty": {}, "none": [] } } } },
            "list": [{ "a": { "b": { "c": [1, -2.5, null, true] } } }, [["x"], []], "no", "", "a: b", "# c", "1"],
        });
        let text = map(value.as_object().unwrap()).join("\n");
        assert_eq!(crate::yaml::parse(&text).unwrap().value, value, "{text}");
    }

    #[test]
    fn short_values_use_flow_style() {
        let field = json!({ "n": { "type": "integer", "description": "How many." } });
        let lines = map(field.as_object().unwrap());
        assert_eq!(lines, ["\"n\": {type: integer, description: How many.}"]);
    }
}
