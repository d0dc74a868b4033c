//! Parameters of operations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{boolean, items, required, required_string, string};
use super::operations::Site;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

const JSON: &str = "application/json";

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) sent_in: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    /// The source of the parameter, with its extensions.
    pub(crate) node: Value,
    pub(crate) location: Location,
}

/// Reads the parameters of an operation. The path parameters must match the path's template.
pub(super) fn parameters(node: &Value, site: &Site) -> Result<Vec<Parameter>, Diagnostic> {
    let location = site.location.key("parameters");
    let parameters: Vec<Parameter> = items(node, "parameters")
        .enumerate()
        .filter(|(_, node)| !is_ignored(node))
        .map(|(at, node)| parameter(node, &location.key(at)))
        .collect::<Result<_, _>>()?;
    let in_path = parameters
        .iter()
        .filter(|parameter| parameter.sent_in == "path");
    let in_path: BTreeSet<&str> = in_path.map(|parameter| parameter.name.as_str()).collect();
    let in_template: BTreeSet<&str> = template(&site.path).collect();
    match in_path.symmetric_difference(&in_template).next() {
        Some(name) => Err(location.diagnostic(DiagnosticKind::PathParameter((*name).to_owned()))),
        None => Ok(parameters),
    }
}

/// Removes the names of parameters from a path; the wire does not have them.
pub(crate) fn blank(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |blank, part| {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        format!("{blank}{{}}{rest}")
    })
}

/// Returns the names in braces.
pub(crate) fn template(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn parameter(node: &Value, location: &Location) -> Result<Parameter, Diagnostic> {
    let sent_in = required_string(node, "in", location)?;
    Ok(Parameter {
        name: required_string(node, "name", location)?,
        sent_in,
        required: boolean(node, "required"),
        schema: schema(node, location)?,
        node: node.clone(),
        location: location.clone(),
    })
}

/// Returns the schema of a parameter, or that of its JSON content.
fn schema(node: &Value, location: &Location) -> Result<Value, Diagnostic> {
    let Some(content) = node.get("content") else {
        return Ok(required(node, "schema", location)?.clone());
    };
    let location = location.key("content");
    match content.get(JSON) {
        Some(media)
            if content
                .as_object()
                .is_some_and(|content| content.len() == 1) =>
        {
            Ok(required(media, "schema", &location.key(JSON))?.clone())
        }
        _ => Err(location.unsupported("this media type", "write `application/json`")),
    }
}

/// Headers that OpenAPI excludes from parameters: bodies, responses and security schemes determine them.
const IGNORED_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

fn is_ignored(node: &Value) -> bool {
    let name = string(node, "name")
        .unwrap_or_default()
        .to_ascii_lowercase();
    string(node, "in") == Some("header") && IGNORED_HEADERS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_returns_the_names_in_braces() {
        let names: Vec<&str> = template("/voices/{voice_id}/files/{id}").collect();
        assert_eq!(names, ["voice_id", "id"]);
    }
}
