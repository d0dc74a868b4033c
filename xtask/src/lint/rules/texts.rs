//! What a reader is told.

use serde_json::Value;

use crate::error::Place;
use crate::lint::Spec;
use crate::lint::finding::Finding;
use crate::openapi::Node;
use crate::openapi::shapes::{PARAMETER, SCHEMA, TAG};
use crate::spec::json::{members, text};
use crate::spec::schema;

const GRADES: [&str; 5] = ["documented", "observed", "published", "reported", "assumed"];

/// Tags, parameters, components and properties are described, and every text begins with a capital.
pub(super) fn descriptions(spec: &Spec<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = undescribed(spec)
        .into_iter()
        .map(|place| Finding::new(&place, "it has no description", "say what it is"))
        .collect();
    for node in &spec.walk.nodes {
        for key in ["summary", "description"] {
            let Some(text) = text(node.value, key) else {
                continue;
            };
            if !begins_well(text) {
                let what = format!("the {key} does not begin with a capital");
                found.push(Finding::new(&node.place.key(key), what, "write a sentence"));
            }
        }
    }
    found
}

/// Provenance has a grade and a source.
pub(super) fn provenance(spec: &Spec<'_>) -> Vec<Finding> {
    let nodes = spec.walk.nodes.iter();
    let known = nodes.filter_map(|node| {
        Some((
            node.place.key("x-provenance"),
            node.value.get("x-provenance")?,
        ))
    });
    let unfit = known.filter(|(_, value)| {
        let graded = text(value, "grade").is_some_and(|grade| GRADES.contains(&grade));
        let sourced = text(value, "source").is_some_and(|source| !source.trim().is_empty());
        let alone = value.as_object().is_some_and(|members| members.len() == 2);
        !(graded && sourced && alone)
    });
    unfit
        .map(|(place, _)| {
            let mend = format!(
                "write `grade` as one of {} and `source` as text",
                GRADES.join(", ")
            );
            Finding::new(&place, "provenance is a grade and a source", mend)
        })
        .collect()
}

// A text may begin with code, a number or a quotation.
fn begins_well(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|first| !first.is_lowercase() && !first.is_whitespace())
}

fn undescribed(spec: &Spec<'_>) -> Vec<Place> {
    let plain = spec.each(&TAG).chain(spec.each(&PARAMETER));
    let plain = plain.filter(|node| node.value.get("description").is_none());
    let mut found: Vec<Place> = plain.map(|node| node.place.clone()).collect();
    for (name, schema) in schema::components(spec.doc).into_iter().flatten() {
        if schema.get("description").is_none() {
            found.push(Place::schema(name));
        }
    }
    found.extend(
        spec.each(&SCHEMA)
            .flat_map(|node| undescribed_properties(spec, node)),
    );
    found
}

/// A property that says nothing itself is described by what it refers to, if that is there.
fn undescribed_properties<'a>(spec: &Spec<'a>, node: &Node<'a>) -> Vec<Place> {
    let described = |schema: &Value| schema.get("description").is_some();
    let is_described = |property: &Value| match schema::component(property) {
        _ if described(property) => true,
        Some(name) => {
            let target = schema::components(spec.doc).and_then(|schemas| schemas.get(name));
            target.is_none_or(described)
        }
        None => false,
    };
    let place = node.place.key("properties");
    let bare = members(node.value, "properties").filter(|(_, property)| !is_described(property));
    bare.map(|(name, _)| place.key(name)).collect()
}
