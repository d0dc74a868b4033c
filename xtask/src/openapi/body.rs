//! Bodies of requests and responses.

use serde_json::{Value, json};

use super::json::{boolean, members, required, string};
use crate::diagnostic::{Diagnostic, Location};

pub(crate) const JSON: &str = "application/json";
pub(crate) const EVENTS: &str = "text/event-stream";

/// The media types of JSON lines, which are streams of JSON documents.
const JSON_LINES: [&str; 5] = [
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/jsonlines",
];

/// The body of a request.
pub(crate) struct Payload {
    pub(crate) media: Media,
    pub(crate) media_type: String,
    /// The description of a body that is not an object.
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Media {
    Json,
    Form,
    UrlEncoded,
    Text,
    Binary,
}

/// The media type of `Media::UrlEncoded`.
pub(crate) const URL_ENCODED: &str = "application/x-www-form-urlencoded";

impl Media {
    /// Returns the encoding for a media type.
    fn named(name: &str) -> Option<Self> {
        match name {
            JSON => Some(Self::Json),
            "multipart/form-data" => Some(Self::Form),
            URL_ENCODED => Some(Self::UrlEncoded),
            EVENTS => None,
            _ if is_text(name) => Some(Self::Text),
            _ if is_file(name) => Some(Self::Binary),
            _ => None,
        }
    }

    /// Returns true if the body is one value, which is not JSON.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Text | Self::Binary)
    }

    /// Returns the name in attributes.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "multipart",
            Self::UrlEncoded => "urlencoded",
            Self::Text => "text",
            Self::Binary => "binary",
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
        return Err(location.unsupported("this body", "write exactly one media type"));
    };
    let location = location.key(name);
    let help = "write JSON, a form, or a type of text, audio, images, videos or `application/octet-stream`";
    let unknown = || location.unsupported("this media type", help);
    let media = Media::named(name).ok_or_else(unknown)?;
    let schema = match media.is_whole() {
        true => plain(name, content, &location)?,
        false => required(content, "schema", &location)?.clone(),
    };
    Ok(Some(Payload {
        media,
        media_type: (*name).clone(),
        description: string(body, "description").map(str::to_owned),
        required: boolean(body, "required"),
        schema,
    }))
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
    /// The media type of the stream.
    pub(super) event_media: Option<String>,
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
        responses.buffer_lines();
        Ok(responses)
    }

    /// Makes the list of all lines the response of an operation that has no other.
    fn buffer_lines(&mut self) {
        let media = self
            .event_media
            .as_ref()
            .filter(|media| is_json_lines(media));
        if let (None, Some(media), Some(line)) = (&self.response, media, &self.event) {
            self.media = Some(media.clone());
            self.response = Some(json!({ "type": "array", "items": line }));
        }
    }

    fn add(&mut self, media: &str, content: &Value, location: &Location) -> Result<(), Diagnostic> {
        let schema = match media {
            JSON => required(content, "schema", location)?.clone(),
            _ if is_stream(media) => required(content, "schema", location)?.clone(),
            _ => file(media, content, location)?,
        };
        let (slot, known) = match is_stream(media) {
            true => (&mut self.event, &mut self.event_media),
            false => (&mut self.response, &mut self.media),
        };
        if known.as_deref().is_some_and(|other| other != media) {
            let help = "describe one of the two, or two operations";
            return Err(location.unsupported("a second media type", help));
        }
        *known = Some(media.to_owned());
        if slot.as_ref().is_some_and(|other| *other != schema) {
            return Err(location.unsupported("a second response", "give both the same schema"));
        }
        *slot = Some(schema);
        Ok(())
    }
}

/// Returns true if a media type is text, which is a string in Rust.
pub(crate) fn is_text(media: &str) -> bool {
    media.starts_with("text/")
}

/// Returns true for the media types of JSON lines.
pub(crate) fn is_json_lines(media: &str) -> bool {
    JSON_LINES.contains(&media)
}

fn is_stream(media: &str) -> bool {
    media == EVENTS || is_json_lines(media)
}

/// Returns true if a response of a media type is a file.
pub(crate) fn is_bytes(media: &str) -> bool {
    media != JSON && !is_text(media) && !is_json_lines(media)
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

fn is_file(media: &str) -> bool {
    FILES.iter().any(|file| media.starts_with(file))
}

/// Returns the schema of a response that is text or a file.
fn file(media: &str, content: &Value, location: &Location) -> Result<Value, Diagnostic> {
    if !is_file(media) && !is_text(media) || media.contains('*') {
        let help = "write JSON, JSON lines, a type of text, audio, images or videos, \
                    `application/octet-stream`, or a stream of events";
        return Err(location.unsupported("this media type", help));
    }
    plain(media, content, location)
}

/// Returns the schema of a body that is text or a file.
fn plain(media: &str, content: &Value, location: &Location) -> Result<Value, Diagnostic> {
    let schema = content.get("schema");
    if let Some(schema) = schema.filter(|schema| string(schema, "type") != Some("string")) {
        let found = string(schema, "type").unwrap_or("any type");
        let construct = format!("a body of {media} with the schema of `{found}`");
        return Err(location
            .key("schema")
            .unsupported(&construct, "write `type: string`"));
    }
    let plain = match is_text(media) {
        true => json!({ "type": "string" }),
        false => json!({ "type": "string", "format": "binary" }),
    };
    Ok(schema.cloned().unwrap_or(plain))
}
