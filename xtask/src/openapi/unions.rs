//! Unions: the names of their variants, and the values that select them.

use serde_json::Value;

use super::json::{Object, items, members, string, strings};
use super::{names, schema};
use crate::diagnostic::{Diagnostic, Location};

/// The variant that keeps unknown values.
pub(crate) const OTHER: &str = "Other";

/// The names of the events of a stream, for the variants of a union.
pub(crate) const EVENTS: &str = "x-imagine-events";

/// The variants of a union, in its order.
pub(crate) struct Union {
    /// The field of an object that names its variant.
    pub(crate) tag: Option<String>,
    pub(crate) variants: Vec<Variant>,
}

pub(crate) struct Variant {
    /// The Rust name.
    pub(crate) name: String,
    /// The values of the tag.
    pub(crate) tags: Vec<String>,
}

/// Returns true if the variants only list required properties: they restrict the object beside them.
pub(crate) fn is_constraint(variants: &[Value]) -> bool {
    variants.iter().all(|variant| {
        let mut keys = variant.as_object().into_iter().flatten();
        variant.get("required").is_some()
            && keys.all(|(key, _)| {
                ["description", "required", "title"].contains(&key.as_str())
                    || key.starts_with("x-")
            })
    })
}

impl Union {
    /// Reads a union with its discriminator, or with the property that has one value in some of its variants.
    pub(crate) fn read(
        schema: &Value,
        variants: &[Value],
        components: &Object,
        location: &Location,
    ) -> Result<Self, Diagnostic> {
        let discriminator = schema.get("discriminator");
        let events = schema.get(EVENTS).is_some();
        let tag = match discriminator.and_then(|one| string(one, "propertyName")) {
            _ if events => None,
            Some(name) => Some(name.to_owned()),
            None => implied_tag(variants, components),
        };
        let (mapping, at_mapping) = match events {
            true => (members(schema, EVENTS), location.key(EVENTS)),
            false => {
                let mapping = members(discriminator.unwrap_or(&Value::Null), "mapping");
                (mapping, location.key("discriminator").key("mapping"))
            }
        };
        let mut tags = vec![Vec::new(); variants.len()];
        for (value, target) in mapping {
            let name = target.as_str().and_then(|target| target.rsplit('/').next());
            let at = variants
                .iter()
                .position(|variant| name.is_some() && schema::component(variant) == name);
            match at.and_then(|at| tags.get_mut(at)) {
                Some(tags) => tags.push(value.clone()),
                None => {
                    let message = format!("`{value}` names a schema that is not a variant");
                    let help = "add the schema to the union, or remove the entry";
                    return Err(Diagnostic::new(&at_mapping.key(value), message, help));
                }
            }
        }
        for (variant, tags) in variants.iter().zip(&mut tags) {
            let is_object = discriminator.is_some() && schema::component(variant).is_some();
            let constant = tag
                .as_deref()
                .and_then(|tag| constant(variant, tag, components));
            let implied = constant.or_else(|| schema::component(variant).filter(|_| is_object));
            if tags.is_empty() {
                tags.extend(implied.map(str::to_owned));
            }
            if events && tags.is_empty() {
                let message = "a variant has no event";
                let help = "refer to a component in each variant, and name an event for it";
                return Err(Diagnostic::new(&at_mapping, message, help));
            }
        }
        let plain: Vec<String> = variants
            .iter()
            .zip(&tags)
            .map(|(variant, tags)| plain_name(variant, tags))
            .collect();
        let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
        let names = names::variants(&plain, OTHER).into_iter();
        let variants = names.zip(tags);
        Ok(Self {
            tag,
            variants: variants
                .map(|(name, tags)| Variant { name, tags })
                .collect(),
        })
    }
}

/// Names a variant by its component, its title, its tag or its type.
fn plain_name(variant: &Value, tags: &[String]) -> String {
    let by_name = schema::component(variant).or_else(|| string(variant, "title"));
    let by_name = by_name.or(tags.first().map(String::as_str));
    by_name.map_or_else(|| type_name(variant), str::to_owned)
}

fn type_name(variant: &Value) -> String {
    match string(variant, "type") {
        Some("array") => {
            let items = variant.get("items").unwrap_or(&Value::Null);
            format!("{}-list", plain_name(items, &[]))
        }
        Some("object") if variant.get("properties").is_none() => "map".to_owned(),
        Some(_) if variant.get("enum").is_some() => "value".to_owned(),
        Some(kind) => kind.to_owned(),
        None if variant.get("properties").is_some() => "object".to_owned(),
        None => "any".to_owned(),
    }
}

