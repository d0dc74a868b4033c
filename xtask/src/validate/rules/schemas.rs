//! Rules for keywords of schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::openapi::json::{boolean, string, strings};
use crate::openapi::shapes::SCHEMA;
use crate::validate::spec::Spec;

/// `nullable` has an effect: it adds null to the `type` beside it only.
pub(super) fn nullable(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let schemas = spec.each(&SCHEMA);
    let found = schemas.filter_map(|node| {
        let (message, help) = ineffective_null(node.value)?;
        Some(Diagnostic::new(
            &node.location.key("nullable"),
            message,
            help,
        ))
    });
    found.collect()
}

/// Explains a `nullable` that does not allow null, and suggests the fix.
fn ineffective_null(schema: &Value) -> Option<(&'static str, &'static str)> {
    if !boolean(schema, "nullable") {
        return None;
    }
    let keys = ["$ref", "allOf", "anyOf", "oneOf"];
    if keys.iter().any(|key| schema.get(key).is_some()) {
        let message = "`nullable` does not allow null beside a reference or a union";
        let help = "write `anyOf` with the schema and a reference to a component `Null`: \
                    `{type: string, nullable: true, enum: [null]}`";
        return Some((message, help));
    }
    if string(schema, "type").is_none() {
        let message = "`nullable` has no effect without a `type`";
        let help = "add a `type`, or remove `nullable` if any value is allowed";
        return Some((message, help));
    }
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| !values.contains(&Value::Null)) {
        let message = "`nullable` does not allow null beside an `enum` without null";
        return Some((message, "add null to the values"));
    }
    None
}

/// A required property is defined.
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
        // In an `allOf`, another schema may define it.
        let standalone =
            node.value.get("allOf").is_none() && !node.location.pointer().contains("/allOf/");
        for name in strings(node.value.get("required"))
            .into_iter()
            .filter(|name| standalone && !known(name))
        {
            let message = format!("the required property `{name}` is not defined");
            found.push(Diagnostic::new(
                &node.location.key("required"),
                message,
                "add it to `properties`, or remove it",
            ));
        }
    }
    found
}

/// A list has a schema of its items.
pub(super) fn items(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let is_untyped =
        |schema: &Value| string(schema, "type") == Some("array") && schema.get("items").is_none();
    // A list that describes a reference has its items at the target.
    let untyped = spec
        .each(&SCHEMA)
        .filter(|node| is_untyped(node.value) && node.value.get("allOf").is_none());
    untyped
        .map(|node| Diagnostic::new(&node.location, "the list has no `items`", "add them"))
        .collect()
}

/// A keyword has a value that JSON Schema accepts.
pub(super) fn valid(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec.each(&SCHEMA) {
        let mut report = |key: &str, message: &str, help: &str| {
            found.push(Diagnostic::new(&node.location.key(key), message, help));
        };
        let required = strings(node.value.get("required"));
        let unique: BTreeSet<&str> = required.iter().copied().collect();
        if unique.len() < required.len() {
            report(
                "required",
                "`required` lists a property twice",
                "remove one of the two",
            );
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let list = node.value.get(key).and_then(Value::as_array);
            if list.is_some_and(Vec::is_empty) {
                report(key, "the list is empty", "remove it, or add a schema");
            }
        }
        let step = node.value.get("multipleOf").and_then(Value::as_f64);
        if step.is_some_and(|step| step <= 0.0) {
            report("multipleOf", "`multipleOf` is not positive", "remove it");
        }
        let is_object = matches!(string(node.value, "type"), None | Some("object"));
        if node.value.get("properties").is_some() && !is_object {
            report(
                "properties",
                "only an object has properties",
                "write `type: object`",
            );
        }
    }
    found
}

/// Pairs of limits, the lower first.
const LIMITS: [[&str; 2]; 4] = [
    ["minimum", "maximum"],
    ["minLength", "maxLength"],
    ["minItems", "maxItems"],
    ["minProperties", "maxProperties"],
];

/// A value can satisfy the limits; otherwise the SDK would reject every value.
pub(super) fn limits(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec.each(&SCHEMA) {
        let kind = string(node.value, "type");
        for key in ["minimum", "maximum"] {
            let Some(limit) = node.value.get(key) else {
                continue;
            };
            let is_integer = limit.as_f64().is_none_or(|limit| limit.fract() == 0.0);
            let message = match kind {
                Some("integer") if !is_integer => {
                    format!("the limit `{limit}` of an integer is a fraction")
                }
                None | Some("integer" | "number") => continue,
                Some(kind) => format!("`{key}` does not apply to the type `{kind}`"),
            };
            found.push(Diagnostic::new(
                &node.location.key(key),
                message,
                "remove it, or fix the type",
            ));
        }
        let limit = |key: &str| node.value.get(key).and_then(Value::as_f64);
        for [least, most] in LIMITS {
            if limit(least)
                .zip(limit(most))
                .is_some_and(|(least, most)| least > most)
            {
                let message = format!("`{least}` is greater than `{most}`");
                found.push(Diagnostic::new(
                    &node.location.key(least),
                    message,
                    "fix one of them",
                ));
            }
        }
    }
    found
}
