//! Rules for path parameters.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::Node;
use crate::openapi::json::{boolean, items, string};
use crate::openapi::operations::METHODS;
use crate::openapi::parameter::template;
use crate::openapi::shapes::PATH;
use crate::validate::spec::Spec;

/// Path templates and declared path parameters match, and path parameters are required.
pub(super) fn of_paths(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in spec.each(&PATH) {
        let path = path(item);
        let in_template: BTreeSet<&str> = template(&path).collect();
        for method in METHODS {
            if let Some(operation) = item.value.get(method) {
                let declared = declared(spec, &[item.value, operation]);
                let location = match string(operation, "operationId") {
                    Some(id) => item.location.key(method).in_operation(id),
                    None => item.location.key(method),
                };
                found.extend(disagreements(&in_template, &declared, &location));
                found.extend(optional(&declared, &location));
            }
        }
    }
    found
}

fn disagreements(
    in_template: &BTreeSet<&str>,
    declared: &[&Value],
    location: &Location,
) -> Vec<Diagnostic> {
    let declared = declared
        .iter()
        .filter_map(|parameter| string(parameter, "name"));
    let declared: BTreeSet<&str> = declared.collect();
    let undeclared = in_template.difference(&declared).map(|name| {
        let message = format!("the path parameter `{{{name}}}` is not declared");
        Diagnostic::new(
            location,
            message,
            "add the parameter, `in: path` and required",
        )
    });
    let unused = declared.difference(in_template).map(|name| {
        let message = format!("the path does not contain the declared parameter `{name}`");
        let help = format!("write `{{{name}}}` in the path, or remove the parameter");
        Diagnostic::new(&location.key("parameters"), message, help)
    });
    undeclared.chain(unused).collect()
}

fn optional(declared: &[&Value], location: &Location) -> Vec<Diagnostic> {
    let optional = declared
        .iter()
        .filter(|parameter| !boolean(parameter, "required"));
    let names = optional.filter_map(|parameter| string(parameter, "name"));
    names
        .map(|name| {
            let message = format!("the path parameter `{name}` is not required");
            Diagnostic::new(&location.key("parameters"), message, "add `required: true`")
        })
        .collect()
}

fn path(item: &Node<'_>) -> String {
    let key = item.location.pointer().trim_start_matches("/paths/");
    key.replace("~1", "/").replace("~0", "~")
}

/// Returns the path parameters of the path item and the operation.
fn declared<'a>(spec: &Spec<'a>, nodes: &[&'a Value]) -> Vec<&'a Value> {
    let written = nodes.iter().flat_map(|node| items(node, "parameters"));
    let parameters = written.filter_map(|parameter| spec.resolve(parameter));
    parameters
        .filter(|parameter| string(parameter, "in") == Some("path"))
        .collect()
}
