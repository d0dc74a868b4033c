//! Documentation from the specification.

use serde_json::Value;
use syn::{Attribute, parse_quote};

use super::prose;
use crate::artifact::changes_direction;
use crate::openapi::json::{Object, boolean, string, strings};
use crate::openapi::schema;

/// Creates doc attributes, one for each line of a string.
pub(crate) fn doc_attrs(text: &str) -> Vec<Attribute> {
    // The compiler rejects characters that change the direction of the source.
    let text = &text.replace(changes_direction, "");
    let padded = prose::lines(text).into_iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    padded.map(|line| parse_quote!(#[doc = #line])).collect()
}

/// Ends a string like a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Documents a type, with its names in the Python client as aliases.
pub(super) fn of_type(name: &str, schema: &Value) -> Vec<Attribute> {
    with_aliases(name, description(name, schema), schema)
}

/// Documents a property with its limits, default and example. A property without a description gets the description of
/// its type.
pub(super) fn of_property(name: &str, property: &Value, schemas: &Object) -> Vec<Attribute> {
    let ty = schema::component(property)
        .and_then(|ty| schemas.get(ty))
        .unwrap_or(property);
    let described = if property.get("description").is_some() {
        property
    } else {
        ty
    };
    let facts = [
        deprecated(property),
        limits(property),
        values(property),
        lengths(property, ["minLength", "maxLength"], "character"),
        lengths(property, ["minItems", "maxItems"], "item"),
        labeled(property, "format", "Format"),
        labeled(property, "pattern", "Pattern"),
        default(property),
        example(property),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let mut documentation = description(name, described);
    if !facts.is_empty() {
        documentation = format!("{documentation}\n\n{}", facts.join("\n"));
    }
    with_aliases(name, documentation, property)
}

/// Documents a variant of a union by its description or that of its type.
pub(super) fn of_variant(variant: &Value, schemas: &Object) -> Vec<Attribute> {
    let ty = schema::component(variant).and_then(|name| schemas.get(name));
    let described = [Some(variant), ty].into_iter().flatten();
    let mut described = described.filter_map(|schema| string(schema, "description"));
    let documentation = match (described.next(), string(ty.unwrap_or(variant), "type")) {
        (Some(description), _) => description.trim().to_owned(),
        (None, Some("array")) => "A list.".to_owned(),
        (None, Some("integer" | "object")) => {
            format!(
                "An {}.",
                string(ty.unwrap_or(variant), "type").unwrap_or_default()
            )
        }
        (None, Some(kind)) => format!("A {kind}."),
        (None, None) => "A value of any type.".to_owned(),
    };
    doc_attrs(&documentation)
}

// The SDK denies missing documentation.
fn description(name: &str, schema: &Value) -> String {
    match string(schema, "description") {
        Some(description) => description.trim().to_owned(),
        None => format!("`{name}`; the specification does not describe it."),
    }
}

/// The compiler rejects an alias that equals the item's name.
fn with_aliases(name: &str, documentation: String, schema: &Value) -> Vec<Attribute> {
    let mut attrs = doc_attrs(&documentation);
    let aliases = strings(schema.get("x-imagine-python"))
        .into_iter()
        .filter(|alias| *alias != name);
    attrs.extend(aliases.map(|alias| -> Attribute { parse_quote!(#[doc(alias = #alias)]) }));
    attrs
}

fn limits(property: &Value) -> Option<String> {
    // An unsigned type implies a minimum of 0.
    let is_implied = string(property, "type") == Some("integer")
        && property.get("minimum").and_then(Value::as_u64) == Some(0);
    let minimum = property.get("minimum").filter(|_| !is_implied);
    let is_exclusive = |key: &str| boolean(property, key);
    match (minimum, property.get("maximum")) {
        (Some(min), max) if is_exclusive("exclusiveMinimum") => Some(match max {
            Some(max) if is_exclusive("exclusiveMaximum") => {
                format!("More than {min}, less than {max}.")
            }
            Some(max) => format!("More than {min}, at most {max}."),
            None => format!("More than {min}."),
        }),
        (min, Some(max)) if is_exclusive("exclusiveMaximum") => Some(match min {
            Some(min) => format!("At least {min}, less than {max}."),
            None => format!("Less than {max}."),
        }),
        (Some(min), Some(max)) => Some(format!("Between {min} and {max}.")),
        (Some(min), None) => Some(format!("At least {min}.")),
        (None, Some(max)) => Some(format!("At most {max}.")),
        (None, None) => None,
    }
}

fn deprecated(property: &Value) -> Option<String> {
    let is_deprecated = boolean(property, "deprecated");
    is_deprecated.then(|| match string(property, "x-imagine-replacement") {
        Some(name) => format!("Deprecated: use `{name}`."),
        None => "Deprecated.".to_owned(),
    })
}

/// Lists the values that have no type of their own.
fn values(property: &Value) -> Option<String> {
    let values = property
        .get("enum")
        .filter(|_| !schema::is_enum(property))?;
    let values: Vec<String> = values.as_array()?.iter().map(code).collect();
    Some(format!("One of {}.", values.join(", ")))
}

fn lengths(property: &Value, [min, max]: [&str; 2], noun: &str) -> Option<String> {
    let [min, max] = [min, max].map(|key| property.get(key).and_then(Value::as_u64));
    let counted = |count: u64| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    };
    match (min.filter(|min| *min > 0), max) {
        (Some(min), Some(max)) => Some(format!("Between {min} and {}.", counted(max))),
        (Some(min), None) => Some(format!("At least {}.", counted(min))),
        (None, Some(max)) => Some(format!("At most {}.", counted(max))),
        (None, None) => None,
    }
}

fn labeled(property: &Value, key: &str, label: &str) -> Option<String> {
    let value = property.get(key).filter(|value| value.is_string())?;
    Some(format!("{label}: {}.", code(value)))
}

fn default(property: &Value) -> Option<String> {
    let default = code(property.get("default")?);
    Some(match boolean(property, "x-imagine-send-default") {
        true => format!("Default: {default}."),
        false => format!("Documented default: {default}."),
    })
}

fn example(property: &Value) -> Option<String> {
    property
        .get("example")
        .map(|example| format!("Example: {}.", code(example)))
}

/// Formats a value as Markdown code: strings verbatim, other values as JSON.
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
    fn documents_limits_default_and_example_of_a_property() {
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
    fn a_property_without_a_description_gets_the_one_of_its_type() {
        let schemas = json!({ "Role": { "description": "The speaker." } });
        let described = |property: Value| {
            lines(&of_property(
                "role",
                &property,
                schemas.as_object().unwrap(),
            ))
        };
        assert_eq!(
            described(schema::reference("Role")),
            ["doc = \" The speaker.\""]
        );
        let nothing = ["doc = \" `role`; the specification does not describe it.\""];
        assert_eq!(described(json!({ "type": "string" })), nothing);
    }

    #[test]
    fn omits_an_alias_that_equals_the_name() {
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
