//! Finds the fields of a value that its schema does not describe.
//!
//! JSON Schema allows additional properties unless a schema forbids them, so a misspelled optional field is valid. Here,
//! an object has the documented fields only, unless its schema declares `additionalProperties`.

use serde_json::Value;

use super::definitions::has_type;
use super::{Definitions, Violation};

/// The keyword of the violations.
pub(crate) const UNKNOWN: &str = "unknown-field";

/// The maximum depth of references and nested parts, which bounds recursive schemas.
const MAX_DEPTH: usize = 32;

/// Returns a violation for each undescribed field, at every depth.
pub(super) fn fields(
    location: &str,
    value: &Value,
    schema: &Value,
    definitions: &Definitions,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    check(location, value, &[schema], definitions, &mut violations);
    violations
}

/// Returns a violation for a field of this name, unless it is one of the known.
pub(super) fn field<'a>(
    location: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Violation {
    let nearest = known.min_by_key(|known| distance(name, known));
    let message = match nearest {
        Some(nearest) => format!("is not in the specification; the nearest field is `{nearest}`"),
        None => "is not in the specification".to_owned(),
    };
    Violation::new(format!("{location}/{name}"), UNKNOWN, message)
}

fn check(
    location: &str,
    value: &Value,
    schemas: &[&Value],
    definitions: &Definitions,
    violations: &mut Vec<Violation>,
) {
    let mut described = Described::default();
    for schema in schemas {
        described.collect(schema, value, definitions, MAX_DEPTH);
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let own = described.properties.iter();
                let own = own.filter(|(known, _)| known == name);
                let mut schemas: Vec<&Value> = own.map(|(_, schema)| *schema).collect();
                if schemas.is_empty() && !described.allows_others() {
                    let known = described.properties.iter().map(|(known, _)| *known);
                    violations.push(field(location, name, known));
                    continue;
                }
                if schemas.is_empty() {
                    schemas.clone_from(&described.others);
                }
                let location = format!("{location}/{name}");
                check(&location, value, &schemas, definitions, violations);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let location = format!("{location}/{at}");
                check(&location, item, &described.items, definitions, violations);
            }
        }
        _ => {}
    }
}

/// The descriptions of a value by all parts of its schemas.
#[derive(Default)]
struct Described<'a> {
    properties: Vec<(&'a str, &'a Value)>,
    /// True if a part allows any other fields.
    is_open: bool,
    /// The schemas of other fields.
    others: Vec<&'a Value>,
    items: Vec<&'a Value>,
}

impl<'a> Described<'a> {
    /// Returns true if an object may have other fields. One without any description may have all.
    fn allows_others(&self) -> bool {
        self.is_open || !self.others.is_empty() || self.properties.is_empty()
    }

    fn collect(
        &mut self,
        schema: &'a Value,
        value: &Value,
        definitions: &'a Definitions,
        depth: usize,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let list = |key: &str| {
            schema
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        if let Some(target) = definitions.target(schema) {
            self.collect(target, value, definitions, depth);
        }
        for part in list("allOf") {
            self.collect(part, value, definitions, depth);
        }
        for variant in list("anyOf").chain(list("oneOf")) {
            self.collect_variant(variant, value, definitions, depth);
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        self.properties.extend(
            properties
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.as_str(), schema)),
        );
        match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => self.is_open = true,
            Some(others @ Value::Object(_)) => self.others.push(others),
            _ => {}
        }
        self.items.extend(schema.get("items"));
        self.items.extend(list("prefixItems"));
    }

    /// Adds the description by a variant, unless its constants or its type exclude the value.
    fn collect_variant(
        &mut self,
        variant: &'a Value,
        value: &Value,
        definitions: &'a Definitions,
        depth: usize,
    ) {
        let mut own = Described::default();
        own.collect(variant, value, definitions, depth);
        let excludes = |(name, schema): &(&str, &Value)| {
            let allowed = definitions
                .resolve(schema)
                .get("enum")
                .and_then(Value::as_array);
            let found = value.get(name);
            allowed.is_some_and(|allowed| found.is_some_and(|found| !allowed.contains(found)))
        };
        if own.properties.iter().any(excludes) {
            return;
        }
        let is_any_object =
            own.properties.is_empty() && has_type(definitions.resolve(variant), "object");
        self.is_open |= own.is_open || is_any_object;
        self.properties.extend(own.properties);
        self.others.extend(own.others);
        self.items.extend(own.items);
    }
}

