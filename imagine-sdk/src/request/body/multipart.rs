//! `multipart/form-data` bodies.

use std::fmt::Write;

use http::{HeaderMap, HeaderValue, header};

use super::FilePart;

/// A form: its string fields in order, followed by its files in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    boundary: String,
    fields: Vec<Field>,
    files: Vec<(String, FilePart)>,
}

/// A section of a body.
#[derive(Debug)]
pub(crate) enum Section<'a> {
    Text(String),
    File(&'a FilePart),
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

    /// Returns the form as sent.
    pub(super) fn sections(&self) -> Vec<Section<'_>> {
        let fields = self.fields.iter();
        let fields =
            fields.map(|field| Section::Text(self.field_header(field) + &field.value + "\r\n"));
        let files = self.files.iter().flat_map(|(name, file)| {
            [
                Section::Text(self.file_header(name, file)),
                Section::File(file),
                Section::Text("\r\n".to_owned()),
            ]
        });
        let end = Section::Text(format!("--{}--\r\n", self.boundary));
        fields.chain(files).chain([end]).collect()
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
