//! Reads the parts of an operation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{flag, items, members, text};
use super::operation::{Media, Parameter, Payload};
use super::operations::Site;
use crate::error::{Fault, Place, Problem};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// The parameters of an operation; those in the path must be those of the path's template.
pub(super) fn parameters(node: &Value, site: &Site) -> Result<Vec<Parameter>, Fault> {
    let place = site.place.key("parameters");
    let parameters: Vec<Parameter> = items(node, "parameters")
        .enumerate()
        .map(|(at, node)| parameter(node, &place.key(at)))
        .collect::<Result<_, _>>()?;
    let in_path = parameters
        .iter()
        .filter(|parameter| parameter.location == "path");
    let in_path: BTreeSet<&str> = in_path.map(|parameter| parameter.name.as_str()).collect();
    let in_template: BTreeSet<&str> = template(&site.path).collect();
    match in_path.symmetric_difference(&in_template).next() {
        Some(name) => Err(place.fault(Problem::PathParameter((*name).to_owned()))),
        None => Ok(parameters),
    }
}

/// The names in braces.
pub(crate) fn template(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn parameter(node: &Value, place: &Place) -> Result<Parameter, Fault> {
    let location = required_text(node, "in", place)?;
    if !["path", "query"].contains(&location.as_str()) {
        return Err(place.fault(Problem::ParameterPlace(location)));
    }
    Ok(Parameter {
        name: required_text(node, "name", place)?,
        location,
        required: flag(node, "required"),
        schema: schema_of(node, place)?,
        node: node.clone(),
    })
}

/// The body of an operation that has one.
pub(super) fn payload(node: &Value, place: &Place) -> Result<Option<Payload>, Fault> {
    let Some(body) = node.get("requestBody") else {
        return Ok(None);
    };
    let place = place.key("requestBody").key("content");
    let found: Vec<_> = members(body, "content").collect();
    let [(name, content)] = found.as_slice() else {
        return Err(place.cannot_lower("this body", "it needs exactly one media type"));
    };
    let place = place.key(name);
    let unknown = || place.cannot_lower("this media type", "a body is JSON or a form");
    let media = Media::named(name).ok_or_else(unknown)?;
    let schema = schema_of(content, &place)?;
    Ok(Some(Payload {
        media,
        required: flag(body, "required"),
        schema,
    }))
}

/// The schemas of the response as JSON and of the events of a stream, where all went well.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) response: Option<Value>,
    pub(super) event: Option<Value>,
}

impl Answers {
    pub(super) fn read(node: &Value, place: &Place) -> Result<Self, Fault> {
        let place = place.key("responses");
        let mut responses = Self::default();
        for (status, response) in
            members(node, "responses").filter(|(status, _)| status.starts_with('2'))
        {
            for (media, content) in members(response, "content") {
                responses.add(media, content, &place.key(status).key("content").key(media))?;
            }
        }
        Ok(responses)
    }

    fn add(&mut self, media: &str, content: &Value, place: &Place) -> Result<(), Fault> {
        let slot = match media {
            JSON => &mut self.response,
            EVENTS => &mut self.event,
            _ => {
                return Err(place.cannot_lower(
                    "this media type",
                    "a response is JSON or a stream of events",
                ));
            }
        };
        let schema = schema_of(content, place)?;
        if slot.as_ref().is_some_and(|other| *other != schema) {
            return Err(place.cannot_lower("a second response", "give both one schema"));
        }
        *slot = Some(schema);
        Ok(())
    }
}

/// A member that must be there.
pub(super) fn required_text(
    node: &Value,
    key: &'static str,
    place: &Place,
) -> Result<String, Fault> {
    text(node, key)
        .map(str::to_owned)
        .ok_or_else(|| place.fault(Problem::Missing(key)))
}

fn schema_of(node: &Value, place: &Place) -> Result<Value, Fault> {
    node.get("schema")
        .cloned()
        .ok_or_else(|| place.fault(Problem::Missing("schema")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_what_is_in_braces() {
        let names: Vec<&str> = template("/voices/{voice_id}/files/{id}").collect();
        assert_eq!(names, ["voice_id", "id"]);
    }
}