/// Returns the number of edits between two names.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (b, above) in other.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(a != *b))
                .min(left + 1)
                .min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn unknown(schema: &Value, value: &Value) -> Vec<String> {
        let named = json!({
            "Node": {"type": "object", "properties": {
                "name": {"type": "string"},
                "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            }},
            "Cat": {"type": "object", "properties": {"kind": {"enum": ["cat"]}, "lives": {}}},
            "Dog": {"type": "object", "properties": {"kind": {"enum": ["dog"]}, "tricks": {}}},
        });
        let violations = fields("body", value, schema, &Definitions::new(named));
        violations
            .into_iter()
            .map(|violation| violation.location)
            .collect()
    }

    fn named(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn fields_are_checked_at_every_depth() {
        let value = json!({"nodes": [{"nodes": [{"nam": 1, "name": ""}]}], "Name": ""});
        let expected = ["body/Name", "body/nodes/0/nodes/0/nam"];
        assert_eq!(unknown(&named("Node"), &value), expected);
    }

    #[test]
    fn all_parts_of_a_schema_describe_fields() {
        let own = json!({"properties": {"own": {}}});
        let schema = json!({"allOf": [named("Node"), own], "properties": {"more": {}}});
        let value = json!({"name": "", "own": 1, "more": 2, "other": 3});
        assert_eq!(unknown(&schema, &value), ["body/other"]);
    }

    #[test]
    fn the_constants_of_a_variant_select_it() {
        let schema = json!({"oneOf": [named("Cat"), named("Dog")]});
        assert_eq!(
            unknown(&schema, &json!({"kind": "cat", "tricks": 1})),
            ["body/tricks"]
        );
        assert_eq!(
            unknown(&schema, &json!({"kind": "dog", "tricks": 1})),
            [""; 0]
        );
        let schema = json!({"anyOf": [named("Cat"), {"type": "null"}]});
        assert_eq!(unknown(&schema, &json!({"live": 9})), ["body/live"]);
    }

    #[test]
    fn declared_and_undescribed_objects_are_open() {
        let value = json!({"any": {"nam": 1}});
        for schema in [
            json!({"properties": {"any": {}}}),
            json!({"properties": {"any": {"type": "object"}}}),
            json!({"properties": {"any": {"properties": {"a": {}}, "additionalProperties": true}}}),
            json!({"properties": {"any": {"anyOf": [named("Node"), {"type": "object"}]}}}),
            json!({"additionalProperties": {"properties": {"nam": {}}}}),
        ] {
            assert_eq!(unknown(&schema, &value), [""; 0], "{schema}");
        }
        let schema = json!({"additionalProperties": named("Node")});
        assert_eq!(unknown(&schema, &value), ["body/any/nam"]);
        let schema = json!({"properties": {"any": {"additionalProperties": false, "properties": {"a": {}}}}});
        assert_eq!(unknown(&schema, &value), ["body/any/nam"]);
    }

    #[test]
    fn the_nearest_field_is_named() {
        let known = ["max_tokens", "temperature", "top_p"].into_iter();
        let message = field("body", "tempratur", known).to_string();
        let expected =
            "body/tempratur: is not in the specification; the nearest field is `temperature`";
        assert_eq!(message, expected);
        assert_eq!([distance("a", ""), distance("kitten", "sitting")], [1, 3]);
    }
}
