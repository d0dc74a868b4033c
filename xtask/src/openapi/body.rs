//! Bodies of requests and responses.

use serde_json::{Value, json};

use super::json::{members, required, string};
use crate::diagnostic::{Diagnostic, Location};

pub(crate) const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// The body of a request.
pub(crate) struct Payload {
    pub(crate) media: Media,
    pub(crate) schema: Value,
}

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Media {
    Json,
    Form,
    UrlEncoded,
}

impl Media {
    /// Returns the encoding for a media type.
    fn named(name: &str) -> Option<Self> {
        [Self::Json, Self::Form, Self::UrlEncoded]
            .into_iter()
            .find(|media| media.name() == name)
    }

    /// Returns the media type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "multipart/form-data",
            Self::UrlEncoded => "application/x-www-form-urlencoded",
        }
    }

    /// Returns the name in attributes.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "multipart",
            Self::UrlEncoded => "urlencoded",
        }
    }
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
    let schema = required(content, "schema", &location)?.clone();
    Ok(Some(Payload { media, schema }))
}

/// Returns true if a response is a successful one: without any, `default` is.
pub(crate) fn is_success(operation: &Value, status: &str) -> bool {
    let is_explicit = |status: &str| status.starts_with('2');
    let mut statuses = members(operation, "responses").map(|(status, _)| status);
    is_explicit(status) || status == "default" && !statuses.any(|status| is_explicit(status))
}

/// The schemas of the JSON response and of the stream's events, of successful responses.
#[derive(Default)]
pub(super) struct Responses {
    pub(super) response: Option<Value>,
    /// The media type of the response.
    pub(super) media: Option<String>,
    pub(super) event: Option<Value>,
}

impl Responses {
    pub(super) fn read(node: &Value, location: &Location) -> Result<Self, Diagnostic> {
        let location = location.key("responses");
        let mut responses = Self::default();
        for (status, response) in
            members(node, "responses").filter(|(status, _)| is_success(node, status))
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
        let (slot, schema) = match media {
            EVENTS => (
                &mut self.event,
                required(content, "schema", location)?.clone(),
            ),
            _ => {
                let schema = match media {
                    JSON => required(content, "schema", location)?.clone(),
                    _ => file(media, content, location)?,
                };
                if self.media.as_deref().is_some_and(|other| other != media) {
                    let help = "describe one of the two, or two operations";
                    return Err(location.cannot_lower("a second media type", help));
                }
                self.media = Some(media.to_owned());
                (&mut self.response, schema)
            }
        };
        if slot.as_ref().is_some_and(|other| *other != schema) {
            return Err(location.cannot_lower("a second response", "give both the same schema"));
        }
        *slot = Some(schema);
        Ok(())
    }
}

/// Returns true if a media type is text, which is a string in Rust.
pub(crate) fn is_text(media: &str) -> bool {
    media.starts_with("text/")
}

/// Returns true if a media type is neither JSON nor text.
pub(crate) fn is_bytes(media: &str) -> bool {
    media != JSON && !is_text(media)
}

/// The media types of files, whose bytes are the response.
const FILES: [&str; 6] = [
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "audio/",
    "image/",
    "video/",
];

/// Returns the schema of a response that is text or a file.
fn file(media: &str, content: &Value, location: &Location) -> Result<Value, Diagnostic> {
    let is_file = FILES.iter().any(|file| media.starts_with(file));
    if !is_file && !is_text(media) || media.contains('*') {
        let help = "write JSON, a type of text, audio, images or videos, `application/octet-stream`, \
                    or a stream of events";
        return Err(location.cannot_lower("this media type", help));
    }
    let schema = content.get("schema");
    if let Some(schema) = schema.filter(|schema| string(schema, "type") != Some("string")) {
        let found = string(schema, "type").unwrap_or("any type");
        let construct = format!("a response of {media} with the schema of `{found}`");
        return Err(location
            .key("schema")
            .cannot_lower(&construct, "write `type: string`"));
    }
    let plain = match is_text(media) {
        true => json!({ "type": "string" }),
        false => json!({ "type": "string", "format": "binary" }),
    };
    Ok(schema.cloned().unwrap_or(plain))
}
