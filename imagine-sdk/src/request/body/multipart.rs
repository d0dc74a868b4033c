//! `multipart/form-data` bodies.

use std::fmt::Write;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, header};

use super::file::{Chunks, FilePart, single_chunk};
use crate::transport::{FileReadError, RequestBody};

/// A form: its string fields in order, followed by its files in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    boundary: String,
    fields: Vec<Field>,
    files: Vec<(String, FilePart)>,
}

/// A part that is not a file.
#[derive(Clone, Debug, PartialEq)]
struct Field {
    name: String,
    value: String,
    is_json: bool,
}

impl Form {
    /// Creates an empty form. No part may contain `boundary`, so it must be random.
    pub(crate) fn new(boundary: String) -> Self {
        Self {
            boundary,
            fields: Vec::new(),
            files: Vec::new(),
        }
    }

    pub(crate) fn field(&mut self, name: &str, value: String) {
        self.fields.push(Field {
            name: name.to_owned(),
            value,
            is_json: false,
        });
    }

    pub(crate) fn json(&mut self, name: &str, value: String) {
        self.fields.push(Field {
            name: name.to_owned(),
            value,
            is_json: true,
        });
    }

    pub(crate) fn file(&mut self, name: &str, file: FilePart) {
        self.files.push((name.to_owned(), file));
    }

    /// Removes all parts with this name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.fields.retain(|field| field.name != name);
        self.files.retain(|(file, _)| file != name);
    }

    /// Sets the content type.
    pub(crate) fn set_content_type(&self, headers: &mut HeaderMap) {
        let kind = format!("multipart/form-data; boundary={}", self.boundary);
        if let Ok(kind) = HeaderValue::try_from(kind) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
    }

    pub(crate) fn is_replayable(&self) -> bool {
        self.files.iter().all(|(_, file)| file.is_replayable())
    }

    pub(crate) async fn open(&self) -> Result<RequestBody, FileReadError> {
        let mut body = BodyBuilder::default();
        for field in &self.fields {
            body.bytes(self.field_header(field) + &field.value + "\r\n")?;
        }
        for (name, file) in &self.files {
            body.bytes(self.file_header(name, file))?;
            let (length, chunks) = file.open().await?;
            body.chunks(length, chunks)?;
            body.bytes("\r\n".to_owned())?;
        }
        body.bytes(format!("--{}--\r\n", self.boundary))?;
        Ok(body.finish())
    }

    fn field_header(&self, field: &Field) -> String {
        let content_type = match field.is_json {
            true => "Content-Type: application/json\r\n",
            false => "",
        };
        format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n{content_type}\r\n",
            self.boundary,
            escape_name(&field.name)
        )
    }

    fn file_header(&self, name: &str, file: &FilePart) -> String {
        format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            self.boundary,
            escape_name(name),
            escape_name(file.wire_name()),
            escape_name(&file.wire_content_type()),
        )
    }
}

/// Percent-encodes the three characters that the HTML standard requires to be encoded in names.
fn escape_name(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '"' | '\r' | '\n' => {
                // Writing to a `String` cannot fail.
                let _ = write!(escaped, "%{:02X}", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[derive(Default)]
struct BodyBuilder {
    length: u64,
    chunks: Vec<Chunks>,
}

impl BodyBuilder {
    fn bytes(&mut self, text: String) -> Result<(), FileReadError> {
        self.chunks(text.len() as u64, single_chunk(Bytes::from(text)))
    }

    fn chunks(&mut self, length: u64, chunks: Chunks) -> Result<(), FileReadError> {
        let total = self.length.checked_add(length);
        self.length =
            total.ok_or_else(|| FileReadError::new("the form is longer than 2^64 bytes"))?;
        self.chunks.push(chunks);
        Ok(())
    }

    fn finish(self) -> RequestBody {
        RequestBody::Stream {
            length: self.length,
            chunks: stream::iter(self.chunks).flatten().boxed(),
        }
    }
}
