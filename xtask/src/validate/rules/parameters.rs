//! Rules for path parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::Node;
use crate::openapi::json::{boolean, items, string};
use crate::openapi::operations::METHODS;
use crate::openapi::parameter::{blank, template};
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

/// A path is a template without a query, whose braces are balanced, and which no other path equals.
pub(super) fn templates(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut taken = BTreeMap::new();
    for item in spec.each(&PATH) {
        let path = path(item);
        let mut report = |message: String, help: &str| {
            found.push(Diagnostic::new(&item.location, message, help));
        };
        if item.value.get("$ref").is_some() {
            report(
                "the path item is a reference".to_owned(),
                "write its operations here",
            );
        }
        if path.contains(['?', '#']) {
            let help = "declare a parameter in the query";
            report("the path contains a query or a fragment".to_owned(), help);
        }
        let Some(names) = names(&path) else {
            report(
                "the braces of the path are not balanced".to_owned(),
                "write `{name}`",
            );
            continue;
        };
        if let Some(name) = names
            .iter()
            .find(|name| names.iter().filter(|other| other == name).count() > 1)
        {
            report(
                format!("the path contains `{{{name}}}` twice"),
                "rename one of the two",
            );
        }
        if let Some(other) = taken.insert(blank(&path), path.clone()) {
            let help = "move its operations there";
            report(
                format!("the path equals `{other}` except for names of parameters"),
                help,
            );
        }
    }
    found
}

/// Returns the names in braces, or `None` if the braces are not balanced or empty.
fn names(path: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if before.contains('}') || name.is_empty() || name.contains(['{', '/']) {
            return None;
        }
        names.push(name);
        rest = after;
    }
    (!rest.contains('}')).then_some(names)
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
