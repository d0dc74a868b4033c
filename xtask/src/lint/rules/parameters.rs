//! The parameters in a path are those that its operations declare.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Place;
use crate::lint::Spec;
use crate::lint::finding::Finding;
use crate::openapi::Node;
use crate::openapi::shapes::PATH;
use crate::spec::json::{flag, items, text};
use crate::spec::operations::METHODS;
use crate::spec::read::template;

/// Every name in braces is declared by each operation or for all of them, as required, and no other is.
pub(super) fn of_paths(spec: &Spec<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for item in spec.each(&PATH) {
        let path = path(item);
        let in_template: BTreeSet<&str> = template(&path).collect();
        for method in METHODS {
            if let Some(operation) = item.value.get(method) {
                let declared = declared(spec, &[item.value, operation]);
                let place = match text(operation, "operationId") {
                    Some(id) => item.place.key(method).of(id),
                    None => item.place.key(method),
                };
                found.extend(disagreements(&in_template, &declared, &place));
                found.extend(optional(&declared, &place));
            }
        }
    }
    found
}

fn disagreements(in_template: &BTreeSet<&str>, declared: &[&Value], place: &Place) -> Vec<Finding> {
    let declared = declared
        .iter()
        .filter_map(|parameter| text(parameter, "name"));
    let declared: BTreeSet<&str> = declared.collect();
    let undeclared = in_template.difference(&declared).map(|name| {
        let what = format!("the path has `{{{name}}}`, which is not declared");
        Finding::new(place, what, "add the parameter, `in: path` and required")
    });
    let unused = declared.difference(in_template).map(|name| {
        let what = format!("`{name}` is declared for a path that does not contain it");
        let mend = format!("write `{{{name}}}` in the path, or take the parameter out");
        Finding::new(&place.key("parameters"), what, mend)
    });
    undeclared.chain(unused).collect()
}

fn optional(declared: &[&Value], place: &Place) -> Vec<Finding> {
    let optional = declared
        .iter()
        .filter(|parameter| !flag(parameter, "required"));
    let names = optional.filter_map(|parameter| text(parameter, "name"));
    names
        .map(|name| {
            let what = format!("`{name}` stands in the path and is not required");
            Finding::new(&place.key("parameters"), what, "add `required: true`")
        })
        .collect()
}

fn path(item: &Node<'_>) -> String {
    let key = item.place.pointer().trim_start_matches("/paths/");
    key.replace("~1", "/").replace("~0", "~")
}

/// The parameters in the path, of the path itself and of an operation.
fn declared<'a>(spec: &Spec<'a>, nodes: &[&'a Value]) -> Vec<&'a Value> {
    let written = nodes.iter().flat_map(|node| items(node, "parameters"));
    let parameters = written.filter_map(|parameter| spec.resolve(parameter));
    parameters
        .filter(|parameter| text(parameter, "in") == Some("path"))
        .collect()
}
