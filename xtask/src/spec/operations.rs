//! The walk over the operations of a document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{Object, members, text};
use super::names;
use crate::error::{Fault, Place, Problem};

/// The methods that an operation can have.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Where an operation stands, and what it is called.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) place: Place,
}

/// Every operation, in the order of the document. Each must have a name of its own.
pub(crate) fn all(doc: &Value) -> Result<Vec<(Site, &Value)>, Fault> {
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
                    .place
                    .key("operationId")
                    .fault(Problem::NameTaken(site.id)));
            }
            found.push((site, node));
        }
    }
    Ok(found)
}

/// Changes every operation, and adds up what `apply` counts.
pub(crate) fn change_all(
    doc: &mut Value,
    mut apply: impl FnMut(&Site, &mut Object) -> Result<usize, Fault>,
) -> Result<usize, Fault> {
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

fn site(path: &str, method: &str, node: &Value) -> Result<Site, Fault> {
    let place = Place::default().key("paths").key(path).key(method);
    let id =
        text(node, "operationId").ok_or_else(|| place.fault(Problem::Missing("operationId")))?;
    if !names::is_snake(id) {
        return Err(place.fault(Problem::BadValue {
            key: "operationId".to_owned(),
            expected: "a Rust name in snake_case",
            found: id.to_owned(),
        }));
    }
    let (id, method, path) = (id.to_owned(), method.to_owned(), path.to_owned());
    Ok(Site {
        place: place.of(&id),
        id,
        method,
        path,
    })
}
