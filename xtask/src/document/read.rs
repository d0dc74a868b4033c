//! Reads the parts of an operation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{boolean, items, members, string};
use super::operation::{Media, Parameter, Payload};
use super::operations::Site;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

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
        schema: schema_of(node, location)?,
        node: node.clone(),
    })
}

/// Reads the body of an operation, if it has one.
pub(super) fn payload(node: &Value, location: &Location) -> Result<Option<Payload>, Diagnostic> {
    let Some(body) = node.get("requestBody") else {
        return Ok(None);
    };
    let location = location.key("requestBody").key("content");
    let found: Vec<_> = members(body, "content").collect();
    let [(name, content)] = found.as_slice() else {
        return Err(location.cannot_lower("this body", "write exactly one media type"));
    };
    let location = location.key(name);
    let unknown = || location.cannot_lower("this media type", "write JSON or a form");
    let media = Media::named(name).ok_or_else(unknown)?;
    let schema = schema_of(content, &location)?;
    Ok(Some(Payload {
        media,
        required: boolean(body, "required"),
        schema,
    }))
}

/// The schemas of the JSON response and of the stream's events, of successful responses.
#[derive(Default)]
pub(super) struct Responses {
    pub(super) response: Option<Value>,
    pub(super) event: Option<Value>,
}

impl Responses {
    pub(super) fn read(node: &Value, location: &Location) -> Result<Self, Diagnostic> {
        let location = location.key("responses");
        let mut responses = Self::default();
        for (status, response) in
            members(node, "responses").filter(|(status, _)| status.starts_with('2'))
        {
            for (media, content) in members(response, "content") {
                responses.add(
                    media,
                    content,
                    &location.key(status).key("content").key(media),
                )?;
            }
        }
        Ok(responses)
    }

    fn add(&mut self, media: &str, content: &Value, location: &Location) -> Result<(), Diagnostic> {
        let slot = match media {
            JSON => &mut self.response,
            EVENTS => &mut self.event,
            _ => {
                return Err(
                    location.cannot_lower("this media type", "write JSON or a stream of events")
                );
            }
        };
        let schema = schema_of(content, location)?;
        if slot.as_ref().is_some_and(|other| *other != schema) {
            return Err(location.cannot_lower("a second response", "give both the same schema"));
        }
        *slot = Some(schema);
        Ok(())
    }
}

/// Returns a required string member.
pub(super) fn required_string(
    node: &Value,
    key: &'static str,
    location: &Location,
) -> Result<String, Diagnostic> {
    string(node, key)
        .map(str::to_owned)
        .ok_or_else(|| location.diagnostic(DiagnosticKind::Missing(key)))
}

fn schema_of(node: &Value, location: &Location) -> Result<Value, Diagnostic> {
    node.get("schema")
        .cloned()
        .ok_or_else(|| location.diagnostic(DiagnosticKind::Missing("schema")))
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
