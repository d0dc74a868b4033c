//! Parses multipart forms and converts them into objects for schema validation.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use multer::Multipart;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{Definitions, Violation, style};

/// A part of a multipart form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormPart {
    /// The name of the form field.
    pub name: String,
    /// The file name, if the part has one.
    pub file_name: Option<String>,
    /// The media type, if the part has one.
    pub content_type: Option<String>,
    /// The content.
    pub data: Bytes,
}

impl FormPart {
    /// Returns the content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }
}

/// Parses the parts of a buffered form.
pub(super) fn parse(content_type: &str, body: &[u8]) -> Result<Vec<FormPart>, String> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| error.to_string())?;
    let bytes = Ok::<_, Infallible>(Bytes::copy_from_slice(body));
    let form = Multipart::new(stream::iter([bytes]), boundary);
    // The stream is never pending, so the parser completes at once.
    parts(form)
        .now_or_never()
        .unwrap_or_else(|| Err(multer::Error::IncompleteStream))
        .map_err(|error| error.to_string())
}

/// Returns the fields of a URL-encoded form.
pub(super) fn fields(body: &[u8]) -> Vec<FormPart> {
    let text = String::from_utf8_lossy(body).replace('+', " ");
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let fields = text.split('&').filter(|field| !field.is_empty());
    let fields = fields.map(|field| field.split_once('=').unwrap_or((field, "")));
    let fields = fields.map(|(name, value)| FormPart {
        name: decoded(name),
        file_name: None,
        content_type: None,
        data: Bytes::from(decoded(value)),
    });
    fields.collect()
}

async fn parts(mut form: Multipart<'_>) -> multer::Result<Vec<FormPart>> {
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        parts.push(FormPart {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            data: field.bytes().await?,
        });
    }
    Ok(parts)
}

/// Returns the form as an object with one property for each part. Files are empty strings.
pub(super) fn to_object(parts: &[FormPart], schema: &Value, definitions: &Definitions) -> Value {
    let value = |part: &FormPart, schema: &Value| match &part.content_type {
        _ if definitions.is_file(schema) => Value::from(""),
        Some(media) if media.starts_with("application/json") => style::json(&part.text()),
        _ => definitions.coerce(schema, &part.text()),
    };
    let mut object = Map::new();
    for part in parts {
        let property = definitions.property(schema, &part.name);
        let item = property.and_then(|property| items(property, definitions));
        match (property, item) {
            // A list of objects is one JSON document; other lists repeat the part.
            (_, Some(item)) if part.content_type.as_deref() != Some("application/json") => {
                let list = object.entry(part.name.clone());
                let list = list.or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut()
                    .into_iter()
                    .for_each(|list| list.push(value(part, item)));
            }
            (Some(property), _) => {
                object.insert(part.name.clone(), value(part, property));
            }
            (None, _) => {
                object.insert(part.name.clone(), Value::from(""));
            }
        }
    }
    object.into()
}

/// Returns the schema of a list's items.
fn items<'a>(schema: &'a Value, definitions: &'a Definitions) -> Option<&'a Value> {
    definitions.resolve(schema).get("items")
}

/// Returns a violation for each file without a file name, because servers treat such a part as a plain field.
pub(super) fn unnamed_files(
    parts: &[FormPart],
    schema: &Value,
    definitions: &Definitions,
) -> Vec<Violation> {
    let is_file = |part: &FormPart| {
        definitions
            .property(schema, &part.name)
            .map(|property| items(property, definitions).unwrap_or(property))
            .is_some_and(|property| definitions.is_file(property))
    };
    parts
        .iter()
        .filter(|part| is_file(part) && part.file_name.is_none())
        .map(|part| {
            let location = format!("body/{}", part.name);
            Violation::new(location, "filename", "a file requires a file name")
        })
        .collect()
}
