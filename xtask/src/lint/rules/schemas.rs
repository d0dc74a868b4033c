//! Keywords of a schema that need another beside them.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::document::json::{boolean, string, strings};
use crate::lint::Spec;
use crate::openapi::shapes::SCHEMA;

/// `nullable` adds null to the `type` beside it, and to nothing else.
pub(super) fn nullable(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let schemas = spec.each(&SCHEMA);
    let found = schemas.filter_map(|node| {
        let (what, help) = ineffective_null(node.value)?;
        Some(Diagnostic::new(&node.location.key("nullable"), what, help))
    });
    found.collect()
}

/// Why `nullable` does not allow null, and how to write it.
fn ineffective_null(schema: &Value) -> Option<(&'static str, &'static str)> {
    if !boolean(schema, "nullable") {
        return None;
    }
    let keys = ["$ref", "allOf", "anyOf", "oneOf"];
    if keys.iter().any(|key| schema.get(key).is_some()) {
        let what = "`nullable` does not allow null beside a reference or a union";
        let help = "write `anyOf` with the schema and a reference to a component `Null`: \
                    `{type: string, nullable: true, enum: [null]}`";
        return Some((what, help));
    }
    if string(schema, "type").is_none() {
        let what = "`nullable` has no effect without a `type`";
        let help = "write the type beside it, or remove it where any value is allowed";
        return Some((what, help));
    }
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| !values.contains(&Value::Null)) {
        let what = "`nullable` does not allow null beside an `enum` without null";
        return Some((what, "add null to the values"));
    }
    None
}

/// A property that must be there is a property.
pub(super) fn required(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec
        .each(&SCHEMA)
        .filter(|node| node.value.get("properties").is_some())
    {
        let known = |name: &str| {
            let properties = node.value.get("properties");
            properties.is_some_and(|properties| properties.get(name).is_some())
        };
        // Where schemas are put together, another may have it.
        let alone =
            node.value.get("allOf").is_none() && !node.location.pointer().contains("/allOf/");
        for name in strings(node.value.get("required"))
            .into_iter()
            .filter(|name| alone && !known(name))
        {
            let what = format!("`{name}` is required and is no property");
            found.push(Diagnostic::new(
                &node.location.key("required"),
                what,
                "add it to `properties`, or take it out",
            ));
        }
    }
    found
}

/// A list says what it is a list of.
pub(super) fn items(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let is_bare =
        |schema: &Value| string(schema, "type") == Some("array") && schema.get("items").is_none();
    // A reference that is put into words beside its type has its items where it leads.
    let bare = spec
        .each(&SCHEMA)
        .filter(|node| is_bare(node.value) && node.value.get("allOf").is_none());
    bare.map(|node| Diagnostic::new(&node.location, "a list does not say of what", "add `items`"))
        .collect()
}

/// The limits of a value, the lower first.
const LIMITS: [[&str; 2]; 4] = [
    ["minimum", "maximum"],
    ["minLength", "maxLength"],
    ["minItems", "maxItems"],
    ["minProperties", "maxProperties"],
];

/// Some value is within the limits: where none is, the SDK would refuse whatever it is given.
pub(super) fn limits(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec.each(&SCHEMA) {
        let limit = |key: &str| node.value.get(key).and_then(Value::as_f64);
        for [least, most] in LIMITS {
            if limit(least)
                .zip(limit(most))
                .is_some_and(|(least, most)| least > most)
            {
                let what = format!("`{least}` is above `{most}`, so that no value fits");
                found.push(Diagnostic::new(
                    &node.location.key(least),
                    what,
                    "help one of them",
                ));
            }
        }
    }
    found
}