/// Returns the property that has one value in some variants, and a different one in each.
fn implied_tag(variants: &[Value], components: &Object) -> Option<String> {
    let mut candidates: Vec<&String> = Vec::new();
    for variant in variants {
        candidates.extend(
            properties(variant, components)
                .into_iter()
                .map(|(name, _)| name),
        );
    }
    let values = |name: &str| -> Vec<&str> {
        let values = variants.iter();
        values
            .filter_map(|variant| constant(variant, name, components))
            .collect()
    };
    let is_unique = |values: &[&str]| {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        sorted.len() == values.len()
    };
    let tags = candidates.into_iter().filter(|name| {
        let values = values(name);
        !values.is_empty() && is_unique(&values)
    });
    // The first of several with the most variants.
    let mut best: Option<&String> = None;
    for name in tags {
        if best.is_none_or(|best| values(name).len() > values(best).len()) {
            best = Some(name);
        }
    }
    best.cloned()
}

/// Returns the only value of a property.
fn constant<'a>(variant: &'a Value, name: &str, components: &'a Object) -> Option<&'a str> {
    let properties = properties(variant, components);
    let (_, property) = properties.into_iter().rfind(|(key, _)| *key == name)?;
    let named = schema::component(property).and_then(|name| components.get(name));
    match strings(named.unwrap_or(property).get("enum")).as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// Returns the properties of an object and of the parts of its `allOf`.
pub(crate) fn properties<'a>(
    schema: &'a Value,
    components: &'a Object,
) -> Vec<(&'a String, &'a Value)> {
    collect(schema, components, DEEPEST)
}

/// The deepest nesting of parts.
const DEEPEST: usize = 16;

fn collect<'a>(
    schema: &'a Value,
    components: &'a Object,
    depth: usize,
) -> Vec<(&'a String, &'a Value)> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let named = string(schema, "$ref")
        .and_then(|_| schema::component(schema))
        .and_then(|name| components.get(name));
    let parts = named.into_iter().chain(items(schema, "allOf"));
    let mut properties: Vec<_> = parts
        .flat_map(|part| collect(part, components, depth))
        .collect();
    properties.extend(members(schema, "properties"));
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    type Read = (Option<String>, Vec<(String, Vec<String>)>);

    fn read(schemas: &str) -> Result<Read, String> {
        let schemas = testing::yaml(schemas);
        let components = schemas.as_object().unwrap();
        let schema = &components["U"];
        let (_, variants) = schema::variants(schema).unwrap();
        let union = Union::read(schema, variants, components, &Location::schema("U"));
        let union = union.map_err(|diagnostic| diagnostic.to_string())?;
        let variants = union.variants.into_iter();
        Ok((
            union.tag,
            variants
                .map(|variant| (variant.name, variant.tags))
                .collect(),
        ))
    }

    #[test]
    fn a_mapping_names_the_tags_of_variants() {
        let schemas = "
            A: {type: object, properties: {k: {type: string}}}
            B: {type: object, properties: {k: {type: string, enum: [bee]}}}
            C: {type: object, properties: {k: {type: string}}}
            U:
              oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]
              discriminator: {propertyName: k, mapping: {one: '#/components/schemas/A', two: A}}";
        let (tag, variants) = read(schemas).unwrap();
        assert_eq!(tag.as_deref(), Some("k"));
        let expected = [
            ("A", vec!["one", "two"]),
            ("B", vec!["bee"]),
            ("C", vec!["C"]),
        ];
        let variants: Vec<(&str, Vec<&str>)> = variants
            .iter()
            .map(|(name, tags)| (name.as_str(), tags.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(variants, expected);
        let message = read(&schemas.replace("two: A", "two: D")).unwrap_err();
        let expected = "#/components/schemas/U/discriminator/mapping/two: `two` names a schema that is not a variant; \
                        add the schema to the union, or remove the entry";
        assert_eq!(message, expected);
    }

    #[test]
    fn a_property_with_one_value_per_variant_is_the_tag() {
        let (tag, variants) = read(
            "
            U: {anyOf: [
                {type: object, properties: {n: {type: integer}, type: {type: string, enum: [text]}}},
                {type: object, title: Picture, properties: {type: {type: string, enum: [image]}}},
                {type: array, items: {type: string}}, {type: string}, {type: string, maxLength: 1}, {}]}",
        )
        .unwrap();
        assert_eq!(tag.as_deref(), Some("type"));
        let names: Vec<&str> = variants.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["Text", "Picture", "StringList", "String", "String2", "Any"];
        assert_eq!(names, expected);
        assert_eq!(variants[1].1, ["image"]);
    }
}
