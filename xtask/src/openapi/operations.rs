//! Iteration over the operations of a document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{Object, members, string};
use super::names;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

/// The HTTP methods of operations.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The identity and location of an operation.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) location: Location,
}

/// Returns the operations in the order of the document. Each must have a unique name.
pub(crate) fn all(doc: &Value) -> Result<Vec<(Site, &Value)>, Diagnostic> {
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, item) in members(doc, "paths") {
        for (method, node) in item.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let site = site(path, method, node)?;
            if !ids.insert(site.id.clone()) {
                return Err(site
                    .location
                    .key("operationId")
                    .diagnostic(DiagnosticKind::NameTaken(site.id)));
            }
            found.push((site, node));
        }
    }
    Ok(found)
}

/// Changes every operation and sums the counts that `apply` returns.
pub(crate) fn change_all(
    doc: &mut Value,
    mut apply: impl FnMut(&Site, &mut Object) -> Result<usize, Diagnostic>,
) -> Result<usize, Diagnostic> {
    let sites: Vec<Site> = all(doc)?.into_iter().map(|(site, _)| site).collect();
    let mut count = 0;
    for site in sites {
        let item = doc
            .get_mut("paths")
            .and_then(|paths| paths.get_mut(&site.path));
        if let Some(Value::Object(node)) = item.and_then(|item| item.get_mut(&site.method)) {
            count += apply(&site, node)?;
        }
    }
    Ok(count)
}

fn site(path: &str, method: &str, node: &Value) -> Result<Site, Diagnostic> {
    let location = Location::default().key("paths").key(path).key(method);
    let id =
        name(node).ok_or_else(|| location.diagnostic(DiagnosticKind::Missing("operationId")))?;
    let (method, path) = (method.to_owned(), path.to_owned());
    Ok(Site {
        location: location.in_operation(&id),
        id,
        method,
        path,
    })
}

/// Returns the name of an operation, which is also that of the client's method.
pub(crate) fn name(node: &Value) -> Option<String> {
    let id = string(node, "x-imagine-name").or_else(|| string(node, "operationId"))?;
    Some(names::snake(id))
}
