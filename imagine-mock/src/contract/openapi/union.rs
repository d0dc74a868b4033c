//! Unions: the values that select a variant, and the names of events.

use serde_json::{Value, json};

use super::{ContractError, Node};

const EVENTS: &str = "x-imagine-events";

/// The keywords of unions.
const UNIONS: [&str; 2] = ["anyOf", "oneOf"];

/// Returns the names of the events of a stream in the order of the variants, none if events have no names.
pub(super) fn event_names(union: &Node<'_>) -> Result<Vec<String>, ContractError> {
    let names = union.members(EVENTS)?;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let targets = union.schema(EVENTS).unwrap_or_else(|| union.clone());
    let name_of = |variant: &Value| {
        let mut names = targets.value.as_object().into_iter().flatten();
        let reference = variant.get("$ref");
        let found = names.find(|(_, target)| Some(*target) == reference);
        let missing = || targets.error("a variant has no event");
        found.map(|(name, _)| name.clone()).ok_or_else(missing)
    };
    let variants = UNIONS.iter().find_map(|key| union.value.get(*key));
    let variants = variants.and_then(Value::as_array);
    variants.into_iter().flatten().map(name_of).collect()
}

/// Returns the condition that the discriminator of a union sets for a variant, if it sets one.
pub(super) fn condition(
    union: &Node<'_>,
    variant: &Node<'_>,
) -> Result<Option<Value>, ContractError> {
    let Some(discriminator) = union.member("discriminator")? else {
        return Ok(None);
    };
    discriminator.only(&["mapping", "propertyName"])?;
    let tag = discriminator.required_string("propertyName")?;
    let mut values = mapped(&discriminator, variant)?;
    if values.is_empty() {
        let implied = constant(variant, tag)?.or_else(|| component(variant.value).map(Value::from));
        values.extend(implied);
    }
    let condition = json!({"properties": {tag: {"enum": values}}, "required": [tag]});
    Ok((!values.is_empty()).then_some(condition))
}

/// Returns the values that the mapping has for a variant. A target is a reference or the name of a component.
fn mapped(discriminator: &Node<'_>, variant: &Node<'_>) -> Result<Vec<Value>, ContractError> {
    let Some(mapping) = discriminator.schema("mapping") else {
        return Ok(Vec::new());
    };
    let own = component(variant.value);
    let entries = mapping.object()?.iter();
    let entries = entries.filter(|(_, target)| own.is_some() && last_segment(target) == own);
    Ok(entries.map(|(value, _)| value.as_str().into()).collect())
}

/// Returns the only value of a property of a variant.
fn constant(variant: &Node<'_>, tag: &str) -> Result<Option<Value>, ContractError> {
    let Some(properties) = variant.clone().resolved()?.member("properties")? else {
        return Ok(None);
    };
    let Some(property) = properties.member(tag)? else {
        return Ok(None);
    };
    let values = property.value.get("enum").and_then(Value::as_array);
    Ok(match values.map(Vec::as_slice) {
        Some([only]) => Some(only.clone()),
        _ => property.value.get("const").cloned(),
    })
}

fn component(variant: &Value) -> Option<&str> {
    variant.get("$ref").and_then(last_segment)
}

fn last_segment(reference: &Value) -> Option<&str> {
    reference.as_str()?.rsplit('/').next()
}
