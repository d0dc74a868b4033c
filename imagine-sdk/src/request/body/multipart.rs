//! `multipart/form-data`, as a plan that can be carried out again.

use std::fmt::Write;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, header};

use super::file::{Chunks, FilePart, once};
use crate::transport::{FileReadError, RequestBody};

/// The parts of a form: texts in their order, then files in theirs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    boundary: String,
    texts: Vec<(String, String)>,
    files: Vec<(String, FilePart)>,
}

impl Form {
    /// A form without parts. `boundary` must not stand in any part, so make it random.
    pub(crate) fn new(boundary: String) -> Self {
        Self {
            boundary,
            texts: Vec::new(),
            files: Vec::new(),
        }
    }

    pub(crate) fn text(&mut self, name: &str, value: String) {
        self.texts.push((name.to_owned(), value));
    }

    pub(crate) fn file(&mut self, name: &str, file: FilePart) {
        self.files.push((name.to_owned(), file));
    }

    /// Removes every part with this name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.texts.retain(|(text, _)| text != name);
        self.files.retain(|(file, _)| file != name);
    }

    /// Sets the content type.
    pub(crate) fn add_type(&self, headers: &mut HeaderMap) {
        let kind = format!("multipart/form-data; boundary={}", self.boundary);
        if let Ok(kind) = HeaderValue::try_from(kind) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
    }

    pub(crate) fn is_replayable(&self) -> bool {
        self.files.iter().all(|(_, file)| file.is_replayable())
    }

    pub(crate) async fn open(&self) -> Result<RequestBody, FileReadError> {
        let mut body = Assembly::default();
        for (name, value) in &self.texts {
            body.bytes(self.text_head(name) + value + "\r\n")?;
        }
        for (name, file) in &self.files {
            body.bytes(self.file_head(name, file))?;
            let (length, chunks) = file.open().await?;
            body.chunks(length, chunks)?;
            body.bytes("\r\n".to_owned())?;
        }
        body.bytes(format!("--{}--\r\n", self.boundary))?;
        Ok(body.finish())
    }

    fn text_head(&self, name: &str) -> String {
        format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n",
            self.boundary,
            quoted(name)
        )
    }

    fn file_head(&self, name: &str, file: &FilePart) -> String {
        format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            self.boundary,
            quoted(name),
            quoted(file.name_on_wire()),
            quoted(&file.type_on_wire()),
        )
    }
}

/// Names are written as the HTML standard says: the three characters that could end them are encoded.
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '"' | '\r' | '\n' => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "%{:02X}", u32::from(character));
            }
            other => quoted.push(other),
        }
    }
    quoted
}

#[derive(Default)]
struct Assembly {
    length: u64,
    pieces: Vec<Chunks>,
}

impl Assembly {
    fn bytes(&mut self, text: String) -> Result<(), FileReadError> {
        self.chunks(text.len() as u64, once(Bytes::from(text)))
    }

    fn chunks(&mut self, length: u64, chunks: Chunks) -> Result<(), FileReadError> {
        let total = self.length.checked_add(length);
        self.length =
            total.ok_or_else(|| FileReadError::new("the file is longer than anything can be"))?;
        self.pieces.push(chunks);
        Ok(())
    }

    fn finish(self) -> RequestBody {
        RequestBody::Stream {
            length: self.length,
            chunks: stream::iter(self.pieces).flatten().boxed(),
        }
    }
}
