//! Rules for prose.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::Node;
use crate::openapi::json::{members, string};
use crate::openapi::schema;
use crate::openapi::shapes::{PARAMETER, SCHEMA, TAG};
use crate::validate::spec::Spec;

const GRADES: [&str; 5] = ["documented", "observed", "published", "reported", "assumed"];

/// Tags, parameters, components and properties have a description; prose starts with a capital.
pub(super) fn descriptions(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = undescribed(spec)
        .into_iter()
        .map(|location| Diagnostic::new(&location, "the description is missing", "add one"))
        .collect();
    for node in &spec.walk.nodes {
        for key in ["summary", "description"] {
            let Some(text) = string(node.value, key) else {
                continue;
            };
            if !starts_like_a_sentence(text) {
                let message = format!("the {key} does not start with a capital");
                found.push(Diagnostic::new(
                    &node.location.key(key),
                    message,
                    "write a sentence",
                ));
            }
        }
    }
    found
}

/// A provenance has a grade and a source.
pub(super) fn provenance(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let nodes = spec.walk.nodes.iter();
    let known = nodes.filter_map(|node| {
        Some((
            node.location.key("x-provenance"),
            node.value.get("x-provenance")?,
        ))
    });
    let invalid = known.filter(|(_, value)| {
        let graded = string(value, "grade").is_some_and(|grade| GRADES.contains(&grade));
        let sourced = string(value, "source").is_some_and(|source| !source.trim().is_empty());
        let alone = value.as_object().is_some_and(|members| members.len() == 2);
        !(graded && sourced && alone)
    });
    invalid
        .map(|(location, _)| {
            let help = format!(
                "write `grade` as one of {} and `source` as a string",
                GRADES.join(", ")
            );
            Diagnostic::new(&location, "a provenance needs a grade and a source", help)
        })
        .collect()
}

// Prose may also start with code, a number or a quotation.
fn starts_like_a_sentence(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|first| !first.is_lowercase() && !first.is_whitespace())
}

fn undescribed(spec: &Spec<'_>) -> Vec<Location> {
    let plain = spec.each(&TAG).chain(spec.each(&PARAMETER));
    let plain = plain.filter(|node| node.value.get("description").is_none());
    let mut found: Vec<Location> = plain.map(|node| node.location.clone()).collect();
    for (name, schema) in schema::components(spec.doc).into_iter().flatten() {
        if schema.get("description").is_none() {
            found.push(Location::schema(name));
        }
    }
    found.extend(
        spec.each(&SCHEMA)
            .flat_map(|node| undescribed_properties(spec, node)),
    );
    found
}

/// Returns the properties without a description of their own and of the component they refer to.
fn undescribed_properties<'a>(spec: &Spec<'a>, node: &Node<'a>) -> Vec<Location> {
    let described = |schema: &Value| schema.get("description").is_some();
    let is_described = |property: &Value| match schema::component(property) {
        _ if described(property) => true,
        Some(name) => {
            let target = schema::components(spec.doc).and_then(|schemas| schemas.get(name));
            target.is_none_or(described)
        }
        None => false,
    };
    let location = node.location.key("properties");
    let undescribed =
        members(node.value, "properties").filter(|(_, property)| !is_described(property));
    undescribed.map(|(name, _)| location.key(name)).collect()
}
