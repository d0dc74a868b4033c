//! Keywords of a schema that need another beside them.

use serde_json::Value;

use crate::lint::Spec;
use crate::lint::finding::Finding;
use crate::openapi::shapes::SCHEMA;
use crate::spec::json::{flag, text, texts};
use crate::spec::schema;

/// `nullable` adds null to the type that stands beside it; without one it says nothing.
pub(super) fn nullable(spec: &Spec<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for node in spec
        .each(&SCHEMA)
        .filter(|node| flag(node.value, "nullable"))
    {
        let target =
            schema::component(node.value).and_then(|name| schema::components(spec.doc)?.get(name));
        let target = target.and_then(|target| text(target, "type"));
        let what = match (text(node.value, "type"), target) {
            (None, _) => "`nullable` says nothing without a `type`".to_owned(),
            (Some(kind), Some(target)) if kind != target => {
                format!("the type is `{kind}`, and that of what it refers to is `{target}`")
            }
            _ => continue,
        };
        let mend = match target {
            Some(target) => format!("write `type: {target}` beside it"),
            None => {
                "write the type beside it, or take it out where any value is allowed".to_owned()
            }
        };
        found.push(Finding::new(&node.place.key("nullable"), what, mend));
    }
    found
}

/// A property that must be there is a property.
pub(super) fn required(spec: &Spec<'_>) -> Vec<Finding> {
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
        let alone = node.value.get("allOf").is_none() && !node.place.pointer().contains("/allOf/");
        for name in texts(node.value.get("required"))
            .into_iter()
            .filter(|name| alone && !known(name))
        {
            let what = format!("`{name}` is required and is no property");
            found.push(Finding::new(
                &node.place.key("required"),
                what,
                "add it to `properties`, or take it out",
            ));
        }
    }
    found
}

/// A list says what it is a list of.
pub(super) fn items(spec: &Spec<'_>) -> Vec<Finding> {
    let is_bare =
        |schema: &Value| text(schema, "type") == Some("array") && schema.get("items").is_none();
    // A reference that is put into words beside its type has its items where it leads.
    let bare = spec
        .each(&SCHEMA)
        .filter(|node| is_bare(node.value) && node.value.get("allOf").is_none());
    bare.map(|node| Finding::new(&node.place, "a list does not say of what", "add `items`"))
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
pub(super) fn limits(spec: &Spec<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for node in spec.each(&SCHEMA) {
        let limit = |key: &str| node.value.get(key).and_then(Value::as_f64);
        for [least, most] in LIMITS {
            if limit(least)
                .zip(limit(most))
                .is_some_and(|(least, most)| least > most)
            {
                let what = format!("`{least}` is above `{most}`, so that no value fits");
                found.push(Finding::new(
                    &node.place.key(least),
                    what,
                    "mend one of them",
                ));
            }
        }
    }
    found
}
