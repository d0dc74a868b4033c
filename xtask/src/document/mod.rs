//! Reads hand-written specifications.

pub(crate) mod extensions;
pub(crate) mod json;
pub(crate) mod names;
pub(crate) mod null;
pub(crate) mod operation;
pub(crate) mod operations;
pub(crate) mod read;
pub(crate) mod schema;
mod surrogates;
pub(crate) mod walk;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::error::Error;
use crate::yaml::{self, Mark, Marks};

/// A specification and the positions of its values.
pub(crate) struct Document {
    /// The file's name in messages.
    pub(crate) file: String,
    pub(crate) value: Value,
    marks: Marks,
}

impl Document {
    /// Reads the file at `path`; messages name it `file`.
    pub(crate) fn load(path: &Path, file: &str) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
        Self::parse(file, &text)
    }

    /// Parses a specification in YAML or JSON.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let file = file.to_owned();
        match yaml::parse(text) {
            Ok(yaml::Yaml { value, marks }) => Ok(Self { file, value, marks }),
            Err(source) => Err(Error::Yaml { file, source }),
        }
    }

    /// Parses a document for a comparison. It must have an `openapi` member.
    pub(crate) fn comparable(file: &str, text: &str) -> Result<Self, Error> {
        let missing = Location::default().diagnostic(DiagnosticKind::Missing("openapi"));
        let text = surrogates::join(text);
        let read =
            Self::parse(file, &text).and_then(|doc| match json::string(&doc.value, "openapi") {
                Some(_) => Ok(doc),
                None => Err(doc.locate(missing)),
            });
        read.map_err(|error| Error::Incomparable(Box::new(error)))
    }

    /// Returns the position of a location in the file, or that of its closest existing parent.
    pub(crate) fn mark(&self, location: &Location) -> Mark {
        self.marks.at(location.pointer())
    }

    /// Adds the file and the position to a diagnostic.
    pub(crate) fn locate(&self, diagnostic: Diagnostic) -> Error {
        Error::Spec {
            file: self.file.clone(),
            mark: self.mark(&diagnostic.location),
            diagnostic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_has_a_position() {
        let error = Document::parse("a.yaml", "a: 1\na: 2\n").err().unwrap();
        let message = error.to_string();
        assert!(message.starts_with("a.yaml:2:1: "), "{message}");
    }

    #[test]
    fn comparable_accepts_json_with_surrogate_pairs() {
        let text = r#"{"openapi": "3.0.3", "info": {"title": "\ud83d\ude00"}}"#;
        let doc = Document::comparable("a.json", text).unwrap();
        assert_eq!(doc.value["info"]["title"], "😀");
    }

    #[test]
    fn a_diagnostic_has_a_position() {
        let doc = Document::parse("a.yaml", "paths:\n  /a:\n    get: {}\n").unwrap();
        let location = Location::default().key("paths").key("/a").key("get");
        let diagnostic =
            location.diagnostic(crate::diagnostic::DiagnosticKind::Missing("operationId"));
        let expected = "a.yaml:3:5: #/paths/~1a/get: `operationId` is missing";
        assert_eq!(doc.locate(diagnostic).to_string(), expected);
    }
}
