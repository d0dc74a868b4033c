//! Documentation in the specification's own words.

use serde_json::Value;
use syn::{Attribute, parse_quote};

use super::prose;
use crate::document::json::{Object, boolean, string, strings};
use crate::document::schema;

/// Doc attributes, one for each line of a text.
pub(crate) fn doc_attrs(text: &str) -> Vec<Attribute> {
    let padded = prose::lines(text).into_iter().map(|line| {
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
pub(super) fn of_type(name: &str, schema: &Value) -> Vec<Attribute> {
    with_aliases(name, description(name, schema), schema)
}

/// What a property says of itself, with its limits, its default and its example. A property that says
/// nothing is described by its type.
pub(super) fn of_property(name: &str, property: &Value, schemas: &Object) -> Vec<Attribute> {
    let ty = schema::component(property)
        .and_then(|ty| schemas.get(ty))
        .unwrap_or(property);
    let described = if property.get("description").is_some() {
        property
    } else {
        ty
    };
    let facts = [limits(property), default(property), example(property)];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let mut documentation = description(name, described);
    if !facts.is_empty() {
        documentation = format!("{documentation}\n\n{}", facts.join("\n"));
    }
    with_aliases(name, documentation, property)
}

// Nothing in the SDK goes without documentation, so something has to be said.
fn description(name: &str, schema: &Value) -> String {
    match string(schema, "description") {
        Some(description) => description.trim().to_owned(),
        None => format!("`{name}`, which the specification does not describe."),
    }
}

/// An alias that is the name itself is refused by the compiler.
fn with_aliases(name: &str, documentation: String, schema: &Value) -> Vec<Attribute> {
    let mut attrs = doc_attrs(&documentation);
    let aliases = strings(schema.get("x-imagine-python"))
        .into_iter()
        .filter(|alias| *alias != name);
    attrs.extend(aliases.map(|alias| -> Attribute { parse_quote!(#[doc(alias = #alias)]) }));
    attrs
}

fn limits(property: &Value) -> Option<String> {
    // The type of an unsigned integer says as much.
    let is_implied = string(property, "type") == Some("integer")
        && property.get("minimum").and_then(Value::as_u64) == Some(0);
    let minimum = property.get("minimum").filter(|_| !is_implied);
    match (minimum, property.get("maximum")) {
        (Some(min), Some(max)) => Some(format!("Between {min} and {max}.")),
        (Some(min), None) => Some(format!("At least {min}.")),
        (None, Some(max)) => Some(format!("At most {max}.")),
        (None, None) => None,
    }
}

fn default(property: &Value) -> Option<String> {
    let default = code(property.get("default")?);
    Some(match boolean(property, "x-imagine-send-default") {
        true => format!("{default} when not set."),
        false => format!("Documented default: {default}."),
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
            "doc = \" Documented default: `1`.\"",
            "doc = \" Example: `[\\\"\\\\n\\\"]`.\"",
            "doc (alias = \"temp\")",
        ];
        assert_eq!(
            lines(&of_property("temperature", &property, &Object::new())),
            expected
        );
    }

    #[test]
    fn a_property_without_a_description_has_that_of_its_type() {
        let schemas = json!({ "Role": { "description": "Who speaks." } });
        let described = |property: Value| {
            lines(&of_property(
                "role",
                &property,
                schemas.as_object().unwrap(),
            ))
        };
        assert_eq!(
            described(schema::reference("Role")),
            ["doc = \" Who speaks.\""]
        );
        let nothing = ["doc = \" `role`, which the specification does not describe.\""];
        assert_eq!(described(json!({ "type": "string" })), nothing);
    }

    #[test]
    fn a_name_is_no_alias_of_itself() {
        let schema = json!({ "description": "A.", "x-imagine-python": ["Image", "Picture"] });
        assert_eq!(
            lines(&of_type("Image", &schema)),
            ["doc = \" A.\"", "doc (alias = \"Picture\")"]
        );
    }

    #[test]
    fn code_may_contain_backticks_and_line_ends() {
        assert_eq!(code(&json!("a`b")), "`` a`b ``");
        assert_eq!(code(&json!("a\nb")), r#"`"a\nb"`"#);
    }
}
