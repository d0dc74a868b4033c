//! Reads documents, with the positions of their values.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{json, surrogates};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Excerpt, Location, Report};
use crate::error::Error;
use crate::yaml::{self, Mark, Marks, SyntaxError};

/// A specification and the positions of its values.
pub(crate) struct Document {
    /// The file's name in messages.
    pub(crate) file: String,
    pub(crate) value: Value,
    /// The source.
    pub(crate) text: String,
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
        let (file, source) = (file.to_owned(), text.to_owned());
        match yaml::parse(text) {
            Ok(yaml::Yaml { value, marks }) => Ok(Self {
                file,
                value,
                text: source,
                marks,
            }),
            Err(error) => Err(invalid_yaml(file, text, error)),
        }
    }

    /// Parses a document for a comparison. It must have an `openapi` member.
    pub(crate) fn comparable(file: &str, text: &str) -> Result<Self, Error> {
        let missing = Location::default().diagnostic(DiagnosticKind::Missing("openapi"));
        let text = surrogates::join(text);
        let read =
            Self::parse(file, &text).and_then(|doc| match json::string(&doc.value, "openapi") {
                Some(_) => Ok(doc),
                None => Err(doc.error(missing)),
            });
        read.map_err(|error| Error::Incomparable(Box::new(error)))
    }

    /// Returns the position of a location in the file, or that of its closest existing parent.
    pub(crate) fn mark(&self, location: &Location) -> Mark {
        self.marks.at(location.pointer())
    }

    /// Adds the file and the position to a diagnostic.
    pub(crate) fn locate(&self, diagnostic: Diagnostic) -> Report {
        let Mark { line, column } = self.mark(&diagnostic.location);
        Report {
            file: self.file.clone(),
            excerpt: Excerpt::of(&self.text, line, column),
            diagnostic,
        }
    }

    /// Creates the error of a task from a diagnostic.
    pub(crate) fn error(&self, diagnostic: Diagnostic) -> Error {
        Error::Spec(Box::new(self.locate(diagnostic)))
    }
}

fn invalid_yaml(file: String, text: &str, error: SyntaxError) -> Error {
    let Mark { line, column } = error.mark;
    let diagnostic = Location::default().diagnostic(DiagnosticKind::Syntax(error.message));
    Error::Spec(Box::new(Report {
        file,
        excerpt: Excerpt::of(text, line, column),
        diagnostic,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_has_a_position() {
        let error = Document::parse("a.yaml", "a: 1\na: 2\n").err().unwrap();
        let message = error.to_string();
        assert!(
            message.starts_with("error[syntax]: duplicate key `a`"),
            "{message}"
        );
        assert!(message.contains("--> a.yaml:2:1\n"), "{message}");
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
        let report = doc.locate(diagnostic).to_string();
        assert!(report.contains("--> a.yaml:3:5\n"), "{report}");
    }
}
