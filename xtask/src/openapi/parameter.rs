//! Parameters of operations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{boolean, items, required, required_string};
use super::operations::Site;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

/// A parameter in the path or the query.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) sent_in: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    /// The source of the parameter, with its extensions.
    pub(crate) node: Value,
}

/// Reads the parameters of an operation. The path parameters must match the path's template.
pub(super) fn parameters(node: &Value, site: &Site) -> Result<Vec<Parameter>, Diagnostic> {
    let location = site.location.key("parameters");
    let parameters: Vec<Parameter> = items(node, "parameters")
        .enumerate()
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

/// Returns the names in braces.
pub(crate) fn template(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn parameter(node: &Value, location: &Location) -> Result<Parameter, Diagnostic> {
    let sent_in = required_string(node, "in", location)?;
    if !["path", "query"].contains(&sent_in.as_str()) {
        return Err(location.diagnostic(DiagnosticKind::ParameterLocation(sent_in)));
    }
    Ok(Parameter {
        name: required_string(node, "name", location)?,
        sent_in,
        required: boolean(node, "required"),
        schema: required(node, "schema", location)?.clone(),
        node: node.clone(),
    })
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
