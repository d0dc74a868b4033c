//! What a reader is told.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::{members, string};
use crate::document::schema;
use crate::lint::Spec;
use crate::openapi::Node;
use crate::openapi::shapes::{PARAMETER, SCHEMA, TAG};

const GRADES: [&str; 5] = ["documented", "observed", "published", "reported", "assumed"];

/// Tags, parameters, components and properties are described, and every text begins with a capital.
pub(super) fn descriptions(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = undescribed(spec)
        .into_iter()
        .map(|location| Diagnostic::new(&location, "it has no description", "say what it is"))
        .collect();
    for node in &spec.walk.nodes {
        for key in ["summary", "description"] {
            let Some(text) = string(node.value, key) else {
                continue;
            };
            if !begins_well(text) {
                let what = format!("the {key} does not begin with a capital");
                found.push(Diagnostic::new(
                    &node.location.key(key),
                    what,
                    "write a sentence",
                ));
            }
        }
    }
    found
}

/// Provenance has a grade and a source.
pub(super) fn provenance(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let nodes = spec.walk.nodes.iter();
    let known = nodes.filter_map(|node| {
        Some((
            node.location.key("x-provenance"),
            node.value.get("x-provenance")?,
        ))
    });
    let unfit = known.filter(|(_, value)| {
        let graded = string(value, "grade").is_some_and(|grade| GRADES.contains(&grade));
        let sourced = string(value, "source").is_some_and(|source| !source.trim().is_empty());
        let alone = value.as_object().is_some_and(|members| members.len() == 2);
        !(graded && sourced && alone)
    });
    unfit
        .map(|(location, _)| {
            let help = format!(
                "write `grade` as one of {} and `source` as text",
                GRADES.join(", ")
            );
            Diagnostic::new(&location, "provenance is a grade and a source", help)
        })
        .collect()
}

// A text may begin with code, a number or a quotation.
fn begins_well(text: &str) -> bool {
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

/// A property that says nothing itself is described by what it refers to, if that is there.
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
    let bare = members(node.value, "properties").filter(|(_, property)| !is_described(property));
    bare.map(|(name, _)| location.key(name)).collect()
}
