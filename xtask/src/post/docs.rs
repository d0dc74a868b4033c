//! Documentation in the specification's own words.

use serde_json::Value;
use syn::{Attribute, parse_quote};

use crate::spec::json::{flag, text, texts};

/// Doc attributes, one for each line of a text.
pub(crate) fn doc_attrs(text: &str) -> Vec<Attribute> {
    let lines = text.trim().lines().map(str::trim_end);
    let padded = lines.map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    padded.map(|line| parse_quote!(#[doc = #line])).collect()
}

/// A text that ends like a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// What a type says of itself, with its names in the Python client.
pub(super) fn of_type(schema: &Value) -> Vec<Attribute> {
    with_aliases(text(schema, "description").unwrap_or_default(), schema)
}

/// What a property says of itself, with its limits, its default and its example.
pub(super) fn of_property(property: &Value) -> Vec<Attribute> {
    let description = text(property, "description").unwrap_or_default().trim();
    let facts: Vec<String> = [limits(property), default(property), example(property)]
        .into_iter()
        .flatten()
        .collect();
    let facts = facts.join("\n");
    let paragraphs = [description, &facts]
        .into_iter()
        .filter(|paragraph| !paragraph.is_empty());
    with_aliases(&paragraphs.collect::<Vec<_>>().join("\n\n"), property)
}

fn with_aliases(documentation: &str, schema: &Value) -> Vec<Attribute> {
    let mut attrs = doc_attrs(documentation);
    let aliases = texts(schema.get("x-imagine-python")).into_iter();
    attrs.extend(aliases.map(|alias| -> Attribute { parse_quote!(#[doc(alias = #alias)]) }));
    attrs
}

fn limits(property: &Value) -> Option<String> {
    match (property.get("minimum"), property.get("maximum")) {
        (Some(min), Some(max)) => Some(format!("Between {min} and {max}.")),
        (Some(min), None) => Some(format!("At least {min}.")),
        (None, Some(max)) => Some(format!("At most {max}.")),
        (None, None) => None,
    }
}

fn default(property: &Value) -> Option<String> {
    let default = code(property.get("default")?);
    Some(match flag(property, "x-imagine-send-default") {
        true => format!("{default} when not set."),
        false => format!("The service takes {default} when not set."),
    })
}

fn example(property: &Value) -> Option<String> {
    property
        .get("example")
        .map(|example| format!("Example: {}.", code(example)))
}

/// A value as Markdown code: text as it is, anything else as JSON.
fn code(value: &Value) -> String {
    let plain = value
        .as_str()
        .filter(|text| !text.is_empty() && !text.contains(char::is_control));
    let code = plain.map_or_else(|| value.to_string(), str::to_owned);
    if code.contains('`') {
        format!("`` {code} ``")
    } else {
        format!("`{code}`")
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    fn lines(attrs: &[Attribute]) -> Vec<String> {
        attrs
            .iter()
            .map(|attr| attr.meta.to_token_stream().to_string())
            .collect()
    }

    #[test]
    fn a_property_tells_its_limits_default_and_example() {
        let property = json!({
            "description": "Randomness.",
            "minimum": 0,
            "maximum": 2.5,
            "default": 1,
            "example": ["\n"],
            "x-imagine-python": ["temp"],
        });
        let expected = [
            "doc = \" Randomness.\"",
            "doc = \"\"",
            "doc = \" Between 0 and 2.5.\"",
            "doc = \" The service takes `1` when not set.\"",
            "doc = \" Example: `[\\\"\\\\n\\\"]`.\"",
            "doc (alias = \"temp\")",
        ];
        assert_eq!(lines(&of_property(&property)), expected);
    }

    #[test]
    fn code_may_contain_backticks_and_line_ends() {
        assert_eq!(code(&json!("a`b")), "`` a`b ``");
        assert_eq!(code(&json!("a\nb")), r#"`"a\nb"`"#);
    }
}
